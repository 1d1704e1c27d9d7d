#include "tools/sandbox/uploads.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sandbox/access.h"
#include "tools/sandbox/datasets.h"
#include "tools/sandbox/date.h"
#include "tools/sandbox/integrations.h"
#include "tools/sandbox/items.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/upload_config.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

// `config` is {"files": ...} or {"dataItems": ...} as the client sent it.
// `done` lists {item_uuid, title, data_hash}, `unit_errors` the failures.
constexpr char kSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS upload_jobs (
  uuid TEXT PRIMARY KEY,
  dataset_uuid TEXT,
  folder_uuid TEXT NOT NULL,
  email TEXT NOT NULL,
  integration_uuid TEXT,
  ignore_errors INTEGER NOT NULL,
  file_name TEXT,
  config TEXT NOT NULL,
  due_at TEXT NOT NULL,
  status TEXT NOT NULL,
  units_pending INTEGER NOT NULL,
  units_done INTEGER NOT NULL,
  units_error INTEGER NOT NULL,
  units_cancelled INTEGER NOT NULL,
  done TEXT NOT NULL,
  unit_errors TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS upload_jobs_by_status ON upload_jobs (status, due_at);
)sql";

constexpr int64_t kLongestHoldSeconds = 60;

Result<UploadConfig> ReadConfig(const json::value& config) {
  if (const json::value* files = FindMember(config, "files")) return ReadFiles(*files);
  if (const json::value* items = FindMember(config, "dataItems")) return ReadDataItems(*items);
  return InvalidArguments("files or dataItems is missing");
}

// What a start request has in both API generations.
struct NewJob {
  std::optional<std::string> dataset_uuid;
  std::string folder_uuid;
  std::optional<std::string> integration_uuid;
  bool ignore_errors = false;
  std::optional<std::string> file_name;
  json::object config;
};

// Checks the configuration and the integration, and makes the job.
Result<std::string> StartJob(Context& context, const User& user, const NewJob& job) {
  ASSIGN_OR_RETURN(UploadConfig config, ReadConfig(job.config));
  if (job.integration_uuid.has_value()) {
    RETURN_IF_ERROR(RequireIntegration(context.store, user, *job.integration_uuid));
  } else if (job.config.contains("files")) {
    return InvalidArguments("the integration is missing");
  }
  std::string uuid = NewUuid();
  context.store.Exec(
      "INSERT INTO upload_jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'PENDING', ?, 0, 0, 0, '[]',"
      " '[]')",
      {uuid, job.dataset_uuid, job.folder_uuid, user.email, job.integration_uuid, job.ignore_errors,
       job.file_name, json::serialize(job.config),
       FormatDate(context.clock.Now() + context.settings.upload_delay),
       static_cast<int64_t>(config.units.size())});
  return uuid;
}

// The item that a unit would repeat, if the folder has one.
std::optional<std::string> FindDuplicate(Store& store, const NewItem& item) {
  std::optional<Row> row =
      item.url.has_value()
          ? store.QueryOne("SELECT uuid FROM items WHERE folder_uuid = ? AND url = ?",
                           {item.folder_uuid, *item.url})
          : store.QueryOne(
                "SELECT uuid FROM items WHERE folder_uuid = ? AND url IS NULL"
                " AND item_type = ? AND name = ?",
                {item.folder_uuid, item.item_type, item.name});
  if (!row.has_value()) return std::nullopt;
  return row->Text("uuid");
}

// Makes the items and data rows of the units without error, and returns them.
json::array MakeUnits(Context& context, const Row& job, UploadConfig& config) {
  User owner = EnsureUser(context.store, job.Text("email"));
  std::optional<std::string> dataset = job.OptionalText("dataset_uuid");
  std::vector<std::string> made;
  std::vector<std::string> titles;
  for (UploadUnit& unit : config.units) {
    if (!unit.error.empty()) continue;
    unit.item.folder_uuid = job.Text("folder_uuid");
    unit.item.integration_uuid = job.OptionalText("integration_uuid");
    std::optional<std::string> item;
    if (config.skip_duplicate_urls) item = FindDuplicate(context.store, unit.item);
    if (item.has_value()) {
      if (config.upsert_metadata) {
        context.store.Exec("UPDATE items SET client_metadata = ? WHERE uuid = ?",
                           {unit.item.client_metadata, *item});
      }
      bool known =
          !dataset.has_value() || std::find(made.begin(), made.end(), *item) != made.end() ||
          context.store.QueryOne("SELECT 1 FROM data_rows WHERE dataset_uuid = ? AND item_uuid = ?",
                                 {*dataset, *item});
      if (known) continue;
    } else {
      item = CreateItem(context, owner, unit.item);
    }
    made.push_back(*item);
    titles.push_back(unit.item.name);
  }
  std::vector<std::string> data_hashes;
  if (dataset.has_value()) data_hashes = AddDataRows(context, *dataset, made);
  json::array done;
  for (size_t i = 0; i < made.size(); ++i) {
    json::object entry{{"item_uuid", made[i]}, {"title", titles[i]}};
    if (dataset.has_value()) entry["data_hash"] = data_hashes[i];
    done.push_back(std::move(entry));
  }
  return done;
}

