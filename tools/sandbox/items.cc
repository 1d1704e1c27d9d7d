#include "tools/sandbox/items.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "absl/strings/match.h"
#include "tools/sandbox/access.h"
#include "tools/sandbox/folders.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/paging.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

// An item with `folder_uuid` null is a part of another one (item_children).
constexpr char kSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS items (
  uuid TEXT PRIMARY KEY,
  folder_uuid TEXT,
  item_type TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  client_metadata TEXT NOT NULL,
  owner TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_edited_at TEXT NOT NULL,
  integration_uuid TEXT,
  storage_location TEXT NOT NULL,
  url TEXT,
  file_size INTEGER,
  mime_type TEXT,
  duration REAL,
  fps REAL,
  height INTEGER,
  width INTEGER,
  frame_count INTEGER,
  audio_sample_rate INTEGER,
  audio_bit_depth INTEGER,
  audio_codec TEXT,
  audio_num_channels INTEGER);
CREATE INDEX IF NOT EXISTS items_by_folder ON items (folder_uuid, url);
CREATE TABLE IF NOT EXISTS item_children (
  item_uuid TEXT NOT NULL,
  child_uuid TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (item_uuid, position));
CREATE INDEX IF NOT EXISTS item_children_by_child ON item_children (child_uuid);
)sql";

constexpr std::array<std::string_view, 13> kItemTypes = {
    "video", "image", "group",     "imageGroup", "imageSequence", "dicomFile", "dicomSeries",
    "audio", "nifti", "plainText", "pdf",        "scene",         "timeseries"};

// What an item's JSON shows beyond what it always does.
struct ItemParts {
  bool client_metadata = true;
  bool signed_url = false;
};

// Parts lie in the folder of the item that they are part of.
constexpr std::string_view kSelect =
    "SELECT items.*, coalesce(items.folder_uuid, whole.folder_uuid) AS parent,"
    " (SELECT count(*) FROM data_rows WHERE item_uuid = items.uuid) AS backed_data_units"
    " FROM items LEFT JOIN item_children ON item_children.child_uuid = items.uuid"
    " LEFT JOIN items AS whole ON whole.uuid = item_children.item_uuid";

json::value ItemJson(const Row& row, const ItemParts& parts) {
  return json::object{
      {"uuid", row.Text("uuid")},
      {"parent", row.Text("parent")},
      {"itemType", row.Text("item_type")},
      {"name", row.Text("name")},
      {"description", row.Text("description")},
      {"clientMetadata", parts.client_metadata ? row.Text("client_metadata") : "{}"},
      {"owner", row.Text("owner")},
      {"createdAt", row.Text("created_at")},
      {"lastEditedAt", row.Text("last_edited_at")},
      {"backedDataUnitsCount", row.Int("backed_data_units")},
      {"storageLocation", row.Text("storage_location")},
      {"isTombstone", false},
      {"isPlaceholder", false},
      {"integrationHash", OrNull(row.OptionalText("integration_uuid"))},
      {"url", OrNull(row.OptionalText("url"))},
      // The sandbox holds no objects: what it can sign is the URL itself.
      {"signedUrl", parts.signed_url ? OrNull(row.OptionalText("url")) : json::value(nullptr)},
      {"fileSize", OrNull(row.OptionalInt("file_size"))},
      {"mimeType", OrNull(row.OptionalText("mime_type"))},
      {"duration", OrNull(row.OptionalReal("duration"))},
      {"fps", OrNull(row.OptionalReal("fps"))},
      {"height", OrNull(row.OptionalInt("height"))},
      {"width", OrNull(row.OptionalInt("width"))},
      {"dicomInstanceUid", nullptr},
      {"dicomStudyUid", nullptr},
      {"dicomSeriesUid", nullptr},
      {"frameCount", OrNull(row.OptionalInt("frame_count"))},
      {"audioSampleRate", OrNull(row.OptionalInt("audio_sample_rate"))},
      {"audioBitDepth", OrNull(row.OptionalInt("audio_bit_depth"))},
      {"audioCodec", OrNull(row.OptionalText("audio_codec"))},
      {"audioNumChannels", OrNull(row.OptionalInt("audio_num_channels"))}};
}

