#include "tools/sandbox/projects.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/sandbox/access.h"
#include "tools/sandbox/date.h"
#include "tools/sandbox/label_store.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/ontologies.h"
#include "tools/sandbox/paging.h"
#include "tools/sandbox/tags.h"
#include "tools/sandbox/tasks.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS projects (
  uuid TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL,
  ontology_uuid TEXT NOT NULL,
  source_projects TEXT NOT NULL,
  creator_email TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_edited_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS projects_by_ontology ON projects (ontology_uuid);
CREATE TABLE IF NOT EXISTS project_datasets (
  project_uuid TEXT NOT NULL,
  dataset_uuid TEXT NOT NULL,
  PRIMARY KEY (project_uuid, dataset_uuid));
CREATE INDEX IF NOT EXISTS project_datasets_by_dataset ON project_datasets (dataset_uuid);
)sql";

constexpr std::array<std::string_view, 7> kStatuses = {
    "notStarted", "inProgress", "inReview", "paused", "completed", "cancelled", "archived"};

json::value ProjectJson(Store& store, const User& user, const Row& row) {
  const std::string& uuid = row.Text("uuid");
  std::optional<int64_t> role = RoleOf(store, user, Resource::kProject, uuid);
  return json::object{{"projectHash", uuid},
                      {"projectType", "workflow"},
                      {"status", row.Text("status")},
                      {"title", row.Text("title")},
                      {"description", row.Text("description")},
                      {"creatorEmail", row.Text("creator_email")},
                      {"createdAt", row.Text("created_at")},
                      {"lastEditedAt", row.Text("last_edited_at")},
                      {"ontologyHash", row.Text("ontology_uuid")},
                      {"editorOntology", StructureOf(store, row.Text("ontology_uuid"))},
                      {"userRole", OrNull(role)},
                      {"sourceProjects", ParseKeptJson(row.Text("source_projects"))},
                      {"workflowManagerUuid", nullptr},
                      {"workflow", json::object{{"stages", StagesJson(store, uuid)}}}};
}

std::vector<std::string> DataHashesOf(Store& store, const std::string& dataset_uuid) {
  std::vector<std::string> data_hashes;
  for (const Row& row :
       store.Query("SELECT data_hash FROM data_rows WHERE dataset_uuid = ? ORDER BY position",
                   {dataset_uuid})) {
    data_hashes.push_back(row.Text("data_hash"));
  }
  return data_hashes;
}

std::vector<std::string> ProjectsWith(Store& store, const std::string& dataset_uuid) {
  std::vector<std::string> projects;
  for (const Row& row : store.Query(
           "SELECT project_uuid FROM project_datasets WHERE dataset_uuid = ?", {dataset_uuid})) {
    projects.push_back(row.Text("project_uuid"));
  }
  return projects;
}

void Touch(Context& context, const std::string& project_uuid) {
  context.store.Exec("UPDATE projects SET last_edited_at = ? WHERE uuid = ?",
                     {context.Now(), project_uuid});
}

// Attaches a dataset, if it is not yet there.
void Attach(Context& context, const std::string& project_uuid, const std::string& dataset_uuid) {
  int added =
      context.store.Exec("INSERT INTO project_datasets VALUES (?, ?) ON CONFLICT DO NOTHING",
                         {project_uuid, dataset_uuid});
  if (added == 0) return;
  AddTasks(context, project_uuid, DataHashesOf(context.store, dataset_uuid));
}

void RemoveUnits(Store& store, const std::string& project_uuid,
                 const std::vector<std::string>& data_hashes) {
  RemoveTasks(store, project_uuid, data_hashes);
  RemoveLabelRows(store, project_uuid, data_hashes);
}

// Reads dataset hashes, each of a dataset that the caller may see.
Result<std::vector<std::string>> ReadDatasets(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::vector<std::string> datasets,
                   RequiredUuidList(request.payload, "dataset_hashes"));
  for (const std::string& dataset : datasets) {
    RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kDataset, dataset));
  }
  return datasets;
}

Result<const WorkflowTemplate*> ReadWorkflowTemplate(const json::value& payload) {
  ASSIGN_OR_RETURN(std::optional<std::string> uuid, OptionalUuid(payload, "workflow_template_id"));
  if (!uuid.has_value()) return &WorkflowTemplates().front();
  const WorkflowTemplate* found = FindWorkflowTemplate(*uuid);
  if (found == nullptr) return NotFound("there is no workflow template " + *uuid);
  return found;
}

