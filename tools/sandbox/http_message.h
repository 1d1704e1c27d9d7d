#ifndef TOOLS_SANDBOX_HTTP_MESSAGE_H_
#define TOOLS_SANDBOX_HTTP_MESSAGE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace sandbox {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// A request as received; independent of the HTTP library.
struct HttpRequest {
  std::string method;
  // Path and query, exactly as on the request line.
  std::string target;
  HttpHeaders headers;
  std::string body;
  absl::Time received_at;

  // The first value of a header, whatever its case; "" if there is none.
  std::string_view Header(std::string_view name) const;
  // The target without its query.
  std::string_view Path() const;
};

struct HttpAnswer {
  int status = 200;
  HttpHeaders headers;
  std::string body;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_HTTP_MESSAGE_H_