Result<json::value> ItemByUuid(Context& context, const User& user, const std::string& uuid,
                               bool sign_url) {
  RETURN_IF_ERROR(RequireItem(context.store, user, uuid));
  std::optional<Row> row =
      context.store.QueryOne(std::string(kSelect) + " WHERE items.uuid = ?", {uuid});
  if (!row.has_value()) return NotFound("there is no item " + uuid);
  return ItemJson(*row, {.signed_url = sign_url});
}

// The filters that all item lists have; `place` tells where to look.
Result<json::value> ListItems(Context& context, const Request& request, SqlFilter place) {
  if (std::optional<std::string> search = request.query.Text("search"); search.has_value()) {
    place.Add("items.name LIKE ? ESCAPE '\\'", {ContainsPattern(*search)});
  }
  ASSIGN_OR_RETURN(std::optional<bool> in_dataset, request.query.Bool("isInDataset"));
  if (in_dataset.has_value()) {
    place.Add(std::string(*in_dataset ? "" : "NOT ") +
              "EXISTS (SELECT 1 FROM data_rows WHERE item_uuid = items.uuid)");
  }
  std::vector<std::string> types = request.query.All("itemTypes");
  for (const std::string& type : types) {
    if (std::find(kItemTypes.begin(), kItemTypes.end(), type) == kItemTypes.end()) {
      return InvalidArguments("itemTypes: there is no item type " + type);
    }
  }
  if (!types.empty()) place.AddIn("items.item_type", types);
  ItemParts parts;
  ASSIGN_OR_RETURN(std::optional<bool> sign_urls, request.query.Bool("signUrls"));
  parts.signed_url = sign_urls.value_or(false);
  ASSIGN_OR_RETURN(std::optional<bool> metadata, request.query.Bool("includeClientMetadata"));
  parts.client_metadata = metadata.value_or(true);
  ASSIGN_OR_RETURN(std::string order, ReadOrder(request.query));
  ASSIGN_OR_RETURN(Page page, ReadPage(context, request.query));
  std::string select = "SELECT * FROM (" + std::string(kSelect) + place.Where() + ")" + order;
  return AnswerPage(context, page, std::move(select), place.arguments(),
                    [&](const Row& row) { return ItemJson(row, parts); });
}

Result<json::value> ListFolderItems(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string folder, request.PathUuid("folder"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kFolder, folder));
  ASSIGN_OR_RETURN(std::optional<bool> recursive, request.query.Bool("isRecursive"));
  SqlFilter place;
  if (recursive.value_or(false)) {
    place.Add("items.folder_uuid IN " + std::string(kFolderSubtree), {folder});
  } else {
    place.Add("items.folder_uuid = ?", {folder});
  }
  return ListItems(context, request, std::move(place));
}

Result<json::value> SearchItems(Context& context, const Request& request) {
  if (!request.query.Text("search").has_value() && request.query.All("itemTypes").empty()) {
    return InvalidArguments("search or itemTypes is missing");
  }
  SqlFilter place;
  AddVisible(place, request.user, Resource::kFolder, "items.folder_uuid");
  return ListItems(context, request, std::move(place));
}

Result<json::value> GetItem(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("item"));
  ASSIGN_OR_RETURN(std::optional<bool> sign_url, request.query.Bool("signUrl"));
  return ItemByUuid(context, request.user, uuid, sign_url.value_or(false));
}

