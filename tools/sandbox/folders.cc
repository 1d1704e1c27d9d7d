#include "tools/sandbox/folders.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <vector>

#include "tools/sandbox/access.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/paging.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS folders (
  uuid TEXT PRIMARY KEY,
  parent TEXT,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  client_metadata TEXT,
  owner TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_edited_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS folders_by_parent ON folders (parent);
)sql";

constexpr std::string_view kSelect =
    "SELECT folders.*, datasets.uuid AS synced_dataset FROM folders"
    " LEFT JOIN datasets ON datasets.backing_folder_uuid = folders.uuid";

json::array PathToRoot(Store& store, const Row& folder) {
  json::array path;
  std::optional<Row> step = folder;
  while (step.has_value()) {
    path.push_back(
        json::object{{"uuid", step->Text("uuid")},
                     {"parentUuid", OrNull(step->OptionalText("parent"))},
                     {"name", step->Text("name")},
                     {"syncedDatasetHash", OrNull(step->OptionalText("synced_dataset"))}});
    std::optional<std::string> parent = step->OptionalText("parent");
    if (!parent.has_value()) break;
    step = store.QueryOne(std::string(kSelect) + " WHERE folders.uuid = ?", {*parent});
  }
  return path;
}

json::value FolderJson(Store& store, const User& user, const Row& row) {
  std::optional<int64_t> role = RoleOf(store, user, Resource::kFolder, row.Text("uuid"));
  return json::object{{"uuid", row.Text("uuid")},
                      {"parent", OrNull(row.OptionalText("parent"))},
                      {"name", row.Text("name")},
                      {"description", row.Text("description")},
                      {"clientMetadata", OrNull(row.OptionalText("client_metadata"))},
                      {"owner", row.Text("owner")},
                      {"createdAt", row.Text("created_at")},
                      {"lastEditedAt", row.Text("last_edited_at")},
                      {"userRole", role == kAdmin ? "admin" : "user"},
                      {"syncedDatasetHash", OrNull(row.OptionalText("synced_dataset"))},
                      {"pathToRoot", PathToRoot(store, row)}};
}

Result<json::value> FolderByUuid(Context& context, const User& user, const std::string& uuid) {
  std::optional<Row> row =
      context.store.QueryOne(std::string(kSelect) + " WHERE folders.uuid = ?", {uuid});
  if (!row.has_value()) return NotFound("there is no folder " + uuid);
  return FolderJson(context.store, user, *row);
}

Result<json::value> PostFolder(Context& context, const Request& request) {
  NewFolder folder;
  ASSIGN_OR_RETURN(folder.name, RequiredTitle(request.body, "name"));
  ASSIGN_OR_RETURN(std::optional<std::string> description,
                   OptionalText(request.body, "description"));
  folder.description = description.value_or("");
  ASSIGN_OR_RETURN(folder.parent, OptionalUuid(request.body, "parent"));
  ASSIGN_OR_RETURN(folder.client_metadata, OptionalText(request.body, "clientMetadata"));
  if (folder.client_metadata.has_value()) {
    std::optional<json::value> metadata = ParseJson(*folder.client_metadata);
    if (!metadata.has_value() || !metadata->is_object()) {
      return InvalidArguments("clientMetadata must be a JSON object as text");
    }
  }
  if (FindMember(request.body, "cloudSyncedFolderParams") != nullptr) {
    return InvalidArguments("the sandbox does not serve cloud-synced folders");
  }
  if (folder.parent.has_value()) {
    RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kFolder, *folder.parent));
  }
  return FolderByUuid(context, request.user, CreateFolder(context, request.user, folder));
}

Result<json::value> GetFolder(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("folder"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kFolder, uuid));
  return FolderByUuid(context, request.user, uuid);
}

