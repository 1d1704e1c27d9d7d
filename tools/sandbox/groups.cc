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

void AddGroupMember(Store& store, const std::string& group_uuid, const std::string& email) {
  store.Exec("INSERT INTO group_members VALUES (?, ?) ON CONFLICT DO NOTHING", {group_uuid, email});
}

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

// The group that the path names. Those of other organisations are not found.
Result<Row> RequireGroup(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("group"));
  std::optional<Row> row =
      context.store.QueryOne("SELECT * FROM user_groups WHERE uuid = ? AND organisation = ?",
                             {uuid, request.user.organisation});
  if (!row.has_value()) return NotFound("there is no group " + uuid + " in your organisation");
  return *std::move(row);
}

Result<json::value> PostGroup(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string name, RequiredTitle(request.body, "name"));
  ASSIGN_OR_RETURN(std::optional<std::string> description,
                   OptionalText(request.body, "description"));
  std::string uuid = CreateGroup(context, request.user.organisation, name, description.value_or(""),
                                 {request.user.email});
  return GroupJson(
      context.store.QueryOne("SELECT * FROM user_groups WHERE uuid = ?", {uuid}).value());
}

Result<json::value> GetGroup(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(Row group, RequireGroup(context, request));
  return GroupJson(group);
}

Result<json::value> PatchGroup(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(Row group, RequireGroup(context, request));
  ASSIGN_OR_RETURN(std::optional<std::string> name, OptionalText(request.body, "name"));
  if (name.has_value()) RETURN_IF_ERROR(RequiredTitle(request.body, "name"));
  ASSIGN_OR_RETURN(std::optional<std::string> description,
                   OptionalText(request.body, "description"));
  context.store.Exec(
      "UPDATE user_groups SET name = coalesce(?, name), description = coalesce(?, description)"
      " WHERE uuid = ?",
      {name, description, group.Text("uuid")});
  return GetGroup(context, request);
}

Result<json::value> DeleteGroup(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(Row group, RequireGroup(context, request));
  for (const char* sql : {"DELETE FROM group_memberships WHERE group_uuid = ?",
                          "DELETE FROM group_members WHERE group_uuid = ?",
                          "DELETE FROM user_groups WHERE uuid = ?"}) {
    context.store.Exec(sql, {group.Text("uuid")});
  }
  return nullptr;
}

Result<json::value> ListGroupUsers(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(Row group, RequireGroup(context, request));
  json::array results;
  for (const Row& row :
       context.store.Query("SELECT email FROM group_members WHERE group_uuid = ? ORDER BY rowid",
                           {group.Text("uuid")})) {
    results.push_back(json::object{{"userEmail", row.Text("email")}});
  }
  return json::object{{"results", std::move(results)}};
}

Result<json::value> AddGroupUsers(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(Row group, RequireGroup(context, request));
  ASSIGN_OR_RETURN(std::vector<std::string> emails, RequiredTextList(request.body, "userEmails"));
  for (const std::string& email : emails) {
    if (!IsEmail(email)) return InvalidArguments("userEmails: " + email + " is no email address");
    if (EnsureUser(context.store, email).organisation != request.user.organisation) {
      return NotAuthorised(email + " is no member of your organisation");
    }
    AddGroupMember(context.store, group.Text("uuid"), email);
  }
  return ListGroupUsers(context, request);
}

Result<json::value> RemoveGroupUsers(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(Row group, RequireGroup(context, request));
  ASSIGN_OR_RETURN(std::vector<std::string> emails, RequiredTextList(request.body, "userEmails"));
  for (const std::string& email : emails) {
    context.store.Exec("DELETE FROM group_members WHERE group_uuid = ? AND email = ?",
                       {group.Text("uuid"), email});
  }
  return nullptr;
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
    AddGroupMember(context.store, uuid, email);
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
  router.Route("POST", "/v2/public/organisation/groups", PostGroup);
  router.Route("GET", "/v2/public/organisation/groups/{group}", GetGroup);
  router.Route("PATCH", "/v2/public/organisation/groups/{group}", PatchGroup);
  router.Route("DELETE", "/v2/public/organisation/groups/{group}", DeleteGroup);
  router.Route("GET", "/v2/public/organisation/groups/{group}/users", ListGroupUsers);
  router.Route("POST", "/v2/public/organisation/groups/{group}/users", AddGroupUsers);
  router.Route("POST", "/v2/public/organisation/groups/{group}/users/bulk-delete",
               RemoveGroupUsers);
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
