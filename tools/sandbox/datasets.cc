#include "tools/sandbox/datasets.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "tools/sandbox/access.h"
#include "tools/sandbox/date.h"
#include "tools/sandbox/folders.h"
#include "tools/sandbox/items.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/users.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS datasets (
  uuid TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  storage_location INTEGER NOT NULL,
  backing_folder_uuid TEXT,
  created_at TEXT NOT NULL,
  last_edited_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS datasets_by_folder ON datasets (backing_folder_uuid);
CREATE TABLE IF NOT EXISTS data_rows (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  data_hash TEXT NOT NULL UNIQUE,
  dataset_uuid TEXT NOT NULL,
  item_uuid TEXT NOT NULL,
  title TEXT NOT NULL,
  data_type TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_edited_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS data_rows_by_dataset ON data_rows (dataset_uuid);
CREATE INDEX IF NOT EXISTS data_rows_by_item ON data_rows (item_uuid);
CREATE VIEW IF NOT EXISTS data_units AS
  SELECT data_rows.*, datasets.title AS dataset_title, items.item_type, items.client_metadata,
    items.url, items.mime_type, items.file_size, items.width, items.height, items.fps,
    items.duration, items.frame_count, items.storage_location, items.audio_sample_rate,
    items.audio_bit_depth, items.audio_codec, items.audio_num_channels
  FROM data_rows JOIN datasets ON datasets.uuid = data_rows.dataset_uuid
    JOIN items ON items.uuid = data_rows.item_uuid;
)sql";

// By the number of the storage location.
constexpr std::array<std::string_view, 5> kDatasetTypes = {"CORD_STORAGE", "AWS_S3", "GCP_STR",
                                                           "AZURE_STR", "S3_COMPATIBLE_STR"};
