#include "server/encord/wire_values.h"

#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace gateway::encord {

std::optional<int> ProjectRoleNumber(absl::string_view name) {
  for (int number = 0; number < static_cast<int>(std::size(kProjectRoles)); ++number) {
    if (absl::EqualsIgnoreCase(name, kProjectRoles[number])) return number;
  }
  return std::nullopt;
}

std::string ProjectRoleName(int64_t number) {
  if (number < 0 || number >= static_cast<int64_t>(std::size(kProjectRoles))) {
    return absl::StrCat(number);
  }
  return std::string(kProjectRoles[number]);
}

std::string OntologyRoleName(int64_t number) {
  if (number == 0) return "admin";
  if (number == 1) return "user";
  return absl::StrCat(number);
}

std::string LikePattern(absl::string_view text) {
  return absl::StrContains(text, "%") ? std::string(text) : absl::StrCat("%", text, "%");
}

}  // namespace gateway::encord
