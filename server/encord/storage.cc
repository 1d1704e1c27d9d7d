#include "server/encord/storage.h"

#include "absl/strings/str_cat.h"
#include "boost/json/object.hpp"
#include "server/encord/query.h"

namespace gateway::encord {
namespace asio = boost::asio;

namespace {

constexpr absl::string_view kFolders = "/v2/public/storage/folders";
constexpr int kLargestPage = 1000;

absl::Status DecodeFolder(Json element, pb::StorageFolder& folder) {
  ObjectReader reader("StorageFolder", element);
  reader.Text("uuid", folder.mutable_uuid());
  reader.Text("name", folder.mutable_name());
  folder.set_description(reader.OptionalText("description").value_or(""));
  if (auto parent = reader.OptionalText("parent")) folder.set_parent_folder_uuid(*parent);
  reader.Text("owner", folder.mutable_owner());
  reader.Date("createdAt", folder.mutable_created_at());
  reader.Date("lastEditedAt", folder.mutable_last_edited_at());
  reader.Text("userRole", folder.mutable_user_role());
  if (auto dataset = reader.OptionalText("syncedDatasetHash")) {
    folder.set_synced_dataset_hash(*dataset);
  }
  return reader.status();
}

absl::Status DecodeItem(Json element, pb::StorageItem& item) {
  ObjectReader reader("StorageItem", element);
  reader.Text("uuid", item.mutable_uuid());
  reader.Text("name", item.mutable_name());
  reader.Text("itemType", item.mutable_item_type());
  reader.Text("parent", item.mutable_folder_uuid());
  item.set_description(reader.OptionalText("description").value_or(""));
  reader.Text("owner", item.mutable_owner());
  reader.Date("createdAt", item.mutable_created_at());
  reader.Date("lastEditedAt", item.mutable_last_edited_at());
  reader.Text("storageLocation", item.mutable_storage_location());
  if (auto size = reader.OptionalInt("fileSize")) item.set_file_size(*size);
  if (auto type = reader.OptionalText("mimeType")) item.set_mime_type(*type);
  if (auto duration = reader.OptionalNumber("duration")) item.set_duration(*duration);
  if (auto fps = reader.OptionalNumber("fps")) item.set_fps(*fps);
  if (auto width = reader.OptionalInt32("width")) item.set_width(*width);
  if (auto height = reader.OptionalInt32("height")) item.set_height(*height);
  if (auto count = reader.OptionalInt32("frameCount")) item.set_frame_count(*count);
  int32_t backed = 0;
  reader.Int("backedDataUnitsCount", &backed);
  item.set_backed_data_units_count(backed);
  if (auto url = reader.OptionalText("url")) item.set_url(*url);
  return reader.status();
}

// The query members that both lists have.
template <class Request>
void AddCommon(const Request& request, const UpstreamPage& page, Query& query) {
  if (request.has_include_org_access()) {
    query.AddBool("includeOrgAccess", request.include_org_access());
  }
  if (request.has_order_by()) query.Add("order", request.order_by());
  query.AddBool("desc", request.descending());
  if (!page.token.empty()) query.Add("pageToken", page.token);
  query.AddInt("pageSize", page.size == 0 ? kLargestPage : page.size);
}

}  // namespace

asio::awaitable<absl::Status> CreateStorageFolder(Call& call,
                                                  const pb::CreateStorageFolderRequest& request,
                                                  pb::CreateStorageFolderResponse& response) {
  boost::json::object body{{"name", request.name()}};
  if (request.has_description()) body["description"] = request.description();
  if (request.has_parent_folder_uuid()) body["parent"] = request.parent_folder_uuid();
  V2Request create{.method = http::Method::kPost,
                   .target = std::string(kFolders),
                   .body = std::move(body),
                   .resource = {"folder", request.parent_folder_uuid()},
                   .retry_class = RetryClass::kCreate};
  co_return co_await call.Fetch(std::move(create), [&](Json answer) {
    ObjectReader reader("StorageFolder", answer);
    reader.Text("name", response.mutable_name());
    reader.Text("uuid", response.mutable_uuid());
    return reader.status();
  });
}

asio::awaitable<absl::Status> ListStorageFolders(Call& call,
                                                 const pb::ListStorageFoldersRequest& request,
                                                 const UpstreamPage& page,
                                                 pb::ListStorageFoldersResponse& response) {
  std::string path(kFolders);
  if (request.has_parent_folder_uuid()) {
    absl::StrAppend(&path, "/", PathSegment(request.parent_folder_uuid()), "/folders");
  } else if (request.recursive()) {
    path = "/v2/public/storage/search/folders";
  }
  Query query;
  if (request.has_search()) query.Add("search", request.search());
  // The search is recursive by itself.
  query.AddBool("isRecursive", request.recursive() && request.has_parent_folder_uuid());
  if (request.has_dataset_synced()) query.AddBool("datasetSynced", request.dataset_synced());
  AddCommon(request, page, query);
  V2Request list{.target = query.AppendTo(path),
                 .resource = {"folder", request.parent_folder_uuid()}};
  co_return co_await call.Fetch(std::move(list), [&](Json answer) {
    ObjectReader reader("folders", answer);
    reader.List("results",
                [&](Json folder) { return DecodeFolder(folder, *response.add_folders()); });
    response.set_next_page_token(reader.OptionalText("nextPageToken").value_or(""));
    return reader.status();
  });
}

asio::awaitable<absl::Status> ListStorageItems(Call& call,
                                               const pb::ListStorageItemsRequest& request,
                                               const UpstreamPage& page,
                                               pb::ListStorageItemsResponse& response) {
  Query query;
  if (request.has_search()) query.Add("search", request.search());
  query.AddBool("isRecursive", request.recursive());
  if (request.has_in_dataset()) query.AddBool("isInDataset", request.in_dataset());
  for (const std::string& type : request.item_types()) query.Add("itemTypes", type);
  AddCommon(request, page, query);
  query.AddBool("signUrls", false);
  query.AddBool("includeClientMetadata", false);
  query.AddBool("clientMetadataAsSignedUrl", false);
  V2Request list{.target = query.AppendTo(
                     absl::StrCat(kFolders, "/", PathSegment(request.folder_uuid()), "/items")),
                 .resource = {"folder", request.folder_uuid()}};
  co_return co_await call.Fetch(std::move(list), [&](Json answer) {
    ObjectReader reader("items", answer);
    reader.List("results", [&](Json item) { return DecodeItem(item, *response.add_items()); });
    response.set_next_page_token(reader.OptionalText("nextPageToken").value_or(""));
    return reader.status();
  });
}

}  // namespace gateway::encord