constexpr std::array<std::string_view, 5> kItemLocations = {"encord", "s3", "gcp", "azure",
                                                            "s3Compatible"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kDataTypes = {{
    {"image", "IMAGE"},
    {"video", "VIDEO"},
    {"imageGroup", "IMG_GROUP"},
    {"imageSequence", "IMG_GROUP"},
    {"dicomSeries", "DICOM"},
    {"nifti", "NIFTI"},
    {"audio", "AUDIO"},
    {"plainText", "PLAIN_TEXT"},
    {"pdf", "PDF"},
    {"group", "GROUP"},
    {"scene", "SCENE"},
}};

int64_t LocationNumber(std::string_view item_location) {
  auto found = std::find(kItemLocations.begin(), kItemLocations.end(), item_location);
  // Encord's clients take an unknown number for a "new storage".
  return found == kItemLocations.end() ? -99 : found - kItemLocations.begin();
}

json::value DataRowJson(const Row& row, bool with_client_metadata, bool with_signed_url) {
  json::value metadata = nullptr;
  if (with_client_metadata) metadata = ParseKeptJson(row.Text("client_metadata"));
  return json::object{
      {"data_hash", row.Text("data_hash")},
      {"data_title", row.Text("title")},
      {"data_type", row.Text("data_type")},
      {"created_at", V1Date(row.Text("created_at"))},
      {"last_edited_at", V1Date(row.Text("last_edited_at"))},
      {"width", OrNull(row.OptionalInt("width"))},
      {"height", OrNull(row.OptionalInt("height"))},
      {"file_link", OrNull(row.OptionalText("url"))},
      {"file_size", OrNull(row.OptionalInt("file_size"))},
      {"file_type", OrNull(row.OptionalText("mime_type"))},
      {"storage_location", LocationNumber(row.Text("storage_location"))},
      {"frames_per_second", OrNull(row.OptionalReal("fps"))},
      {"duration", OrNull(row.OptionalReal("duration"))},
      {"client_metadata", std::move(metadata)},
      {"signed_url", with_signed_url ? OrNull(row.OptionalText("url")) : json::value(nullptr)},
      {"is_optimised_image_group", row.Text("item_type") == "imageSequence"},
      {"backing_item_uuid", row.Text("item_uuid")},
      {"images_data", nullptr}};
}

json::array DataRowsJson(Store& store, const SqlFilter& filter, bool with_client_metadata) {
  json::array rows;
  for (const Row& row :
       store.Query("SELECT * FROM data_units" + filter.Where() + " ORDER BY position",
                   filter.arguments())) {
    rows.push_back(DataRowJson(row, with_client_metadata, /*with_signed_url=*/false));
  }
  return rows;
}

// payload.dataset_access_settings
struct AccessSettings {
  bool client_metadata = false;
  bool rows = true;
};

Result<AccessSettings> ReadAccessSettings(const json::value& payload) {
  AccessSettings settings;
  const json::value* given = FindMember(payload, "dataset_access_settings");
  if (given == nullptr) return settings;
  ASSIGN_OR_RETURN(std::optional<bool> metadata, OptionalBool(*given, "fetch_client_metadata"));
  settings.client_metadata = metadata.value_or(false);
  ASSIGN_OR_RETURN(std::optional<bool> rows, OptionalBool(*given, "fetch_rows"));
  settings.rows = rows.value_or(true);
  return settings;
}

Result<NewDataset> ReadNewDataset(const json::value& object) {
  NewDataset dataset;
  ASSIGN_OR_RETURN(dataset.title, RequiredTitle(object, "title"));
  ASSIGN_OR_RETURN(std::optional<std::string> description, OptionalText(object, "description"));
  dataset.description = description.value_or("");
  return dataset;
}

Result<json::value> PostDataset(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(NewDataset dataset, ReadNewDataset(request.body));
  ASSIGN_OR_RETURN(std::optional<bool> backing_folder,
                   OptionalBool(request.body, "createBackingFolder"));
  dataset.create_backing_folder = backing_folder.value_or(true);
  CreatedDataset created = CreateDataset(context, request.user, dataset);
  return json::object{{"datasetUuid", created.uuid},
                      {"backingFolderUuid", OrNull(created.backing_folder_uuid)}};
}

// The older way, which does take a storage location.
Result<json::value> PostDatasetV1(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(NewDataset dataset, ReadNewDataset(request.payload));
  ASSIGN_OR_RETURN(std::optional<int64_t> type, OptionalInt(request.payload, "type"));
  dataset.storage_location = type.value_or(0);
  if (dataset.storage_location < 0 ||
      dataset.storage_location >= static_cast<int64_t>(kDatasetTypes.size())) {
    return InvalidArguments("type must be between 0 and 4");
  }
  CreatedDataset created = CreateDataset(context, request.user, dataset);
  return json::object{{"title", dataset.title},
                      {"type", dataset.storage_location},
                      {"dataset_hash", created.uuid},
                      {"user_hash", request.user.email},
                      {"backing_folder_uuid", OrNull(created.backing_folder_uuid)}};
}

Result<json::value> ListDatasets(Context& context, const Request& request) {
  SqlFilter filter;
  AddVisible(filter, request.user, Resource::kDataset, "uuid");
  filter.AddIf("title = ?", request.query.Text("titleEq"));
  filter.AddIf("title LIKE ?", request.query.Text("titleLike"));
  filter.AddIf("description = ?", request.query.Text("descriptionEq"));
  filter.AddIf("description LIKE ?", request.query.Text("descriptionLike"));
  RETURN_IF_ERROR(AddDateFilters(filter, request.query));
  json::array result;
  for (const Row& row : context.store.Query(
           "SELECT * FROM datasets" + filter.Where() + " ORDER BY created_at DESC, rowid DESC",
           filter.arguments())) {
    std::optional<int64_t> role =
        RoleOf(context.store, request.user, Resource::kDataset, row.Text("uuid"));
    result.push_back(
        json::object{{"datasetUuid", row.Text("uuid")},
                     {"title", row.Text("title")},
                     {"description", row.Text("description")},
                     {"createdAt", row.Text("created_at")},
                     {"lastEditedAt", row.Text("last_edited_at")},
                     {"userRole", role == kAdmin ? "admin" : "user"},
                     {"storageLocation", row.Int("storage_location")},
                     {"backingFolderUuid", OrNull(row.OptionalText("backing_folder_uuid"))}});
  }
  return json::object{{"result", std::move(result)}};
}

Result<json::value> GetDataset(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("dataset"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kDataset, uuid));
  ASSIGN_OR_RETURN(AccessSettings settings, ReadAccessSettings(request.payload));
  std::optional<Row> row = context.store.QueryOne("SELECT * FROM datasets WHERE uuid = ?", {uuid});
  if (!row.has_value()) return NotFound("there is no dataset " + uuid);
  json::array rows;
  if (settings.rows) {
    SqlFilter of_dataset;
    of_dataset.Add("dataset_uuid = ?", {uuid});
    rows = DataRowsJson(context.store, of_dataset, settings.client_metadata);
  }
  return json::object{{"dataset_hash", uuid},
                      {"title", row->Text("title")},
                      {"description", row->Text("description")},
                      {"dataset_type", json::string(kDatasetTypes[row->Int("storage_location")])},
                      {"backing_folder_uuid", OrNull(row->OptionalText("backing_folder_uuid"))},
                      {"data_rows", std::move(rows)}};
}

