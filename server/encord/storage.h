#ifndef SERVER_ENCORD_STORAGE_H_
#define SERVER_ENCORD_STORAGE_H_

#include <string>

#include "proto/encord/v1/storage.pb.h"
#include "server/encord/client.h"
#include "server/encord/upstream_page.h"
#include "server/pb.h"

namespace gateway::encord {

// POST v2/public/storage/folders.
boost::asio::awaitable<absl::Status> CreateStorageFolder(
    Call& call, const pb::CreateStorageFolderRequest& request,
    pb::CreateStorageFolderResponse& response);

// One page of GET v2/public/storage/folders (one level), storage/search/folders (all depths) or
// storage/folders/{}/folders (below a folder); sets Encord's next_page_token.
boost::asio::awaitable<absl::Status> ListStorageFolders(
    Call& call, const pb::ListStorageFoldersRequest& request, const UpstreamPage& page,
    pb::ListStorageFoldersResponse& response);

// One page of GET v2/public/storage/folders/{}/items; sets Encord's next_page_token.
boost::asio::awaitable<absl::Status> ListStorageItems(Call& call,
                                                      const pb::ListStorageItemsRequest& request,
                                                      const UpstreamPage& page,
                                                      pb::ListStorageItemsResponse& response);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_STORAGE_H_