Result<json::value> GetItems(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::vector<std::string> uuids, RequiredUuidList(request.body, "itemUuids"));
  ASSIGN_OR_RETURN(std::optional<bool> sign_urls, OptionalBool(request.body, "signUrls"));
  json::array results;
  for (const std::string& uuid : uuids) {
    ASSIGN_OR_RETURN(json::value item,
                     ItemByUuid(context, request.user, uuid, sign_urls.value_or(false)));
    results.push_back(std::move(item));
  }
  return json::object{{"results", std::move(results)}};
}

Result<json::value> ListChildItems(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("item"));
  RETURN_IF_ERROR(RequireItem(context.store, request.user, uuid));
  ASSIGN_OR_RETURN(std::optional<bool> sign_urls, request.query.Bool("signUrls"));
  json::array results;
  for (const Row& row : context.store.Query(
           std::string(kSelect) + " WHERE item_children.item_uuid = ? ORDER BY position", {uuid})) {
    results.push_back(ItemJson(row, {.signed_url = sign_urls.value_or(false)}));
  }
  return json::object{{"results", std::move(results)}};
}

// Where an item is a part, and in which datasets it is.
Result<json::value> GetItemSummary(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("item"));
  RETURN_IF_ERROR(RequireItem(context.store, request.user, uuid));
  json::array groups;
  int64_t group_count = 0;
  for (const Row& row :
       context.store.Query("SELECT items.*, folders.name AS folder_name FROM item_children"
                           " JOIN items ON items.uuid = item_children.item_uuid"
                           " JOIN folders ON folders.uuid = items.folder_uuid"
                           " WHERE child_uuid = ?",
                           {uuid})) {
    ++group_count;
    if (!RoleOf(context.store, request.user, Resource::kFolder, row.Text("folder_uuid"))) continue;
    groups.push_back(json::object{{"uuid", row.Text("uuid")},
                                  {"name", row.Text("name")},
                                  {"parentUuid", row.Text("folder_uuid")},
                                  {"parentName", row.Text("folder_name")},
                                  {"itemType", row.Text("item_type")}});
  }
  json::array datasets;
  int64_t dataset_count = 0;
  for (const Row& row : context.store.Query(
           "SELECT datasets.*, min(data_rows.created_at) AS units_created_at FROM data_rows"
           " JOIN datasets ON datasets.uuid = dataset_uuid WHERE item_uuid = ?"
           " GROUP BY datasets.uuid ORDER BY units_created_at",
           {uuid})) {
    ++dataset_count;
    const std::string& dataset = row.Text("uuid");
    if (!RoleOf(context.store, request.user, Resource::kDataset, dataset)) continue;
    json::array data_hashes;
    for (const Row& unit : context.store.Query(
             "SELECT data_hash FROM data_rows WHERE item_uuid = ? AND dataset_uuid = ?",
             {uuid, dataset})) {
      data_hashes.push_back(json::value(unit.Text("data_hash")));
    }
    datasets.push_back(
        json::object{{"datasetHash", dataset},
                     {"backingFolderUuid", OrNull(row.OptionalText("backing_folder_uuid"))},
                     {"title", row.Text("title")},
                     {"dataHashes", std::move(data_hashes)},
                     {"dataUnitsCreatedAt", row.Text("units_created_at")}});
  }
  return json::object{{"frameInGroups", group_count},
                      {"accessibleGroupItems", std::move(groups)},
                      {"usedInDatasets", dataset_count},
                      {"accessibleDatasets", std::move(datasets)},
                      {"groupLayout", nullptr}};
}

