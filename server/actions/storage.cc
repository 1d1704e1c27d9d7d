#include "server/actions/storage.h"

#include "server/actions/paging.h"
#include "server/actions/validator.h"
#include "server/encord/storage.h"

namespace gateway::actions {
namespace asio = boost::asio;

namespace {

constexpr absl::string_view kOrders[] = {"name", "createdAt"};
constexpr absl::string_view kItemTypes[] = {
    "video", "image", "group",     "imageGroup", "imageSequence", "dicomFile", "dicomSeries",
    "audio", "nifti", "plainText", "pdf",        "scene",         "timeseries"};

// ListStorageItems and StreamStorageItems have the same filters.
template <class Request>
absl::Status CheckItemFilters(const Request& request) {
  Validator check;
  check.Uuid("folder_uuid", request.folder_uuid());
  check.Text("search", request.search(), 0, kMaxTitle);
  int index = 0;
  for (const std::string& type : request.item_types()) {
    check.OneOf(Indexed("item_types", index++), type, kItemTypes);
  }
  if (request.has_order_by()) check.OneOf("order_by", request.order_by(), kOrders);
  return check.status();
}

}  // namespace

asio::awaitable<absl::Status> CreateStorageFolder(CallContext& context,
                                                  const pb::CreateStorageFolderRequest& request,
                                                  pb::CreateStorageFolderResponse& response) {
  Validator check;
  check.Text("name", request.name(), 1, kMaxTitle);
  check.Text("description", request.description(), 0, kMaxDescription);
  if (request.has_parent_folder_uuid()) {
    check.Uuid("parent_folder_uuid", request.parent_folder_uuid());
  }
  if (!check.ok()) co_return check.status();
  co_return co_await encord::CreateStorageFolder(context.encord, request, response);
}

asio::awaitable<absl::Status> ListStorageFolders(CallContext& context,
                                                 const pb::ListStorageFoldersRequest& request,
                                                 pb::ListStorageFoldersResponse& response) {
  Validator check;
  check.Text("search", request.search(), 0, kMaxTitle);
  if (request.has_parent_folder_uuid()) {
    check.Uuid("parent_folder_uuid", request.parent_folder_uuid());
  }
  if (request.has_order_by()) check.OneOf("order_by", request.order_by(), kOrders);
  if (!check.ok()) co_return check.status();
  const auto page = ReadPage(request);
  if (!page.ok()) co_return page.status();
  const auto fetch = [&](const encord::UpstreamPage& upstream, auto& part) {
    return encord::ListStorageFolders(context.encord, request, upstream, part);
  };
  const auto folders = [](auto& list) { return list.mutable_folders(); };
  co_return co_await GatherPage(*page, fetch, folders, response);
}

asio::awaitable<absl::Status> ListStorageItems(CallContext& context,
                                               const pb::ListStorageItemsRequest& request,
                                               pb::ListStorageItemsResponse& response) {
  if (auto status = CheckItemFilters(request); !status.ok()) co_return status;
  const auto page = ReadPage(request);
  if (!page.ok()) co_return page.status();
  const auto fetch = [&](const encord::UpstreamPage& upstream, auto& part) {
    return encord::ListStorageItems(context.encord, request, upstream, part);
  };
  const auto items = [](auto& list) { return list.mutable_items(); };
  co_return co_await GatherPage(*page, fetch, items, response);
}

asio::awaitable<absl::Status> StreamStorageItems(
    CallContext& context, const pb::StreamStorageItemsRequest& request,
    StreamWriter<pb::StreamStorageItemsResponse>& writer) {
  if (auto status = CheckItemFilters(request); !status.ok()) co_return status;
  // The stream's request has the list's fields under the same numbers.
  pb::ListStorageItemsRequest list;
  list.ParseFromString(request.SerializeAsString());
  encord::UpstreamPage upstream;
  do {
    pb::ListStorageItemsResponse part;
    const absl::Status status =
        co_await encord::ListStorageItems(context.encord, list, upstream, part);
    if (!status.ok()) co_return status;
    pb::StreamStorageItemsResponse message;
    message.mutable_items()->Swap(part.mutable_items());
    if (!co_await writer.Write(message)) co_return absl::CancelledError("the caller is gone");
    upstream.token = part.next_page_token();
  } while (!upstream.token.empty());
  co_return absl::OkStatus();
}

}  // namespace gateway::actions
