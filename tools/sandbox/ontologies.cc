#include "tools/sandbox/ontologies.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/sandbox/access.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/ontology_structure.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS ontologies (
  uuid TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  editor TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_edited_at TEXT NOT NULL);
)sql";

json::value OntologyJson(Store& store, const User& user, const Row& row) {
  std::optional<int64_t> role = RoleOf(store, user, Resource::kOntology, row.Text("uuid"));
  return json::object{{"ontologyUuid", row.Text("uuid")},
                      {"title", row.Text("title")},
                      {"description", row.Text("description")},
                      {"editor", ParseKeptJson(row.Text("editor"))},
                      {"createdAt", row.Text("created_at")},
                      {"lastEditedAt", row.Text("last_edited_at")},
                      {"userRole", OrNull(role)}};
}

Result<json::value> OntologyByUuid(Context& context, const User& user, const std::string& uuid) {
  std::optional<Row> row =
      context.store.QueryOne("SELECT * FROM ontologies WHERE uuid = ?", {uuid});
  if (!row.has_value()) return NotFound("there is no ontology " + uuid);
  return OntologyJson(context.store, user, *row);
}

struct OntologyFields {
  std::string title;
  std::string description;
  json::object editor;
};

Result<OntologyFields> ReadFields(const json::value& body) {
  OntologyFields fields;
  ASSIGN_OR_RETURN(fields.title, RequiredTitle(body, "title"));
  ASSIGN_OR_RETURN(std::optional<std::string> description, OptionalText(body, "description"));
  fields.description = description.value_or("");
  const json::value* editor = FindMember(body, "editor");
  if (editor == nullptr) return InvalidArguments("editor is missing");
  ASSIGN_OR_RETURN(fields.editor, CheckStructure(*editor));
  return fields;
}

Result<json::value> PostOntology(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(OntologyFields fields, ReadFields(request.body));
  std::string uuid =
      CreateOntology(context, request.user, fields.title, fields.description, fields.editor);
  return OntologyByUuid(context, request.user, uuid);
}

Result<json::value> PutOntology(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("ontology"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kOntology, uuid));
  ASSIGN_OR_RETURN(OntologyFields fields, ReadFields(request.body));
  context.store.Exec(
      "UPDATE ontologies SET title = ?, description = ?, editor = ?, last_edited_at = ?"
      " WHERE uuid = ?",
      {fields.title, fields.description, json::serialize(fields.editor), context.Now(), uuid});
  return OntologyByUuid(context, request.user, uuid);
}

Result<json::value> GetOntology(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("ontology"));
  Result<int64_t> role = RequireMember(context.store, request.user, Resource::kOntology, uuid);
  if (!role.ok()) {
    // Who may see a project may read the ontology that its labels are made of.
    SqlFilter project_with_it;
    project_with_it.Add("ontology_uuid = ?", {uuid});
    AddVisible(project_with_it, request.user, Resource::kProject, "uuid");
    if (!context.store.QueryOne("SELECT 1 FROM projects" + project_with_it.Where(),
                                project_with_it.arguments())) {
      return std::move(role).error();
    }
  }
  return OntologyByUuid(context, request.user, uuid);
}

Result<json::value> ListOntologies(Context& context, const Request& request) {
  SqlFilter filter;
  AddVisible(filter, request.user, Resource::kOntology, "uuid");
  filter.AddIf("title = ?", request.query.Text("titleEq"));
  filter.AddIf("title LIKE ?", request.query.Text("titleLike"));
  filter.AddIf("description = ?", request.query.Text("descEq"));
  filter.AddIf("description LIKE ?", request.query.Text("descLike"));
  RETURN_IF_ERROR(AddDateFilters(filter, request.query));
  json::array results;
  for (const Row& row : context.store.Query(
           "SELECT * FROM ontologies" + filter.Where() + " ORDER BY created_at DESC, rowid DESC",
           filter.arguments())) {
    results.push_back(OntologyJson(context.store, request.user, row));
  }
  return json::object{{"results", std::move(results)}};
}

}  // namespace

std::string CreateOntology(Context& context, const User& owner, const std::string& title,
                           const std::string& description, const json::object& editor) {
  std::string uuid = NewUuid();
  std::string now = context.Now();
  context.store.Exec("INSERT INTO ontologies VALUES (?, ?, ?, ?, ?, ?)",
                     {uuid, title, description, json::serialize(editor), now, now});
  AddMember(context.store, Resource::kOntology, uuid, owner.email, kAdmin);
  return uuid;
}

json::object EmptyStructure() {
  return json::object{{"objects", json::array()},
                      {"classifications", json::array()},
                      {"skeleton_templates", json::array()}};
}

json::value StructureOf(Store& store, const std::string& ontology_uuid) {
  std::optional<Row> row =
      store.QueryOne("SELECT editor FROM ontologies WHERE uuid = ?", {ontology_uuid});
  return row.has_value() ? ParseKeptJson(row->Text("editor")) : json::value(nullptr);
}

void RegisterOntologies(Router& router) {
  router.Schema(kSchema);
  router.Route("POST", "/v2/public/ontologies", PostOntology);
  router.Route("GET", "/v2/public/ontologies", ListOntologies);
  router.Route("GET", "/v2/public/ontologies/{ontology}", GetOntology);
  router.Route("PUT", "/v2/public/ontologies/{ontology}", PutOntology);
}

}  // namespace sandbox
