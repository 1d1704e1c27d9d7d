// Moments at which a call ends.

#ifndef SERVER_HTTP_TIME_LIMIT_H_
#define SERVER_HTTP_TIME_LIMIT_H_

#include <chrono>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace gateway::http {

// A moment at which a call ends, and the name of the setting behind it ("deadline", "connect
// timeout", ...), a literal.
struct TimeLimit {
  std::chrono::steady_clock::time_point at = std::chrono::steady_clock::time_point::max();
  absl::string_view name;
};

// The limit `timeout` from `now`; never, if that is beyond the clock's range.
TimeLimit LimitAfter(std::chrono::steady_clock::time_point now, std::chrono::milliseconds timeout,
                     absl::string_view name);

// The one that comes first.
TimeLimit Earlier(TimeLimit a, TimeLimit b);

// DEADLINE_EXCEEDED: "connect timeout exceeded while <doing>".
absl::Status TimeLimitError(TimeLimit limit, absl::string_view doing);

// CANCELLED: "cancelled while <doing>".
absl::Status CancellationError(absl::string_view doing);

}  // namespace gateway::http

#endif  // SERVER_HTTP_TIME_LIMIT_H_
