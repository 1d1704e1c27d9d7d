#ifndef TOOLS_SANDBOX_TAGS_H_
#define TOOLS_SANDBOX_TAGS_H_

#include <string>
#include <vector>

#include "tools/sandbox/router.h"

namespace sandbox {

// The tags of an organisation (/v2/public/organisation/organisation-tags) and
// which of them a project has (/v2/public/projects/{project}/tags).
void RegisterTags(Router& router);

// Adds the condition that the project `uuid` has at least one of the tags of the
// user's organisation with these names.
void AddTaggedWithAnyOf(SqlFilter& filter, const User& user, const std::vector<std::string>& names);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_TAGS_H_
