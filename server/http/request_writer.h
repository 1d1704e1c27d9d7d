// Requests to bytes.

#ifndef SERVER_HTTP_REQUEST_WRITER_H_
#define SERVER_HTTP_REQUEST_WRITER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/http/message.h"

namespace gateway::http {

// A request as it goes over the wire: first `head`, then `body`.
struct SerializedRequest {
  std::string head;        // request line and headers, followed by the body if that is small
  absl::string_view body;  // the body if it is not in `head`: a view of the request's
};

// Serializes `request`, which must outlive the result, for the server that `host_header` names.
// INVALID_ARGUMENT if it cannot be sent as HTTP: the target does not begin with "/" or has spaces
// or control characters, a header's name is not a token or one that the client sets itself, or its
// value has CR, LF or NUL.
absl::StatusOr<SerializedRequest> Serialize(const Request& request, absl::string_view host_header);

}  // namespace gateway::http

#endif  // SERVER_HTTP_REQUEST_WRITER_H_
