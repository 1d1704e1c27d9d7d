#ifndef SERVER_ACTIONS_UPLOAD_H_
#define SERVER_ACTIONS_UPLOAD_H_

#include "proto/encord/v1/upload.pb.h"
#include "server/actions/call_context.h"
#include "server/pb.h"

// The handlers of upload.proto: what they do and which errors they give stands at the RPCs of
// proto/encord/v1/encord.proto.
namespace gateway::actions {

boost::asio::awaitable<absl::Status> GetUploadStatus(CallContext& context,
                                                     const pb::GetUploadStatusRequest& request,
                                                     pb::GetUploadStatusResponse& response);
boost::asio::awaitable<absl::Status> UploadDataToDataset(
    CallContext& context, const pb::UploadDataToDatasetRequest& request,
    pb::UploadDataToDatasetResponse& response);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_UPLOAD_H_