// How much of what lies in the folder itself.
Result<json::value> GetFolderSummary(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string folder, request.PathUuid("folder"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kFolder, folder));
  auto number = [&](const char* sql) {
    return context.store.QueryOne(sql, {folder}).value().Int("number");
  };
  json::object summary{
      {"files", number("SELECT count(*) AS number FROM items WHERE folder_uuid = ?")},
      {"folders", number("SELECT count(*) AS number FROM folders WHERE parent = ?")},
      {"tombstones", 0},
      {"uploadJobs", number("SELECT count(*) AS number FROM upload_jobs WHERE folder_uuid = ?")},
      {"totalSize", number("SELECT coalesce(sum(items.file_size), 0) AS number FROM items"
                           " LEFT JOIN item_children ON child_uuid = items.uuid"
                           " LEFT JOIN items AS whole ON whole.uuid = item_uuid"
                           " WHERE coalesce(items.folder_uuid, whole.folder_uuid) = ?")}};
  for (auto [name, item_type] : {std::pair{"videos", "video"},
                                 {"images", "image"},
                                 {"imageGroups", "imageGroup"},
                                 {"imageSequences", "imageSequence"},
                                 {"dicomFiles", "dicomFile"},
                                 {"dicomSeries", "dicomSeries"},
                                 {"niftis", "nifti"},
                                 {"audios", "audio"},
                                 {"pdfs", "pdf"},
                                 {"plainTexts", "plainText"}}) {
    std::optional<Row> row = context.store.QueryOne(
        "SELECT count(*) AS number FROM items WHERE folder_uuid = ? AND item_type = ?",
        {folder, item_type});
    summary[name] = row.value().Int("number");
  }
  return summary;
}

Result<void> RequireItemAdmin(Context& context, const User& user, const std::string& uuid) {
  ASSIGN_OR_RETURN(int64_t role, RequireItem(context.store, user, uuid));
  if (role == kAdmin) return {};
  return NotAuthorised("only an admin of the folder may do this");
}

Result<json::value> PatchItem(Context& context, const User& user, const std::string& uuid,
                              const json::value& patch) {
  RETURN_IF_ERROR(RequireItemAdmin(context, user, uuid));
  ASSIGN_OR_RETURN(std::optional<std::string> name, OptionalText(patch, "name"));
  if (name.has_value()) RETURN_IF_ERROR(RequiredTitle(patch, "name"));
  ASSIGN_OR_RETURN(std::optional<std::string> description, OptionalText(patch, "description"));
  ASSIGN_OR_RETURN(std::optional<std::string> metadata, ReadClientMetadataObject(patch));
  context.store.Exec(
      "UPDATE items SET name = coalesce(?, name), description = coalesce(?, description),"
      " client_metadata = coalesce(?, client_metadata), last_edited_at = ? WHERE uuid = ?",
      {name, description, metadata, context.Now(), uuid});
  return ItemByUuid(context, user, uuid, /*sign_url=*/false);
}

Result<json::value> PatchOneItem(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("item"));
  return PatchItem(context, request.user, uuid, request.body);
}

Result<json::value> PatchItems(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(json::object patches, RequiredObject(request.body, "itemPatches"));
  json::array results;
  for (const auto& [key, patch] : patches) {
    std::optional<std::string> uuid = NormaliseUuid(key);
    if (!uuid.has_value()) return InvalidArguments("itemPatches must have UUIDs as keys");
    ASSIGN_OR_RETURN(json::value item, PatchItem(context, request.user, *uuid, patch));
    results.push_back(std::move(item));
  }
  return json::object{{"results", std::move(results)}};
}

Result<json::value> MoveItems(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::vector<std::string> uuids, RequiredUuidList(request.body, "itemUuids"));
  ASSIGN_OR_RETURN(std::string parent, RequiredUuid(request.body, "newParentUuid"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kFolder, parent));
  for (const std::string& uuid : uuids) {
    RETURN_IF_ERROR(RequireItemAdmin(context, request.user, uuid));
    context.store.Exec("UPDATE items SET folder_uuid = ?, last_edited_at = ? WHERE uuid = ?",
                       {parent, context.Now(), uuid});
  }
  return nullptr;
}

