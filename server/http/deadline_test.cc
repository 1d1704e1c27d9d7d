// The limits of a call in time, in each of its phases.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "server/http/client.h"
#include "server/http/testing/client_runner.h"
#include "server/http/testing/fake_upstream.h"

namespace gateway::http {
namespace {

using std::chrono::milliseconds;
using testing::AnswerAll;
using testing::ClientRunner;
using testing::FakeConnection;
using testing::FakeUpstream;
using ::testing::HasSubstr;
using testing::Ok;

constexpr milliseconds kShort(50);

// Far above what a call takes to end, since machines that run tests are busy.
constexpr milliseconds kSlack(1000);

void ReadAndStall(FakeConnection& connection) {
  connection.ReadRequest();
  connection.AwaitClose();
}

// Sends `request` and expects it to end at `limit` by the limit `name`, not before, and its
// connection with it.
void ExpectLimit(ClientRunner& runner, Request request, milliseconds deadline, milliseconds limit,
                 const std::string& name, bool may_have_been_sent) {
  const std::size_t in_use = runner.stats().in_use;
  const auto call = runner.Start(std::move(request), deadline);
  const absl::StatusOr<Response>& response = runner.Await(*call);
  EXPECT_EQ(response.status().code(), absl::StatusCode::kDeadlineExceeded) << response.status();
  EXPECT_THAT(std::string(response.status().message()), HasSubstr(name));
  EXPECT_EQ(MayHaveBeenSent(response.status()), may_have_been_sent);
  EXPECT_GE(call->took, limit);
  EXPECT_LT(call->took, limit + kSlack);
  EXPECT_EQ(runner.stats().in_use, in_use);
  EXPECT_EQ(runner.stats().idle, 0U);
  EXPECT_EQ(runner.stats().waiting, 0U);
}

TEST(DeadlineTest, AlreadyPassed) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner({.url = upstream.url()});
  ExpectLimit(runner, {.target = "/"}, milliseconds(-1), milliseconds(0), "deadline", false);
  EXPECT_EQ(upstream.accepted(), 0);
}

TEST(DeadlineTest, WhileWaitingForAConnection) {
  const FakeUpstream upstream(ReadAndStall);
  ClientRunner runner({.url = upstream.url(), .max_connections = 1});
  const auto first = runner.Start({.target = "/"});
  ExpectLimit(runner, {.target = "/"}, kShort, kShort,
              "deadline exceeded while waiting for a connection", false);
}

TEST(DeadlineTest, DuringTheHandshake) {
  const FakeUpstream upstream([](FakeConnection& connection) { connection.AwaitClose(); });
  ClientRunner runner({.url = "https://127.0.0.1:" + std::to_string(upstream.port())});
  ExpectLimit(runner, {.target = "/"}, kShort, kShort, "deadline exceeded while TLS handshake",
              false);
}

TEST(DeadlineTest, WhileSending) {
  std::promise<void> done;
  const FakeUpstream upstream([&done](FakeConnection&) { done.get_future().wait(); });
  {
    ClientRunner runner({.url = upstream.url()});
    ExpectLimit(runner,
                {.method = Method::kPost, .target = "/", .body = std::string(200'000'000, 'x')},
                kShort, kShort, "deadline", true);
  }
  done.set_value();
}

TEST(DeadlineTest, WhileWaitingForTheAnswer) {
  const FakeUpstream upstream(ReadAndStall);
  ClientRunner runner({.url = upstream.url()});
  ExpectLimit(runner, {.target = "/"}, kShort, kShort,
              "deadline exceeded while waiting for the answer", true);
}

TEST(DeadlineTest, InTheMiddleOfAnAnswerThatTrickles) {
  const FakeUpstream upstream([](FakeConnection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.Write("x")) {
    }
  });
  ClientRunner runner({.url = upstream.url()});
  ExpectLimit(runner, {.target = "/"}, kShort, kShort, "deadline", true);
}