Result<json::value> ListDataRows(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("dataset"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kDataset, uuid));
  ASSIGN_OR_RETURN(AccessSettings settings, ReadAccessSettings(request.payload));
  SqlFilter filter;
  filter.Add("dataset_uuid = ?", {uuid});
  ASSIGN_OR_RETURN(auto title_eq, OptionalText(request.payload, "title_eq"));
  filter.AddIf("title = ?", title_eq);
  ASSIGN_OR_RETURN(auto title_like, OptionalText(request.payload, "title_like"));
  filter.AddIf("title LIKE ?", title_like);
  ASSIGN_OR_RETURN(auto created_before, OptionalDate(request.payload, "created_before"));
  filter.AddIf("created_at < ?", created_before);
  ASSIGN_OR_RETURN(auto created_after, OptionalDate(request.payload, "created_after"));
  filter.AddIf("created_at > ?", created_after);
  ASSIGN_OR_RETURN(auto data_hashes, OptionalUuidList(request.payload, "data_hashes"));
  if (data_hashes.has_value()) filter.AddIn("data_hash", *data_hashes);
  ASSIGN_OR_RETURN(auto data_types, OptionalTextList(request.payload, "data_types"));
  if (data_types.has_value()) {
    for (std::string& type : *data_types) absl::AsciiStrToUpper(&type);
    filter.AddIn("data_type", *data_types);
  }
  return DataRowsJson(context.store, filter, settings.client_metadata);
}

// The data row that uid names, of the dataset that the request is about.
Result<Row> RequireDataRow(Context& context, const std::string& dataset_uuid,
                           const json::value& uid) {
  const json::string* text = uid.if_string();
  std::optional<std::string> data_hash =
      text == nullptr ? std::nullopt : NormaliseUuid(std::string_view(text->data(), text->size()));
  if (!data_hash.has_value()) return InvalidArguments("uid must be a data hash");
  std::optional<Row> row =
      context.store.QueryOne("SELECT * FROM data_units WHERE data_hash = ? AND dataset_uuid = ?",
                             {*data_hash, dataset_uuid});
  if (!row.has_value()) return NotFound("there is no data row " + *data_hash);
  return *std::move(row);
}

Result<json::value> GetDataRow(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("dataset"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kDataset, uuid));
  ASSIGN_OR_RETURN(Row row, RequireDataRow(context, uuid, request.uid));
  const json::value* more = FindMember(request.payload, "additional_data");
  std::optional<bool> client_metadata;
  std::optional<bool> signed_url;
  if (more != nullptr) {
    ASSIGN_OR_RETURN(client_metadata, OptionalBool(*more, "client_metadata"));
    ASSIGN_OR_RETURN(signed_url, OptionalBool(*more, "signed_url"));
  }
  return DataRowJson(row, client_metadata.value_or(false), signed_url.value_or(false));
}

Result<json::value> UpdateDataRow(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("dataset"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kDataset, uuid));
  ASSIGN_OR_RETURN(Row row, RequireDataRow(context, uuid, request.uid));
  json::array updated;
  if (FindMember(request.payload, "data_title") != nullptr) {
    ASSIGN_OR_RETURN(std::string title, RequiredTitle(request.payload, "data_title"));
    context.store.Exec("UPDATE data_rows SET title = ?, last_edited_at = ? WHERE data_hash = ?",
                       {title, context.Now(), row.Text("data_hash")});
    updated.push_back("data_title");
  }
  ASSIGN_OR_RETURN(auto metadata, OptionalObject(request.payload, "client_metadata"));
  if (metadata.has_value()) {
    context.store.Exec("UPDATE items SET client_metadata = ?, last_edited_at = ? WHERE uuid = ?",
                       {json::serialize(*metadata), context.Now(), row.Text("item_uuid")});
    updated.push_back("client_metadata");
  }
  ASSIGN_OR_RETURN(Row changed, RequireDataRow(context, uuid, request.uid));
  return json::object{{"updated_fields", std::move(updated)},
                      {"data_row", DataRowJson(changed, /*with_client_metadata=*/true,
                                               /*with_signed_url=*/false)}};
}

Result<json::value> AddDatasetUsers(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("dataset"));
  return AddUsers(context, request.user, Resource::kDataset, uuid, request.payload);
}