Result<json::value> DeleteItems(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::vector<std::string> uuids, RequiredUuidList(request.body, "childUuids"));
  for (const std::string& uuid : uuids) {
    RETURN_IF_ERROR(RequireItemAdmin(context, request.user, uuid));
    if (context.store.QueryOne("SELECT 1 FROM data_rows WHERE item_uuid = ?", {uuid})) {
      return OperationNotAllowed("item " + uuid + " is in a dataset");
    }
    context.store.Exec(
        "DELETE FROM items WHERE uuid IN (SELECT child_uuid FROM item_children"
        " WHERE item_uuid = ?)",
        {uuid});
    context.store.Exec("DELETE FROM item_children WHERE item_uuid = ?", {uuid});
    context.store.Exec("DELETE FROM items WHERE uuid = ?", {uuid});
  }
  return nullptr;
}

std::string InsertItem(Context& context, const User& owner, const NewItem& item,
                       const std::optional<std::string>& folder_uuid) {
  std::string uuid = NewUuid();
  std::string now = context.Now();
  context.store.Exec(
      "INSERT INTO items VALUES"
      " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {uuid,
       folder_uuid,
       item.item_type,
       item.name,
       item.description,
       item.client_metadata,
       owner.email,
       now,
       now,
       item.integration_uuid,
       item.storage_location,
       item.url,
       item.file_size,
       item.mime_type,
       item.duration,
       item.fps,
       item.height,
       item.width,
       item.frame_count,
       item.audio_sample_rate,
       item.audio_bit_depth,
       item.audio_codec,
       item.audio_num_channels});
  return uuid;
}

}  // namespace

std::string CreateItem(Context& context, const User& owner, const NewItem& item) {
  std::string uuid = InsertItem(context, owner, item, item.folder_uuid);
  int position = 0;
  for (const NewItem& child : item.children) {
    std::string child_uuid = InsertItem(context, owner, child, std::nullopt);
    context.store.Exec("INSERT INTO item_children VALUES (?, ?, ?)",
                       {uuid, child_uuid, position++});
  }
  return uuid;
}

std::string StorageLocationOf(std::string_view url) {
  absl::string_view text(url.data(), url.size());
  if (absl::StartsWith(text, "s3://") || absl::StrContains(text, "amazonaws.com")) return "s3";
  if (absl::StartsWith(text, "gs://") || absl::StrContains(text, "storage.googleapis.com")) {
    return "gcp";
  }
  if (absl::StrContains(text, "blob.core.windows.net")) return "azure";
  return "s3Compatible";
}

Result<int64_t> RequireItem(Store& store, const User& user, const std::string& item_uuid) {
  std::optional<Row> row =
      store.QueryOne(std::string(kSelect) + " WHERE items.uuid = ?", {item_uuid});
  if (!row.has_value()) return NotFound("there is no item " + item_uuid);
  std::optional<int64_t> role = RoleOf(store, user, Resource::kFolder, row->Text("parent"));
  if (!role.has_value()) return NotAuthorised("you have no access to item " + item_uuid);
  return *role;
}

void RegisterItems(Router& router) {
  router.Schema(kSchema);
  router.Route("GET", "/v2/public/storage/folders/{folder}/items", ListFolderItems);
  router.Route("GET", "/v2/public/storage/folders/{folder}/items/{item}/child-items",
               ListChildItems);
  router.Route("GET", "/v2/public/storage/folders/{folder}/items/{item}/summary", GetItemSummary);
  router.Route("GET", "/v2/public/storage/folders/{folder}/summary", GetFolderSummary);
  router.Route("PATCH", "/v2/public/storage/folders/{folder}/items/{item}", PatchOneItem);
  router.Route("POST", "/v2/public/storage/folders/{folder}/items/move", MoveItems);
  router.Route("POST", "/v2/public/storage/folders/{folder}/items/delete", DeleteItems);
  router.Route("GET", "/v2/public/storage/search/items", SearchItems);
  router.Route("GET", "/v2/public/storage/items/{item}", GetItem);
  router.Route("POST", "/v2/public/storage/items/get-bulk", GetItems);
  router.Route("PATCH", "/v2/public/storage/items/patch-bulk", PatchItems);
}

}  // namespace sandbox