void RunJob(Context& context, const Row& job) {
  Result<UploadConfig> config = ReadConfig(ParseKeptJson(job.Text("config")));
  // It was checked when the job was started.
  if (!config.ok()) return;
  json::array unit_errors;
  for (const UploadUnit& unit : config->units) {
    if (unit.error.empty()) continue;
    unit_errors.push_back(
        json::object{{"object_urls", json::array(unit.urls.begin(), unit.urls.end())},
                     {"error", unit.error},
                     {"subtask_uuid", NewUuid()},
                     {"action_description", "Register " + unit.item.item_type}});
  }
  int64_t failed = static_cast<int64_t>(unit_errors.size());
  int64_t good = static_cast<int64_t>(config->units.size()) - failed;
  bool ended_well = failed == 0 || job.Bool("ignore_errors");
  json::array done;
  if (ended_well) done = MakeUnits(context, job, *config);
  context.store.Exec(
      "UPDATE upload_jobs SET status = ?, units_pending = 0, units_done = ?, units_error = ?,"
      " units_cancelled = ?, done = ?, unit_errors = ? WHERE uuid = ?",
      {ended_well ? "DONE" : "ERROR", ended_well ? good : 0, failed, ended_well ? 0 : good,
       json::serialize(done), json::serialize(unit_errors), job.Text("uuid")});
}

void RunDueJobs(Context& context) {
  for (const Row& job : context.store.Query(
           "SELECT * FROM upload_jobs WHERE status = 'PENDING' AND due_at <= ? ORDER BY rowid",
           {context.Now()})) {
    RunJob(context, job);
  }
}

// NotYet while the job is pending and the poll's time is not over.
std::optional<NotYet> Hold(Context& context, const Request& request, const Row& job,
                           int64_t timeout_seconds) {
  if (job.Text("status") != "PENDING") return std::nullopt;
  absl::Time deadline = request.received_at +
                        absl::Seconds(std::clamp<int64_t>(timeout_seconds, 0, kLongestHoldSeconds));
  if (context.clock.Now() >= deadline) return std::nullopt;
  return NotYet{std::min(deadline, ParseKeptDate(job.Text("due_at")))};
}

json::array KeptList(const Row& job, std::string_view column) {
  return ParseKeptJson(job.Text(column)).as_array();
}

json::array ErrorTexts(const json::array& unit_errors) {
  json::array texts;
  for (const json::value& unit_error : unit_errors) texts.push_back(unit_error.at("error"));
  return texts;
}

Result<json::value> StartDatasetUpload(Context& context, const Request& request) {
  NewJob job;
  ASSIGN_OR_RETURN(std::string dataset, request.ResourceUuid("dataset"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kDataset, dataset));
  job.dataset_uuid = dataset;
  ASSIGN_OR_RETURN(job.integration_uuid, OptionalUuid(request.payload, "integrationId"));
  ASSIGN_OR_RETURN(std::optional<bool> ignore_errors,
                   OptionalBool(request.payload, "ignoreErrors"));
  job.ignore_errors = ignore_errors.value_or(false);
  ASSIGN_OR_RETURN(job.file_name, OptionalText(request.payload, "fileName"));
  for (const char* form : {"files", "dataItems"}) {
    if (const json::value* config = FindMember(request.payload, form)) job.config[form] = *config;
  }
  ASSIGN_OR_RETURN(std::optional<std::string> folder, OptionalUuid(request.payload, "folderUuid"));
  if (folder.has_value()) {
    RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kFolder, *folder));
  } else {
    std::optional<Row> row = context.store.QueryOne(
        "SELECT backing_folder_uuid FROM datasets WHERE uuid = ?", {dataset});
    if (row.has_value()) folder = row->OptionalText("backing_folder_uuid");
  }
  if (!folder.has_value()) {
    return InvalidArguments("folderUuid is missing, and the dataset has no backing folder");
  }
  job.folder_uuid = *folder;
  ASSIGN_OR_RETURN(std::string uuid, StartJob(context, request.user, job));
  return json::object{{"process_hash", uuid}};
}

Answer PollDatasetUpload(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string dataset, request.ResourceUuid("dataset"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kDataset, dataset));
  ASSIGN_OR_RETURN(std::string uuid, RequiredUuid(request.payload, "process_hash"));
  ASSIGN_OR_RETURN(std::optional<int64_t> timeout, OptionalInt(request.payload, "timeout_seconds"));
  std::optional<Row> job = context.store.QueryOne(
      "SELECT * FROM upload_jobs WHERE uuid = ? AND dataset_uuid = ?", {uuid, dataset});
  if (!job.has_value()) return NotFound("the dataset has no upload job " + uuid);
  if (auto hold = Hold(context, request, *job, timeout.value_or(0))) return *hold;
  json::array titles;
  const json::array kept_done = KeptList(*job, "done");
  for (const json::value& done : kept_done) {
    titles.push_back(json::object{{"data_hash", done.at("data_hash")},
                                  {"title", done.at("title")},
                                  {"backing_item_uuid", done.at("item_uuid")}});
  }
  json::array unit_errors = KeptList(*job, "unit_errors");
  return json::value(json::object{{"status", job->Text("status")},
                                  {"data_hashes_with_titles", std::move(titles)},
                                  {"errors", ErrorTexts(unit_errors)},
                                  {"data_unit_errors", unit_errors},
                                  {"units_pending_count", job->Int("units_pending")},
                                  {"units_done_count", job->Int("units_done")},
                                  {"units_error_count", job->Int("units_error")},
                                  {"units_cancelled_count", job->Int("units_cancelled")},
                                  {"file_name", OrNull(job->OptionalText("file_name"))}});
}