Result<json::value> PostProject(Context& context, const Request& request) {
  NewProject project;
  ASSIGN_OR_RETURN(project.title, RequiredTitle(request.payload, "title"));
  ASSIGN_OR_RETURN(std::optional<std::string> description,
                   OptionalText(request.payload, "description"));
  project.description = description.value_or("");
  ASSIGN_OR_RETURN(std::optional<std::string> type, OptionalText(request.payload, "workflow_type"));
  if (type.has_value() && *type != "manual" && *type != "benchmark") {
    return InvalidArguments("workflow_type must be manual or benchmark");
  }
  ASSIGN_OR_RETURN(auto sources, OptionalUuidList(request.payload, "source_projects"));
  if (sources.has_value()) {
    for (const std::string& source : *sources) {
      RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kProject, source));
    }
    project.source_projects = *std::move(sources);
  }
  ASSIGN_OR_RETURN(project.workflow, ReadWorkflowTemplate(request.payload));
  ASSIGN_OR_RETURN(project.dataset_uuids, ReadDatasets(context, request));
  ASSIGN_OR_RETURN(std::optional<std::string> ontology,
                   OptionalUuid(request.payload, "ontology_hash"));
  if (ontology.has_value()) {
    RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kOntology, *ontology));
    project.ontology_uuid = *ontology;
  } else {
    project.ontology_uuid =
        CreateOntology(context, request.user, project.title, "", EmptyStructure());
  }
  return json::value(CreateProject(context, request.user, project));
}

Result<json::value> GetProject(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("project"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kProject, uuid));
  std::optional<Row> row = context.store.QueryOne("SELECT * FROM projects WHERE uuid = ?", {uuid});
  if (!row.has_value()) return NotFound("there is no project " + uuid);
  return ProjectJson(context.store, request.user, *row);
}

Result<json::value> ListProjects(Context& context, const Request& request) {
  SqlFilter filter;
  AddVisible(filter, request.user, Resource::kProject, "uuid");
  filter.AddIf("title = ?", request.query.Text("titleEq"));
  filter.AddIf("title LIKE ?", request.query.Text("titleLike"));
  filter.AddIf("description = ?", request.query.Text("descEq"));
  filter.AddIf("description LIKE ?", request.query.Text("descLike"));
  RETURN_IF_ERROR(AddDateFilters(filter, request.query));
  if (std::vector<std::string> tags = request.query.All("tagsAnyof"); !tags.empty()) {
    AddTaggedWithAnyOf(filter, request.user, tags);
  }
  ASSIGN_OR_RETURN(Page page, ReadPage(context, request.query));
  return AnswerPage(
      context, page,
      "SELECT * FROM projects" + filter.Where() + " ORDER BY created_at DESC, rowid DESC",
      filter.arguments(),
      [&](const Row& row) { return ProjectJson(context.store, request.user, row); });
}

// The older list, by `filter` with the same members in snake_case.
Result<json::value> ListProjectsWithUserRole(Context& context, const Request& request) {
  json::value filters = json::object();
  if (const json::value* given = FindMember(request.payload, "filter")) filters = *given;
  SqlFilter filter;
  AddVisible(filter, request.user, Resource::kProject, "uuid");
  for (auto [name, condition] : {std::pair{"title_eq", "title = ?"},
                                 {"title_like", "title LIKE ?"},
                                 {"desc_eq", "description = ?"},
                                 {"desc_like", "description LIKE ?"}}) {
    ASSIGN_OR_RETURN(std::optional<std::string> text, OptionalText(filters, name));
    filter.AddIf(condition, text);
  }
  for (auto [name, condition] : {std::pair{"created_before", "created_at < ?"},
                                 {"created_after", "created_at > ?"},
                                 {"edited_before", "last_edited_at < ?"},
                                 {"edited_after", "last_edited_at > ?"}}) {
    ASSIGN_OR_RETURN(std::optional<std::string> date, OptionalDate(filters, name));
    filter.AddIf(condition, date);
  }
  json::array projects;
  for (const Row& row : context.store.Query(
           "SELECT * FROM projects" + filter.Where() + " ORDER BY created_at DESC, rowid DESC",
           filter.arguments())) {
    std::optional<int64_t> role =
        RoleOf(context.store, request.user, Resource::kProject, row.Text("uuid"));
    projects.push_back(json::object{
        {"project", json::object{{"project_hash", row.Text("uuid")},
                                 {"title", row.Text("title")},
                                 {"description", row.Text("description")},
                                 {"created_at", V1PlainDate(row.Text("created_at"))},
                                 {"last_edited_at", V1PlainDate(row.Text("last_edited_at"))}}},
        {"user_role", OrNull(role)}});
  }
  return projects;
}

