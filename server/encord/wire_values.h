#ifndef SERVER_ENCORD_WIRE_VALUES_H_
#define SERVER_ENCORD_WIRE_VALUES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace gateway::encord {

// Project roles, numbers on Encord's wire, by number: 0 admin ... 5 viewer.
inline constexpr absl::string_view kProjectRoles[] = {
    "admin", "annotator", "reviewer", "annotator_reviewer", "team_manager", "viewer"};

// The number of a project role given by name in any letter case.
std::optional<int> ProjectRoleNumber(absl::string_view name);

// The name of a project role; the number as text if Encord added it since.
std::string ProjectRoleName(int64_t number);

// Ontology roles: 0 admin, 1 user.
std::string OntologyRoleName(int64_t number);

// A value for Encord's LIKE filters: `text` itself if it contains %, otherwise %text%.
std::string LikePattern(absl::string_view text);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_WIRE_VALUES_H_
