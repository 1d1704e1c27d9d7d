#include "server/http/time_limit.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gateway::http {

TimeLimit LimitAfter(std::chrono::steady_clock::time_point now, std::chrono::milliseconds timeout,
                     absl::string_view name) {
  using TimePoint = std::chrono::steady_clock::time_point;
  const bool never =
      timeout > std::chrono::duration_cast<std::chrono::milliseconds>(TimePoint::max() - now);
  return {.at = never ? TimePoint::max() : now + timeout, .name = name};
}

TimeLimit Earlier(TimeLimit a, TimeLimit b) { return b.at < a.at ? b : a; }

absl::Status TimeLimitError(TimeLimit limit, absl::string_view doing) {
  return absl::DeadlineExceededError(absl::StrCat(limit.name, " exceeded while ", doing));
}

absl::Status CancellationError(absl::string_view doing) {
  return absl::CancelledError(absl::StrCat("cancelled while ", doing));
}

}  // namespace gateway::http