Result<json::value> LinkItems(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("dataset"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kDataset, uuid));
  ASSIGN_OR_RETURN(std::vector<std::string> items, RequiredUuidList(request.payload, "item_uuids"));
  ASSIGN_OR_RETURN(auto behaviour, OptionalText(request.payload, "duplicates_behavior"));
  std::string duplicates = behaviour.value_or("SKIP");
  if (duplicates != "SKIP" && duplicates != "FAIL" && duplicates != "DUPLICATE") {
    return InvalidArguments("duplicates_behavior must be SKIP, FAIL or DUPLICATE");
  }
  std::vector<std::string> to_link;
  for (const std::string& item : items) {
    RETURN_IF_ERROR(RequireItem(context.store, request.user, item));
    bool linked =
        std::find(to_link.begin(), to_link.end(), item) != to_link.end() ||
        context.store.QueryOne("SELECT 1 FROM data_rows WHERE dataset_uuid = ? AND item_uuid = ?",
                               {uuid, item});
    if (linked && duplicates == "FAIL") {
      return AlreadyExists("item " + item + " is already in the dataset");
    }
    if (!linked || duplicates == "DUPLICATE") to_link.push_back(item);
  }
  SqlFilter added;
  added.AddIn("data_hash", AddDataRows(context, uuid, to_link));
  return DataRowsJson(context.store, added, /*with_client_metadata=*/false);
}

Result<json::value> DeleteDataRows(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("dataset"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kDataset, uuid));
  ASSIGN_OR_RETURN(std::vector<std::string> data_hashes, TextListOf(request.uid, "uid"));
  for (std::string& data_hash : data_hashes) {
    ASSIGN_OR_RETURN(Row row, RequireDataRow(context, uuid, json::value(data_hash)));
    data_hash = row.Text("data_hash");
  }
  for (const auto& removed : context.events.data_rows_removed) removed(context, uuid, data_hashes);
  for (const std::string& data_hash : data_hashes) {
    context.store.Exec("DELETE FROM data_rows WHERE data_hash = ?", {data_hash});
  }
  return true;
}

}  // namespace

CreatedDataset CreateDataset(Context& context, const User& owner, const NewDataset& dataset) {
  CreatedDataset created{NewUuid(), std::nullopt};
  if (dataset.create_backing_folder) {
    created.backing_folder_uuid = CreateFolder(
        context, owner,
        {.name = dataset.title, .description = "", .parent = {}, .client_metadata = {}});
  }
  std::string now = context.Now();
  context.store.Exec("INSERT INTO datasets VALUES (?, ?, ?, ?, ?, ?, ?)",
                     {created.uuid, dataset.title, dataset.description, dataset.storage_location,
                      created.backing_folder_uuid, now, now});
  AddMember(context.store, Resource::kDataset, created.uuid, owner.email, kAdmin);
  return created;
}

std::vector<std::string> AddDataRows(Context& context, const std::string& dataset_uuid,
                                     const std::vector<std::string>& item_uuids) {
  std::vector<std::string> data_hashes;
  std::string now = context.Now();
  for (const std::string& item_uuid : item_uuids) {
    std::optional<Row> item =
        context.store.QueryOne("SELECT name, item_type FROM items WHERE uuid = ?", {item_uuid});
    if (!item.has_value()) continue;
    auto type = std::find_if(kDataTypes.begin(), kDataTypes.end(), [&](const auto& entry) {
      return entry.first == item->Text("item_type");
    });
    // Files of a DICOM series are no data units of their own.
    if (type == kDataTypes.end()) continue;
    std::string data_hash = NewUuid();
    context.store.Exec(
        "INSERT INTO data_rows (data_hash, dataset_uuid, item_uuid, title, data_type, created_at,"
        " last_edited_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        {data_hash, dataset_uuid, item_uuid, item->Text("name"), type->second, now, now});
    data_hashes.push_back(std::move(data_hash));
  }
  context.store.Exec("UPDATE datasets SET last_edited_at = ? WHERE uuid = ?", {now, dataset_uuid});
  for (const auto& added : context.events.data_rows_added) {
    added(context, dataset_uuid, data_hashes);
  }
  return data_hashes;
}

void RegisterDatasets(Router& router) {
  router.Schema(kSchema);
  router.Route("POST", "/v2/public/datasets", PostDataset);
  router.Route("GET", "/v2/public/datasets/list", ListDatasets);
  router.RouteV1(V1Scope::kUser, "dataset", "POST", PostDatasetV1);
  router.RouteV1(V1Scope::kResource, "dataset", "GET", GetDataset);
  router.RouteV1(V1Scope::kResource, "datarows", "GET", ListDataRows);
  router.RouteV1(V1Scope::kResource, "datarow", "GET", GetDataRow);
  router.RouteV1(V1Scope::kResource, "datarow", "POST", UpdateDataRow);
  router.RouteV1(V1Scope::kResource, "datasetusers", "POST", AddDatasetUsers);
  router.RouteV1(V1Scope::kResource, "datasetlinkitems", "POST", LinkItems);
  router.RouteV1(V1Scope::kResource, "video", "DELETE", DeleteDataRows);
}

}  // namespace sandbox