TEST(DeadlineTest, ShorterThanThatOfTheCallBefore) {
  const FakeUpstream upstream([](FakeConnection& connection) {
    connection.ReadRequest();
    connection.Write(Ok(""));
    ReadAndStall(connection);
  });
  ClientRunner runner({.url = upstream.url()});
  EXPECT_TRUE(runner.Send({.target = "/"}, std::chrono::hours(1)).ok());
  ExpectLimit(runner, {.target = "/"}, kShort, kShort, "deadline", true);
  EXPECT_EQ(runner.stats().reused, 1U);
}

TEST(DeadlineTest, LongerThanThatOfTheCallBefore) {
  const FakeUpstream upstream([](FakeConnection& connection) {
    connection.ReadRequest();
    connection.Write(Ok(""));
    ReadAndStall(connection);
  });
  ClientRunner runner({.url = upstream.url()});
  EXPECT_TRUE(runner.Send({.target = "/"}, kShort).ok());
  ExpectLimit(runner, {.target = "/"}, 4 * kShort, 4 * kShort, "deadline", true);
  EXPECT_EQ(runner.stats().reused, 1U);
}

TEST(DeadlineTest, DoesNotEndAnIdleConnection) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner({.url = upstream.url(), .idle_timeout = 3 * kShort});
  EXPECT_TRUE(runner.Send({.target = "/"}, kShort).ok());
  // The eviction comes after the deadline: until then the connection stays.
  const auto start = std::chrono::steady_clock::now();
  runner.RunUntil([&] { return runner.stats().idle == 0; });
  EXPECT_GE(std::chrono::steady_clock::now() - start, 2 * kShort);
  EXPECT_EQ(runner.stats().evicted, 1U);
}

TEST(TimeoutTest, Connect) {
  const FakeUpstream upstream([](FakeConnection& connection) { connection.AwaitClose(); });
  ClientRunner runner(
      {.url = "https://127.0.0.1:" + std::to_string(upstream.port()), .connect_timeout = kShort});
  ExpectLimit(runner, {.target = "/"}, std::chrono::hours(1), kShort, "connect timeout", false);
}

TEST(TimeoutTest, ConnectDoesNotLimitTheExchange) {
  const FakeUpstream upstream(ReadAndStall);
  ClientRunner runner({.url = upstream.url(), .connect_timeout = kShort});
  ExpectLimit(runner, {.target = "/"}, 3 * kShort, 3 * kShort, "deadline", true);
}

TEST(TimeoutTest, Read) {
  const FakeUpstream upstream(ReadAndStall);
  ClientRunner runner({.url = upstream.url(), .read_timeout = kShort});
  ExpectLimit(runner, {.target = "/"}, std::chrono::hours(1), kShort, "read timeout", true);
}

TEST(TimeoutTest, ReadWhenTheServerDoesNotTakeTheRequest) {
  std::promise<void> done;
  const FakeUpstream upstream([&done](FakeConnection&) { done.get_future().wait(); });
  {
    ClientRunner runner({.url = upstream.url(), .read_timeout = kShort});
    ExpectLimit(runner,
                {.method = Method::kPost, .target = "/", .body = std::string(200'000'000, 'x')},
                std::chrono::hours(1), kShort, "read timeout", true);
  }
  done.set_value();
}

TEST(TimeoutTest, Total) {
  const FakeUpstream upstream(ReadAndStall);
  ClientRunner runner({.url = upstream.url(), .total_timeout = kShort});
  ExpectLimit(runner, {.target = "/"}, std::chrono::hours(1), kShort, "total timeout", true);
}

TEST(TimeoutTest, LongestTimeoutsAreNoLimit) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner({.url = upstream.url(),
                       .connect_timeout = milliseconds::max(),
                       .read_timeout = milliseconds::max(),
                       .total_timeout = milliseconds::max(),
                       .idle_timeout = milliseconds::max()});
  EXPECT_TRUE(runner.Send({.target = "/"}).ok());
}

}  // namespace
}  // namespace gateway::http
