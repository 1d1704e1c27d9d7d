#ifndef TOOLS_SANDBOX_ACCESS_H_
#define TOOLS_SANDBOX_ACCESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sandbox/context.h"
#include "tools/sandbox/result.h"

namespace sandbox {

// Who may see and change what. A user sees only what he is a member of, by
// himself or through a group. The creator of a thing is its first admin.
// Folders also pass their members on to the folders below them, and a
// dataset its members to its backing folder.

// A person, known by the email that names his key.
struct User {
  std::string email;
  // The tenant: the email's domain part. Users of one organisation share its
  // groups and cloud integrations, and nothing else.
  std::string organisation;
};

// The things that have members. Each lives in the table of its plural name
// ("projects", "datasets", "ontologies", "folders") with a column `uuid`.
enum class Resource { kProject, kDataset, kOntology, kFolder };

// Roles as numbers on Encord's wire. Projects know all six, the others
// kAdmin and kUser (= 1). Viewers change nothing.
enum Role : int64_t {
  kAdmin = 0,
  kUser = 1,
  kAnnotator = 1,
  kReviewer = 2,
  kAnnotatorReviewer = 3,
  kTeamManager = 4,
  kViewer = 5,
};

// Tables users, memberships, user_groups, group_members, group_memberships.
extern const char kAccessSchema[];

// Whether a text looks like one email address.
bool IsEmail(std::string_view text);

// The user of an email; known from now on.
User EnsureUser(Store& store, std::string_view email);

// Makes a user (known or not) a member. An existing member keeps his role.
// Returns the role that he has now.
int64_t AddMember(Store& store, Resource resource, std::string_view uuid, std::string_view email,
                  int64_t role);

// Removes all memberships of a thing that is deleted.
void RemoveMembers(Store& store, Resource resource, std::string_view uuid);

// The strongest role that the user has, or nullopt if he is no member.
std::optional<int64_t> RoleOf(Store& store, const User& user, Resource resource,
                              std::string_view uuid);

// The user's role. NOT_FOUND if the thing does not exist, AUTHORISATION_ERROR
// if the user is no member.
Result<int64_t> RequireMember(Store& store, const User& user, Resource resource,
                              std::string_view uuid);

// Like RequireMember, and AUTHORISATION_ERROR unless admin (of a project: or
// team manager).
Result<void> RequireAdmin(Store& store, const User& user, Resource resource, std::string_view uuid);

// Adds the condition that `column` holds the UUID of a thing that the user is a
// member of.
void AddVisible(SqlFilter& filter, const User& user, Resource resource, std::string_view column);

// The name of a resource: "project", "dataset", "ontology", "folder".
std::string_view ResourceName(Resource resource);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_ACCESS_H_
