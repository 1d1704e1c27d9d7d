#ifndef TOOLS_SANDBOX_USERS_H_
#define TOOLS_SANDBOX_USERS_H_

#include <string>

#include "tools/sandbox/access.h"
#include "tools/sandbox/router.h"

namespace sandbox {

// The users of a project: v1 projectusers, /v2/public/projects/{project}/users;
// and of a dataset: /v2/public/datasets/{dataset}/users. They are kept as
// memberships (access.h).
void RegisterUsers(Router& router);

// v1's "add users": reads {"user_emails", "user_role"}, adds each, and answers
// the list of {"user_email", "user_role", "<resource>_hash"} with the role that
// each has now. Only admins may; INVALID_ARGUMENTS for a role that the resource
// does not know or a text that is no email.
Result<json::value> AddUsers(Context& context, const User& caller, Resource resource,
                             const std::string& uuid, const json::value& payload);

// Reads a role number: 0..5 for projects, 0..1 for the others.
Result<int64_t> ReadRole(Resource resource, const json::value& object, std::string_view name);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_USERS_H_
