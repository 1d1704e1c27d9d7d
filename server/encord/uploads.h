#ifndef SERVER_ENCORD_UPLOADS_H_
#define SERVER_ENCORD_UPLOADS_H_

#include <chrono>
#include <string>

#include "boost/json/object.hpp"
#include "proto/encord/v1/upload.pb.h"
#include "server/encord/client.h"
#include "server/pb.h"

namespace gateway::encord {

// v1 datasetdatalongpolling POST with `files`, Encord's JSON for registering cloud data. The
// answer is the upload job's UUID.
boost::asio::awaitable<absl::StatusOr<std::string>> StartUpload(
    Call& call, const pb::UploadDataToDatasetRequest& request, boost::json::object files);

// v1 datasetdatalongpolling GET. Encord holds the answer for at most `wait` (0 to 60 s) while the
// job runs. The response's status is success, partial, pending, error or cancelled.
boost::asio::awaitable<absl::Status> PollUpload(Call& call, const std::string& dataset_hash,
                                                const std::string& upload_job_uuid,
                                                std::chrono::seconds wait,
                                                pb::GetUploadStatusResponse& response);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_UPLOADS_H_
