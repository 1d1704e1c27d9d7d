#include "server/http/message.h"

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace gateway::http {

std::string_view MethodName(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
  }
  return "";
}

const std::string* Response::FindHeader(std::string_view name) const {
  for (const Header& header : headers) {
    if (absl::EqualsIgnoreCase(header.name, absl::string_view(name.data(), name.size())))
      return &header.value;
  }
  return nullptr;
}

}  // namespace gateway::http