Result<json::value> PutStatus(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("project"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kProject, uuid));
  ASSIGN_OR_RETURN(std::string status, RequiredText(request.body, "status"));
  RETURN_IF_ERROR(SetProjectStatus(context, uuid, status));
  return nullptr;
}

Result<json::value> ListProjectDatasets(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("project"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kProject, uuid));
  json::array results;
  for (const Row& row :
       context.store.Query("SELECT datasets.* FROM project_datasets"
                           " JOIN datasets ON datasets.uuid = project_datasets.dataset_uuid"
                           " WHERE project_uuid = ? ORDER BY project_datasets.rowid",
                           {uuid})) {
    results.push_back(json::object{{"datasetHash", row.Text("uuid")},
                                   {"title", row.Text("title")},
                                   {"description", row.Text("description")}});
  }
  return json::object{{"results", std::move(results)}};
}

Result<json::value> AttachDatasets(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("project"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kProject, uuid));
  ASSIGN_OR_RETURN(std::vector<std::string> datasets, ReadDatasets(context, request));
  for (const std::string& dataset : datasets) Attach(context, uuid, dataset);
  Touch(context, uuid);
  return true;
}

// Detaches datasets; the labels of their data units in this project are gone.
Result<json::value> DetachDatasets(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("project"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kProject, uuid));
  ASSIGN_OR_RETURN(std::vector<std::string> datasets, TextListOf(request.uid, "uid"));
  for (const std::string& text : datasets) {
    std::string dataset = NormaliseUuid(text).value_or(text);
    int removed = context.store.Exec(
        "DELETE FROM project_datasets WHERE project_uuid = ? AND dataset_uuid = ?",
        {uuid, dataset});
    if (removed == 0) return NotFound("the project has no dataset " + dataset);
    RemoveUnits(context.store, uuid, DataHashesOf(context.store, dataset));
  }
  Touch(context, uuid);
  return true;
}

}  // namespace

std::string CreateProject(Context& context, const User& owner, const NewProject& project) {
  std::string uuid = NewUuid();
  json::array sources(project.source_projects.begin(), project.source_projects.end());
  context.store.Exec("INSERT INTO projects VALUES (?, ?, ?, 'notStarted', ?, ?, ?, ?, ?)",
                     {uuid, project.title, project.description, project.ontology_uuid,
                      json::serialize(sources), owner.email, context.Now(), context.Now()});
  AddMember(context.store, Resource::kProject, uuid, owner.email, kAdmin);
  CreateWorkflow(context, uuid, *project.workflow);
  for (const std::string& dataset : project.dataset_uuids) Attach(context, uuid, dataset);
  return uuid;
}

Result<void> SetProjectStatus(Context& context, const std::string& project_uuid,
                              const std::string& status) {
  if (std::find(kStatuses.begin(), kStatuses.end(), status) == kStatuses.end()) {
    return InvalidArguments("status is none of a project's: " + status);
  }
  context.store.Exec("UPDATE projects SET status = ?, last_edited_at = ? WHERE uuid = ?",
                     {status, context.Now(), project_uuid});
  return {};
}

void RegisterProjects(Router& router) {
  router.Schema(kSchema);
  router.Schema(kLabelRowsSchema);
  router.RouteV1(V1Scope::kUser, "project", "POST", PostProject);
  router.RouteV1(V1Scope::kUser, "projectwithuserrole", "GET", ListProjectsWithUserRole);
  router.RouteV1(V1Scope::kResource, "projectdataset", "POST", AttachDatasets);
  router.RouteV1(V1Scope::kResource, "projectdataset", "DELETE", DetachDatasets);
  router.Route("GET", "/v2/public/projects", ListProjects);
  router.Route("GET", "/v2/public/projects/{project}", GetProject);
  router.Route("PUT", "/v2/public/projects/{project}/status", PutStatus);
  router.Route("GET", "/v2/public/projects/{project}/datasets", ListProjectDatasets);
  router.events().data_rows_added.push_back([](Context& context, const std::string& dataset,
                                               const std::vector<std::string>& data_hashes) {
    for (const std::string& project : ProjectsWith(context.store, dataset)) {
      AddTasks(context, project, data_hashes);
    }
  });
  router.events().data_rows_removed.push_back([](Context& context, const std::string& dataset,
                                                 const std::vector<std::string>& data_hashes) {
    for (const std::string& project : ProjectsWith(context.store, dataset)) {
      RemoveUnits(context.store, project, data_hashes);
    }
  });
}

}  // namespace sandbox