// The filters that all folder lists have; `place` tells where to look.
Result<json::value> ListFolders(Context& context, const Request& request, SqlFilter place) {
  AddVisible(place, request.user, Resource::kFolder, "folders.uuid");
  if (std::optional<std::string> search = request.query.Text("search"); search.has_value()) {
    place.Add("name LIKE ? ESCAPE '\\'", {ContainsPattern(*search)});
  }
  ASSIGN_OR_RETURN(std::optional<bool> dataset_synced, request.query.Bool("datasetSynced"));
  if (dataset_synced.has_value()) {
    place.Add(*dataset_synced ? "datasets.uuid IS NOT NULL" : "datasets.uuid IS NULL");
  }
  // No folder of the sandbox has tags, because no call gives it any.
  if (!request.query.All("organisationTagNamesAllof").empty()) place.Add("false");
  ASSIGN_OR_RETURN(std::string order, ReadOrder(request.query));
  ASSIGN_OR_RETURN(Page page, ReadPage(context, request.query));
  // Both tables have created_at; names of the folders table are meant.
  std::string select = "SELECT * FROM (" + std::string(kSelect) + place.Where() + ")" + order;
  return AnswerPage(context, page, std::move(select), place.arguments(),
                    [&](const Row& row) { return FolderJson(context.store, request.user, row); });
}

Result<json::value> ListTopFolders(Context& context, const Request& request) {
  SqlFilter place;
  ASSIGN_OR_RETURN(std::optional<bool> recursive, request.query.Bool("isRecursive"));
  if (!recursive.value_or(false)) place.Add("parent IS NULL");
  return ListFolders(context, request, std::move(place));
}

Result<json::value> SearchFolders(Context& context, const Request& request) {
  return ListFolders(context, request, SqlFilter());
}

Result<json::value> ListChildFolders(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("folder"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kFolder, uuid));
  ASSIGN_OR_RETURN(std::optional<bool> recursive, request.query.Bool("isRecursive"));
  SqlFilter place;
  if (recursive.value_or(false)) {
    place.Add("parent IN " + std::string(kFolderSubtree), {uuid});
  } else {
    place.Add("parent = ?", {uuid});
  }
  return ListFolders(context, request, std::move(place));
}

Result<void> PatchFolder(Context& context, const User& user, const std::string& uuid,
                         const json::value& patch) {
  RETURN_IF_ERROR(RequireAdmin(context.store, user, Resource::kFolder, uuid));
  ASSIGN_OR_RETURN(std::optional<std::string> name, OptionalText(patch, "name"));
  if (name.has_value()) RETURN_IF_ERROR(RequiredTitle(patch, "name"));
  ASSIGN_OR_RETURN(std::optional<std::string> description, OptionalText(patch, "description"));
  ASSIGN_OR_RETURN(std::optional<std::string> metadata, ReadClientMetadataObject(patch));
  context.store.Exec(
      "UPDATE folders SET name = coalesce(?, name), description = coalesce(?, description),"
      " client_metadata = coalesce(?, client_metadata), last_edited_at = ? WHERE uuid = ?",
      {name, description, metadata, context.Now(), uuid});
  return {};
}

Result<json::value> PatchOneFolder(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("folder"));
  RETURN_IF_ERROR(PatchFolder(context, request.user, uuid, request.body));
  return FolderByUuid(context, request.user, uuid);
}

Result<json::value> PatchFolders(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(json::object patches, RequiredObject(request.body, "folderPatches"));
  json::array results;
  for (const auto& [key, patch] : patches) {
    std::optional<std::string> uuid = NormaliseUuid(key);
    if (!uuid.has_value()) return InvalidArguments("folderPatches must have UUIDs as keys");
    RETURN_IF_ERROR(PatchFolder(context, request.user, *uuid, patch));
    ASSIGN_OR_RETURN(json::value folder, FolderByUuid(context, request.user, *uuid));
    results.push_back(std::move(folder));
  }
  return json::object{{"results", std::move(results)}};
}

