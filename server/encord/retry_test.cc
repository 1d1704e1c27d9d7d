#include "server/encord/retry.h"

#include "gtest/gtest.h"

namespace gateway::encord {
namespace {

using std::chrono::milliseconds;

TEST(BackoffTest, DoublesUpToTheMaximumWithFullJitter) {
  const RetryPolicy policy{.initial_backoff = milliseconds(100), .max_backoff = milliseconds(300)};
  EXPECT_EQ(Backoff(policy, 1, 0.5), milliseconds(50));
  EXPECT_EQ(Backoff(policy, 2, 0.5), milliseconds(100));
  EXPECT_EQ(Backoff(policy, 3, 0.5), milliseconds(150));
  EXPECT_EQ(Backoff(policy, 1000, 0.5), milliseconds(150));
  EXPECT_EQ(Backoff(policy, 2, 0), milliseconds(0));
}

TEST(ParseRetryAfterTest, TakesSecondsAndDates) {
  const auto now = std::chrono::system_clock::from_time_t(1768472430);
  EXPECT_EQ(ParseRetryAfter("7", now), std::chrono::seconds(7));
  EXPECT_EQ(ParseRetryAfter("Thu, 15 Jan 2026 10:20:33 GMT", now), std::chrono::seconds(3));
  EXPECT_EQ(ParseRetryAfter("Thu, 15 Jan 2026 10:20:00 GMT", now), std::chrono::seconds(0));
  EXPECT_EQ(ParseRetryAfter("4294967295", now), std::chrono::hours(24 * 365));
  EXPECT_EQ(ParseRetryAfter("Fri, 31 Dec 9999 23:59:59 GMT", now), std::chrono::hours(24 * 365));
  EXPECT_EQ(ParseRetryAfter("soon", now), std::nullopt);
  EXPECT_EQ(ParseRetryAfter("-1", now), std::nullopt);
}

TEST(ParseRetryAfterTest, NeverEndsBeforeTheDate) {
  const auto now =
      std::chrono::system_clock::from_time_t(1768472430) + std::chrono::microseconds(500);
  EXPECT_EQ(ParseRetryAfter("Thu, 15 Jan 2026 10:20:31 GMT", now), milliseconds(1000));
}

TEST(RetryBudgetsTest, StopsAtHalfAndRecoversWithSuccesses) {
  RetryBudgets budgets({.max_tokens = 4, .token_ratio = 0.5});
  EXPECT_TRUE(budgets.OnFailure("a"));
  EXPECT_FALSE(budgets.OnFailure("a"));
  EXPECT_TRUE(budgets.OnFailure("b")) << "each credential has its own budget";
  for (int i = 0; i < 4; ++i) budgets.OnSuccess("a");
  EXPECT_TRUE(budgets.OnFailure("a"));
}

TEST(RetryPolicyTest, OnlyReadsAreRepeatedOnceTheyWereSent) {
  const RetryPolicy policy{.read = {.max_attempts = 5, .repeats_what_was_sent = true},
                           .create = {.max_attempts = 6, .repeats_what_was_sent = false},
                           .move = {.max_attempts = 7, .repeats_what_was_sent = false}};
  EXPECT_EQ(policy.RulesFor(RetryClass::kRead).max_attempts, 5);
  EXPECT_EQ(policy.RulesFor(RetryClass::kCreate).max_attempts, 6);
  EXPECT_EQ(policy.RulesFor(RetryClass::kMove).max_attempts, 7);
  EXPECT_TRUE(RetryPolicy().RulesFor(RetryClass::kRead).repeats_what_was_sent);
  EXPECT_FALSE(RetryPolicy().RulesFor(RetryClass::kCreate).repeats_what_was_sent);
  EXPECT_FALSE(RetryPolicy().RulesFor(RetryClass::kMove).repeats_what_was_sent);
}

TEST(IsRetryableStatusTest, NamesTheFive) {
  for (int status : {429, 500, 502, 503, 504}) EXPECT_TRUE(IsRetryableStatus(status));
  for (int status : {200, 400, 401, 403, 404, 409, 413, 501})
    EXPECT_FALSE(IsRetryableStatus(status));
}

}  // namespace
}  // namespace gateway::encord
