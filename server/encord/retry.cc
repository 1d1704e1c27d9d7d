#include "server/encord/retry.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/time/time.h"
#include "server/encord/dates.h"

namespace gateway::encord {

const RetryRules& RetryPolicy::RulesFor(RetryClass retry_class) const {
  switch (retry_class) {
    case RetryClass::kCreate:
      return create;
    case RetryClass::kMove:
      return move;
    case RetryClass::kRead:
      break;
  }
  return read;
}

bool IsRetryableStatus(int http_status) {
  return http_status == 429 || http_status == 500 || http_status == 502 || http_status == 503 ||
         http_status == 504;
}

std::chrono::milliseconds Backoff(const RetryPolicy& policy, int attempt, double random) {
  const double ceiling =
      std::min(static_cast<double>(policy.max_backoff.count()),
               static_cast<double>(policy.initial_backoff.count()) * std::exp2(attempt - 1));
  return std::chrono::milliseconds(static_cast<int64_t>(ceiling * random));
}

std::optional<std::chrono::milliseconds> ParseRetryAfter(
    absl::string_view value, std::chrono::system_clock::time_point now) {
  // No deadline is later, and the wait can be added to any clock's time.
  constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);
  uint32_t seconds = 0;
  if (absl::SimpleAtoi(value, &seconds)) {
    return std::min<std::chrono::milliseconds>(std::chrono::seconds(seconds), kLongest);
  }
  if (const auto time = ParseDate(value)) {
    const absl::Duration wait = std::max(absl::ZeroDuration(), *time - absl::FromChrono(now));
    // Rounded down, the wait would end before the date.
    return std::min(absl::ToChronoMilliseconds(absl::Ceil(wait, absl::Milliseconds(1))), kLongest);
  }
  return std::nullopt;
}

void RetryBudgets::OnSuccess(const std::string& credential_id) {
  const auto found = tokens_.find(credential_id);
  if (found == tokens_.end()) return;
  found->second += policy_.token_ratio;
  if (found->second >= policy_.max_tokens) tokens_.erase(found);
}

bool RetryBudgets::OnFailure(const std::string& credential_id) {
  const auto [entry, inserted] = tokens_.try_emplace(credential_id, policy_.max_tokens);
  entry->second = std::max(0.0, entry->second - 1);
  return entry->second > policy_.max_tokens / 2;
}

}  // namespace gateway::encord
