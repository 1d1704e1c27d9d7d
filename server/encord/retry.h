#ifndef SERVER_ENCORD_RETRY_H_
#define SERVER_ENCORD_RETRY_H_

#include <chrono>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"

namespace gateway::encord {

// What a call does at Encord, and so how it may be repeated. docs/retries.md has the class of every
// RPC.
enum class RetryClass {
  kRead,    // changes nothing
  kCreate,  // makes, adds or uploads: done twice, there would be two
  kMove,    // takes a task out of its stage: whether it did can be seen afterwards
};

// How the calls of a class are repeated.
struct RetryRules {
  // Requests in all; 1 means no repetition.
  int max_attempts;
  // True: repeated on failed connections, on the gateway's own timeouts, and on HTTP 429, 500, 502,
  // 503 and 504. False: only when no byte of the request can have reached Encord.
  bool repeats_what_was_sent;
};

struct RetryPolicy {
  RetryRules read = {.max_attempts = 4, .repeats_what_was_sent = true};
  RetryRules create = {.max_attempts = 4, .repeats_what_was_sent = false};
  RetryRules move = {.max_attempts = 4, .repeats_what_was_sent = false};
  // The wait before attempt n+1 is drawn evenly from 0 to initial * 2^(n-1), at most max. Encord's
  // Retry-After, where given, takes its place.
  std::chrono::milliseconds initial_backoff{250};
  std::chrono::milliseconds max_backoff{8000};
  // A budget per credential as in gRFC A6: a failure that may be repeated takes one token, a
  // success gives token_ratio back; while at most half of max_tokens are left nothing is repeated.
  double max_tokens = 100;
  double token_ratio = 0.1;

  const RetryRules& RulesFor(RetryClass retry_class) const;
};

// True for the HTTP statuses on which a request that may be repeated is.
bool IsRetryableStatus(int http_status);

// The wait after `attempt` (from 1) failed; `random` in [0, 1).
std::chrono::milliseconds Backoff(const RetryPolicy& policy, int attempt, double random);

// Reads a Retry-After header: whole seconds, or a date counted from `now`. At most a year. nullopt:
// neither.
std::optional<std::chrono::milliseconds> ParseRetryAfter(absl::string_view value,
                                                         std::chrono::system_clock::time_point now);

// The tokens of every credential. Used on the event loop only.
class RetryBudgets {
 public:
  explicit RetryBudgets(const RetryPolicy& policy) : policy_(policy) {}

  void OnSuccess(const std::string& credential_id);
  // Takes a token; true if a repetition is within the budget.
  bool OnFailure(const std::string& credential_id);

 private:
  const RetryPolicy policy_;
  // Only credentials whose budget is not full.
  absl::flat_hash_map<std::string, double> tokens_;
};

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_RETRY_H_
