#include "server/http/time_limit.h"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(LimitAfterTest, AddsTheTimeout) {
  const steady_clock::time_point now = steady_clock::now();
  const TimeLimit limit = LimitAfter(now, milliseconds(5), "read timeout");
  EXPECT_EQ(limit.at, now + milliseconds(5));
  EXPECT_EQ(limit.name, "read timeout");
}

TEST(LimitAfterTest, BeyondTheClockIsNever) {
  const steady_clock::time_point now = steady_clock::now();
  EXPECT_EQ(LimitAfter(now, milliseconds::max(), "").at, steady_clock::time_point::max());
}

TEST(EarlierTest, KeepsTheName) {
  const steady_clock::time_point now = steady_clock::now();
  const TimeLimit first = {.at = now, .name = "first"};
  const TimeLimit second = {.at = now + milliseconds(1), .name = "second"};
  EXPECT_EQ(Earlier(first, second).name, "first");
  EXPECT_EQ(Earlier(second, first).name, "first");
  EXPECT_EQ(TimeLimitError(first, "reading").code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(TimeLimitError(first, "reading").message(), "first exceeded while reading");
}

}  // namespace
}  // namespace gateway::http
