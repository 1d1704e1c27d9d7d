#ifndef TOOLS_SANDBOX_GROUPS_H_
#define TOOLS_SANDBOX_GROUPS_H_

#include <string>
#include <vector>

#include "tools/sandbox/router.h"

namespace sandbox {

// Groups of users: those of the caller's organisation with their members
// (/v2/public/organisation/groups), and those that have access to a project,
// dataset, ontology or folder (.../groups).
void RegisterGroups(Router& router);

// Makes a group and returns its UUID.
std::string CreateGroup(Context& context, const std::string& organisation, const std::string& name,
                        const std::string& description, const std::vector<std::string>& members);

// Gives all members of a group a role in a thing; one that they had through the
// group is replaced.
void AddGroup(Store& store, Resource resource, const std::string& uuid,
              const std::string& group_uuid, int64_t role);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_GROUPS_H_
