#ifndef SERVER_ACTIONS_STORAGE_H_
#define SERVER_ACTIONS_STORAGE_H_

#include "proto/encord/v1/storage.pb.h"
#include "server/actions/call_context.h"
#include "server/pb.h"

// The handlers of storage.proto: what they do and which errors they give stands at the RPCs of
// proto/encord/v1/encord.proto.
namespace gateway::actions {

boost::asio::awaitable<absl::Status> CreateStorageFolder(
    CallContext& context, const pb::CreateStorageFolderRequest& request,
    pb::CreateStorageFolderResponse& response);
boost::asio::awaitable<absl::Status> ListStorageFolders(
    CallContext& context, const pb::ListStorageFoldersRequest& request,
    pb::ListStorageFoldersResponse& response);
boost::asio::awaitable<absl::Status> ListStorageItems(CallContext& context,
                                                      const pb::ListStorageItemsRequest& request,
                                                      pb::ListStorageItemsResponse& response);
boost::asio::awaitable<absl::Status> StreamStorageItems(
    CallContext& context, const pb::StreamStorageItemsRequest& request,
    StreamWriter<pb::StreamStorageItemsResponse>& writer);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_STORAGE_H_