Result<json::value> StartFolderUpload(Context& context, const Request& request) {
  NewJob job;
  ASSIGN_OR_RETURN(job.folder_uuid, request.PathUuid("folder"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kFolder, job.folder_uuid));
  ASSIGN_OR_RETURN(job.integration_uuid, OptionalUuid(request.body, "integrationHash"));
  ASSIGN_OR_RETURN(std::optional<bool> ignore_errors, OptionalBool(request.body, "ignoreErrors"));
  job.ignore_errors = ignore_errors.value_or(false);
  ASSIGN_OR_RETURN(job.file_name, OptionalText(request.body, "fileName"));
  if (const json::value* files = FindMember(request.body, "externalFiles")) {
    job.config["files"] = *files;
  }
  if (const json::value* data_items = FindMember(request.body, "dataItems")) {
    job.config["dataItems"] = *data_items;
  }
  ASSIGN_OR_RETURN(std::string uuid, StartJob(context, request.user, job));
  return json::value(uuid);
}

// The job that the path names, of the folder that the path names.
Result<Row> RequireFolderJob(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string folder, request.PathUuid("folder"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kFolder, folder));
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("job"));
  std::optional<Row> job = context.store.QueryOne(
      "SELECT * FROM upload_jobs WHERE uuid = ? AND folder_uuid = ? AND dataset_uuid IS NULL",
      {uuid, folder});
  if (!job.has_value()) return NotFound("the folder has no upload job " + uuid);
  return *std::move(job);
}

Answer PollFolderUpload(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(Row job, RequireFolderJob(context, request));
  ASSIGN_OR_RETURN(std::optional<int64_t> timeout, request.query.Int("timeoutSeconds"));
  if (auto hold = Hold(context, request, job, timeout.value_or(0))) return *hold;
  json::array names;
  const json::array kept_done = KeptList(job, "done");
  for (const json::value& done : kept_done) {
    names.push_back(json::object{{"itemUuid", done.at("item_uuid")}, {"name", done.at("title")}});
  }
  json::array kept_errors = KeptList(job, "unit_errors");
  json::array unit_errors;
  for (const json::value& kept : kept_errors) {
    unit_errors.push_back(json::object{{"objectUrls", kept.at("object_urls")},
                                       {"error", kept.at("error")},
                                       {"subtaskUuid", kept.at("subtask_uuid")},
                                       {"actionDescription", kept.at("action_description")}});
  }
  return json::value(json::object{{"status", job.Text("status")},
                                  {"itemsWithNames", std::move(names)},
                                  {"errors", ErrorTexts(kept_errors)},
                                  {"unitErrors", std::move(unit_errors)},
                                  {"unitsPendingCount", job.Int("units_pending")},
                                  {"unitsDoneCount", job.Int("units_done")},
                                  {"unitsErrorCount", job.Int("units_error")},
                                  {"unitsCancelledCount", job.Int("units_cancelled")},
                                  {"fileName", OrNull(job.OptionalText("file_name"))}});
}

Result<json::value> CancelFolderUpload(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(Row job, RequireFolderJob(context, request));
  RETURN_IF_ERROR(
      RequireAdmin(context.store, request.user, Resource::kFolder, job.Text("folder_uuid")));
  context.store.Exec(
      "UPDATE upload_jobs SET status = 'CANCELLED', units_cancelled = units_pending,"
      " units_pending = 0 WHERE uuid = ? AND status = 'PENDING'",
      {job.Text("uuid")});
  return json::object{{"unitsCancelledCount", job.Int("units_pending")}};
}

}  // namespace

void RegisterUploads(Router& router) {
  router.Schema(kSchema);
  router.Background(RunDueJobs);
  router.RouteV1(V1Scope::kResource, "datasetdatalongpolling", "POST", StartDatasetUpload);
  router.RouteV1(V1Scope::kResource, "datasetdatalongpolling", "GET", PollDatasetUpload);
  router.Route("POST", "/v2/public/storage/folders/{folder}/data-upload-jobs", StartFolderUpload);
  router.Route("GET", "/v2/public/storage/folders/{folder}/data-upload-jobs/{job}",
               PollFolderUpload);
  router.Route("POST", "/v2/public/storage/folders/{folder}/data-upload-jobs/{job}/cancel",
               CancelFolderUpload);
}

}  // namespace sandbox
