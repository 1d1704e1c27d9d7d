#include "tools/sandbox/groups.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tools/sandbox/access.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/users.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

struct GroupedResource {
  Resource resource;
  const char* pattern;
};

constexpr GroupedResource kGroupedResources[] = {
    {Resource::kProject, "/v2/public/projects/{resource}/groups"},
    {Resource::kDataset, "/v2/public/datasets/{resource}/groups"},
    {Resource::kOntology, "/v2/public/ontologies/{resource}/groups"},
    {Resource::kFolder, "/v2/public/storage/folders/{resource}/groups"},
};

json::object GroupJson(const Row& row) {
  return json::object{{"groupHash", row.Text("uuid")},
                      {"name", row.Text("name")},
                      {"description", row.Text("description")},
                      {"createdAt", row.Text("created_at")}};
}

Result<json::value> ListOrganisationGroups(Context& context, const Request& request) {
  json::array results;
  for (const Row& row :
       context.store.Query("SELECT * FROM user_groups WHERE organisation = ? ORDER BY rowid",
                           {request.user.organisation})) {
    results.push_back(GroupJson(row));
  }
  return json::object{{"results", std::move(results)}};
}

Result<json::value> ListGroupsOf(Resource resource, Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("resource"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, resource, uuid));
  json::array results;
  for (const Row& row : context.store.Query(
           "SELECT user_groups.*, role FROM group_memberships JOIN user_groups"
           " ON user_groups.uuid = group_uuid WHERE resource = ? AND resource_uuid = ?"
           " ORDER BY group_memberships.rowid",
           {ResourceName(resource), uuid})) {
    json::object group = GroupJson(row);
    group["isSameOrganisation"] = row.Text("organisation") == request.user.organisation;
    group["userRole"] = row.Int("role");
    if (resource == Resource::kFolder) {
      group["userRole"] = row.Int("role") == kAdmin ? "admin" : "user";
    }
    results.push_back(std::move(group));
  }
  return json::object{{"results", std::move(results)}};
}

// Folders know their roles by name, the others by number.
Result<int64_t> ReadGroupRole(Resource resource, const json::value& body) {
  if (resource != Resource::kFolder) return ReadRole(resource, body, "userRole");
  ASSIGN_OR_RETURN(std::string role, RequiredText(body, "userRole"));
  if (role == "admin") return kAdmin;
  if (role == "user") return kUser;
  return InvalidArguments("userRole must be admin or user");
}

Result<json::value> AddGroupsTo(Resource resource, Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("resource"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, resource, uuid));
  ASSIGN_OR_RETURN(std::vector<std::string> groups,
                   RequiredUuidList(request.body, "groupHashList"));
  ASSIGN_OR_RETURN(int64_t role, ReadGroupRole(resource, request.body));
  for (const std::string& group : groups) {
    if (!context.store.QueryOne("SELECT 1 FROM user_groups WHERE uuid = ? AND organisation = ?",
                                {group, request.user.organisation})) {
      return NotFound("there is no group " + group + " in your organisation");
    }
    AddGroup(context.store, resource, uuid, group, role);
  }
  return nullptr;
}

Result<json::value> RemoveGroupsFrom(Resource resource, Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("resource"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, resource, uuid));
  ASSIGN_OR_RETURN(std::vector<std::string> groups, request.query.Uuids("groupHashList"));
  for (const std::string& group : groups) {
    context.store.Exec(
        "DELETE FROM group_memberships WHERE resource = ? AND resource_uuid = ?"
        " AND group_uuid = ?",
        {ResourceName(resource), uuid, group});
  }
  return nullptr;
}

}  // namespace

std::string CreateGroup(Context& context, const std::string& organisation, const std::string& name,
                        const std::string& description, const std::vector<std::string>& members) {
  std::string uuid = NewUuid();
  context.store.Exec("INSERT INTO user_groups VALUES (?, ?, ?, ?, ?)",
                     {uuid, organisation, name, description, context.Now()});
  for (const std::string& email : members) {
    EnsureUser(context.store, email);
    context.store.Exec("INSERT INTO group_members VALUES (?, ?) ON CONFLICT DO NOTHING",
                       {uuid, email});
  }
  return uuid;
}

void AddGroup(Store& store, Resource resource, const std::string& uuid,
              const std::string& group_uuid, int64_t role) {
  store.Exec(
      "INSERT INTO group_memberships VALUES (?, ?, ?, ?)"
      " ON CONFLICT DO UPDATE SET role = excluded.role",
      {ResourceName(resource), uuid, group_uuid, role});
}

void RegisterGroups(Router& router) {
  router.Route("GET", "/v2/public/user/current-organisation/groups", ListOrganisationGroups);
  for (const GroupedResource& grouped : kGroupedResources) {
    auto of = [resource = grouped.resource](auto handler) {
      return [resource, handler](Context& context, const Request& request) {
        return handler(resource, context, request);
      };
    };
    router.Route("GET", grouped.pattern, of(ListGroupsOf));
    router.Route("POST", grouped.pattern, of(AddGroupsTo));
    router.Route("DELETE", grouped.pattern, of(RemoveGroupsFrom));
  }
}

}  // namespace sandbox
