#include "tools/sandbox/http_message.h"

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace sandbox {

std::string_view HttpRequest::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (absl::EqualsIgnoreCase(key, absl::string_view(name.data(), name.size()))) return value;
  }
  return {};
}

std::string_view HttpRequest::Path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

}  // namespace sandbox
