#include "tools/sandbox/users.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <vector>

#include "tools/sandbox/members.h"
#include "tools/sandbox/paging.h"

namespace sandbox {
namespace {

Result<json::value> AddProjectUsers(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("project"));
  return AddUsers(context, request.user, Resource::kProject, uuid, request.payload);
}

Result<json::value> ListProjectUsers(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("project"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kProject, uuid));
  ASSIGN_OR_RETURN(Page page, ReadPage(context, request.query));
  return AnswerPage(
      context, page,
      "SELECT email, role FROM memberships"
      " WHERE resource = 'project' AND resource_uuid = ? ORDER BY rowid",
      {uuid}, [](const Row& row) {
        return json::object{{"userEmail", row.Text("email")}, {"userRole", row.Int("role")}};
      });
}

Result<json::value> ListDatasetUsers(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid("dataset"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kDataset, uuid));
  ASSIGN_OR_RETURN(Page page, ReadPage(context, request.query));
  return AnswerPage(context, page,
                    "SELECT email, role FROM memberships"
                    " WHERE resource = 'dataset' AND resource_uuid = ? ORDER BY rowid",
                    {uuid}, [&](const Row& row) {
                      return json::object{{"datasetUuid", uuid},
                                          {"userEmail", row.Text("email")},
                                          {"userRole", row.Int("role")}};
                    });
}

// Who is no member is left as he is. Admins of a project can be removed by an
// organisation's admin only, and the sandbox knows none.
Result<json::value> RemoveUsers(Context& context, const Request& request, Resource resource) {
  ASSIGN_OR_RETURN(std::string uuid, request.PathUuid(ResourceName(resource)));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, resource, uuid));
  ASSIGN_OR_RETURN(std::vector<std::string> emails, RequiredTextList(request.body, "userEmails"));
  for (const std::string& email : emails) {
    if (resource == Resource::kProject &&
        context.store.QueryOne("SELECT 1 FROM memberships WHERE resource = 'project'"
                               " AND resource_uuid = ? AND email = ? AND role = ?",
                               {uuid, email, kAdmin})) {
      return NotAuthorised("only an admin of the organisation may remove the admin " + email);
    }
    context.store.Exec(
        "DELETE FROM memberships WHERE resource = ? AND resource_uuid = ? AND email = ?",
        {ResourceName(resource), uuid, email});
  }
  return nullptr;
}

Result<json::value> RemoveProjectUsers(Context& context, const Request& request) {
  return RemoveUsers(context, request, Resource::kProject);
}

Result<json::value> RemoveDatasetUsers(Context& context, const Request& request) {
  return RemoveUsers(context, request, Resource::kDataset);
}

}  // namespace

Result<int64_t> ReadRole(Resource resource, const json::value& object, std::string_view name) {
  ASSIGN_OR_RETURN(int64_t role, RequiredInt(object, name));
  int64_t highest = resource == Resource::kProject ? kViewer : kUser;
  if (role < 0 || role > highest) {
    return InvalidArguments(std::string(name) + " must be between 0 and " +
                            std::to_string(highest));
  }
  return role;
}

Result<json::value> AddUsers(Context& context, const User& caller, Resource resource,
                             const std::string& uuid, const json::value& payload) {
  RETURN_IF_ERROR(RequireAdmin(context.store, caller, resource, uuid));
  ASSIGN_OR_RETURN(std::vector<std::string> emails, RequiredTextList(payload, "user_emails"));
  ASSIGN_OR_RETURN(int64_t role, ReadRole(resource, payload, "user_role"));
  json::array added;
  for (const std::string& email : emails) {
    if (!IsEmail(email)) return InvalidArguments("user_emails: " + email + " is no email address");
    int64_t role_now = AddMember(context.store, resource, uuid, email, role);
    json::object user{{"user_email", email}, {"user_role", role_now}};
    user[std::string(ResourceName(resource)) + "_hash"] = uuid;
    added.push_back(std::move(user));
  }
  return added;
}

void RegisterUsers(Router& router) {
  router.RouteV1(V1Scope::kResource, "projectusers", "POST", AddProjectUsers);
  router.Route("GET", "/v2/public/projects/{project}/users", ListProjectUsers);
  router.Route("POST", "/v2/public/projects/{project}/users/bulk-delete", RemoveProjectUsers);
  router.Route("GET", "/v2/public/datasets/{dataset}/users", ListDatasetUsers);
  router.Route("POST", "/v2/public/datasets/{dataset}/users/bulk-delete", RemoveDatasetUsers);
}

}  // namespace sandbox
