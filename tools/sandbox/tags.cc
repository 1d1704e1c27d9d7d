#include "tools/sandbox/tags.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tools/sandbox/access.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS organisation_tags (
  uuid TEXT PRIMARY KEY,
  organisation TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  UNIQUE (organisation, name));
CREATE TABLE IF NOT EXISTS project_tags (
  project_uuid TEXT NOT NULL,
  tag_uuid TEXT NOT NULL,
  PRIMARY KEY (project_uuid, tag_uuid));
)sql";

json::array TagsJson(const std::vector<Row>& rows) {
  json::array tags;
  for (const Row& row : rows) {
    tags.push_back(json::object{{"uuid", row.Text("uuid")},
                                {"name", row.Text("name")},
                                {"description", row.Text("description")}});
  }
  return tags;
}

// The tag that the path names. Those of other organisations are not found.
Result<std::string> RequireTag(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("tag"));
  if (!context.store.QueryOne("SELECT 1 FROM organisation_tags WHERE uuid = ? AND organisation = ?",
                              {uuid, request.user.organisation})) {
    return NotFound("there is no tag " + uuid + " in your organisation");
  }
  return uuid;
}

Result<json::value> ListTags(Context& context, const Request& request) {
  return json::object{
      {"results", TagsJson(context.store.Query(
                      "SELECT * FROM organisation_tags WHERE organisation = ? ORDER BY name",
                      {request.user.organisation}))}};
}

Result<json::value> PostTag(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string name, RequiredTitle(request.body, "name"));
  ASSIGN_OR_RETURN(std::optional<std::string> description,
                   OptionalText(request.body, "description"));
  std::string uuid = NewUuid();
  int added =
      context.store.Exec("INSERT INTO organisation_tags VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                         {uuid, request.user.organisation, name, description.value_or("")});
  if (added == 0) return AlreadyExists("your organisation has a tag " + name + " already");
  return TagsJson(context.store.Query("SELECT * FROM organisation_tags WHERE uuid = ?", {uuid}))
      .at(0);
}

Result<json::value> DeleteTag(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, RequireTag(context, request));
  context.store.Exec("DELETE FROM project_tags WHERE tag_uuid = ?", {uuid});
  context.store.Exec("DELETE FROM organisation_tags WHERE uuid = ?", {uuid});
  return nullptr;
}

Result<json::value> ListProjectTags(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project, request.PathUuid("project"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kProject, project));
  return json::object{
      {"results", TagsJson(context.store.Query("SELECT organisation_tags.* FROM project_tags"
                                               " JOIN organisation_tags ON uuid = tag_uuid"
                                               " WHERE project_uuid = ? ORDER BY name",
                                               {project}))}};
}

Result<json::value> PutProjectTag(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project, request.PathUuid("project"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kProject, project));
  ASSIGN_OR_RETURN(std::string tag, RequireTag(context, request));
  context.store.Exec("INSERT INTO project_tags VALUES (?, ?) ON CONFLICT DO NOTHING",
                     {project, tag});
  return nullptr;
}

Result<json::value> DeleteProjectTag(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project, request.PathUuid("project"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kProject, project));
  ASSIGN_OR_RETURN(std::string tag, RequireTag(context, request));
  context.store.Exec("DELETE FROM project_tags WHERE project_uuid = ? AND tag_uuid = ?",
                     {project, tag});
  return nullptr;
}

}  // namespace

void AddTaggedWithAnyOf(SqlFilter& filter, const User& user,
                        const std::vector<std::string>& names) {
  SqlFilter tags;
  tags.Add("organisation = ?", {user.organisation});
  tags.AddIn("name", names);
  filter.Add(
      "uuid IN (SELECT project_uuid FROM project_tags WHERE tag_uuid IN"
      " (SELECT uuid FROM organisation_tags" +
          tags.Where() + "))",
      tags.arguments());
}

void RegisterTags(Router& router) {
  router.Schema(kSchema);
  router.Route("GET", "/v2/public/organisation/organisation-tags", ListTags);
  router.Route("POST", "/v2/public/organisation/organisation-tags", PostTag);
  router.Route("DELETE", "/v2/public/organisation/organisation-tags/{tag}", DeleteTag);
  router.Route("GET", "/v2/public/projects/{project}/tags", ListProjectTags);
  router.Route("PUT", "/v2/public/projects/{project}/tags/{tag}", PutProjectTag);
  router.Route("DELETE", "/v2/public/projects/{project}/tags/{tag}", DeleteProjectTag);
}

}  // namespace sandbox