Result<json::value> MoveFolders(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::vector<std::string> uuids, RequiredUuidList(request.body, "folderUuids"));
  ASSIGN_OR_RETURN(std::optional<std::string> parent, OptionalUuid(request.body, "newParentUuid"));
  if (parent.has_value()) {
    RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kFolder, *parent));
  }
  for (const std::string& uuid : uuids) {
    RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kFolder, uuid));
    bool into_itself = parent.has_value() &&
                       context.store.QueryOne("SELECT 1 WHERE ? IN " + std::string(kFolderSubtree),
                                              {*parent, uuid});
    if (into_itself) return InvalidArguments("a folder cannot be moved into itself");
    context.store.Exec("UPDATE folders SET parent = ?, last_edited_at = ? WHERE uuid = ?",
                       {parent, context.Now(), uuid});
  }
  return nullptr;
}

Result<json::value> DeleteFolder(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("folder"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kFolder, uuid));
  if (context.store.QueryOne("SELECT 1 FROM datasets WHERE backing_folder_uuid = ?", {uuid})) {
    return OperationNotAllowed("the folder backs a dataset");
  }
  if (context.store.QueryOne("SELECT 1 FROM folders WHERE parent = ?1"
                             " UNION SELECT 1 FROM items WHERE folder_uuid = ?1",
                             {uuid})) {
    return OperationNotAllowed("the folder is not empty");
  }
  RemoveMembers(context.store, Resource::kFolder, uuid);
  context.store.Exec("DELETE FROM folders WHERE uuid = ?", {uuid});
  return nullptr;
}

}  // namespace

const char kFolderSubtree[] = R"sql((
  WITH RECURSIVE subtree(uuid) AS (
    SELECT ?
    UNION SELECT folders.uuid FROM folders JOIN subtree ON folders.parent = subtree.uuid)
  SELECT uuid FROM subtree))sql";

std::string ContainsPattern(std::string_view text) {
  std::string pattern = "%";
  for (char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

Result<std::string> ReadOrder(const Query& query) {
  std::string order = query.Text("order").value_or("name");
  if (order != "name" && order != "createdAt") {
    return InvalidArguments("order must be name or createdAt");
  }
  ASSIGN_OR_RETURN(std::optional<bool> descending, query.Bool("desc"));
  const char* direction = descending.value_or(false) ? " DESC" : " ASC";
  // The UUID makes the order total, so that pages neither repeat nor skip.
  return std::string(" ORDER BY ") + (order == "name" ? "name" : "created_at") + direction +
         ", uuid" + direction;
}

Result<std::optional<std::string>> ReadClientMetadataObject(const json::value& patch) {
  ASSIGN_OR_RETURN(std::optional<json::object> metadata, OptionalObject(patch, "clientMetadata"));
  if (!metadata.has_value()) return std::nullopt;
  return json::serialize(*metadata);
}

std::string CreateFolder(Context& context, const User& owner, const NewFolder& folder) {
  std::string uuid = NewUuid();
  std::string now = context.Now();
  context.store.Exec("INSERT INTO folders VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                     {uuid, folder.parent, folder.name, folder.description, folder.client_metadata,
                      owner.email, now, now});
  AddMember(context.store, Resource::kFolder, uuid, owner.email, kAdmin);
  return uuid;
}

void RegisterFolders(Router& router) {
  router.Schema(kSchema);
  router.Route("POST", "/v2/public/storage/folders", PostFolder);
  router.Route("GET", "/v2/public/storage/folders", ListTopFolders);
  router.Route("GET", "/v2/public/storage/search/folders", SearchFolders);
  router.Route("GET", "/v2/public/storage/folders/{folder}", GetFolder);
  router.Route("PATCH", "/v2/public/storage/folders/{folder}", PatchOneFolder);
  router.Route("DELETE", "/v2/public/storage/folders/{folder}", DeleteFolder);
  router.Route("GET", "/v2/public/storage/folders/{folder}/folders", ListChildFolders);
  router.Route("PATCH", "/v2/public/storage/folders/patch-bulk", PatchFolders);
  router.Route("POST", "/v2/public/storage/folders/move", MoveFolders);
}

}  // namespace sandbox
