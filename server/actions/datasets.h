#ifndef SERVER_ACTIONS_DATASETS_H_
#define SERVER_ACTIONS_DATASETS_H_

#include "proto/encord/v1/datasets.pb.h"
#include "server/actions/call_context.h"
#include "server/pb.h"

// The handlers of datasets.proto: what they do and which errors they give stands at the RPCs of
// proto/encord/v1/encord.proto.
namespace gateway::actions {

boost::asio::awaitable<absl::Status> CreateDataset(CallContext& context,
                                                   const pb::CreateDatasetRequest& request,
                                                   pb::CreateDatasetResponse& response);
boost::asio::awaitable<absl::Status> GetDataset(CallContext& context,
                                                const pb::GetDatasetRequest& request,
                                                pb::GetDatasetResponse& response);
boost::asio::awaitable<absl::Status> ListDatasets(CallContext& context,
                                                  const pb::ListDatasetsRequest& request,
                                                  pb::ListDatasetsResponse& response);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_DATASETS_H_
