#ifndef SERVER_ENCORD_DATASETS_H_
#define SERVER_ENCORD_DATASETS_H_

#include "proto/encord/v1/datasets.pb.h"
#include "server/encord/client.h"
#include "server/pb.h"

namespace gateway::encord {

// POST v2/public/datasets. storage_location is not sent: Encord's call has no place for it.
boost::asio::awaitable<absl::Status> CreateDataset(Call& call,
                                                   const pb::CreateDatasetRequest& request,
                                                   pb::CreateDatasetResponse& response);

// v1 dataset GET. NOT_FOUND with ResourceInfo dataset.
boost::asio::awaitable<absl::Status> GetDataset(Call& call, const pb::GetDatasetRequest& request,
                                                pb::GetDatasetResponse& response);

// GET v2/public/datasets/list, everything in one answer.
boost::asio::awaitable<absl::Status> ListDatasets(Call& call,
                                                  const pb::ListDatasetsRequest& request,
                                                  pb::ListDatasetsResponse& response);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_DATASETS_H_
