// Cancellation in each phase of a call: it ends the call and its connection at once, and leaves the
// pool as it was.

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <optional>
#include <variant>

#include "server/http/client.h"
#include "server/http/testing/client_runner.h"
#include "server/http/testing/fake_upstream.h"

namespace gateway::http {
namespace {

using testing::AnswerAll;
using testing::ClientRunner;
using testing::FakeConnection;
using testing::FakeUpstream;
using testing::Ok;

// Runs `call`, which was or will be cancelled, to its end.
void ExpectCancelled(ClientRunner& runner, ClientRunner::Call& call, bool may_have_been_sent) {
  const absl::StatusOr<Response>& response = runner.Await(call);
  EXPECT_EQ(response.status().code(), absl::StatusCode::kCancelled) << response.status();
  EXPECT_EQ(MayHaveBeenSent(response.status()), may_have_been_sent);
  const Stats stats = runner.stats();
  EXPECT_EQ(stats.waiting, 0U);
  EXPECT_EQ(stats.idle, 0U);
}

// A call to an upstream that cancels it when `until` returns, and then sees its connection closed.
void ExpectCancelledConnectionIsClosed(const std::function<void(FakeConnection&)>& until,
                                       Request request, const std::string& scheme,
                                       bool may_have_been_sent) {
  std::promise<void> reached;
  std::promise<void> closed;
  const FakeUpstream upstream([&](FakeConnection& connection) {
    until(connection);
    reached.set_value();
    connection.AwaitClose();
    closed.set_value();
  });
  ClientRunner runner({.url = scheme + "://127.0.0.1:" + std::to_string(upstream.port())});
  const auto call = runner.Start(std::move(request));
  std::thread canceller([&] {
    reached.get_future().wait();
    runner.Post([&] { call->Cancel(); });
  });
  ExpectCancelled(runner, *call, may_have_been_sent);
  EXPECT_EQ(runner.stats().in_use, 0U);
  canceller.join();
  closed.get_future().wait();
}

TEST(CancellationTest, BeforeItStarts) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner({.url = upstream.url()});
  boost::asio::io_context io(1);
  boost::asio::cancellation_signal signal;
  std::optional<absl::StatusOr<Response>> result;
  auto call = [&]() -> boost::asio::awaitable<void> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    signal.emit(boost::asio::cancellation_type::terminal);
    Request request{.target = "/"};
    result = co_await runner.client().Send(
        std::move(request), std::chrono::steady_clock::now() + std::chrono::hours(1));
    const bool throws = co_await boost::asio::this_coro::throw_if_cancelled();
    EXPECT_FALSE(throws) << "left as it was";
  };
  boost::asio::co_spawn(io, call,
                        boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
  io.run();
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(upstream.accepted(), 0);
}

TEST(CancellationTest, InTheQueue) {
  std::promise<void> release;
  const FakeUpstream upstream([&release](FakeConnection& connection) {
    connection.ReadRequest();
    release.get_future().wait();
    connection.Write(Ok(""));
    connection.AwaitClose();
  });
  ClientRunner runner({.url = upstream.url(), .max_connections = 1});
  const auto first = runner.Start({.target = "/"});
  const auto second = runner.Start({.target = "/"});
  const auto third = runner.Start({.target = "/"});
  EXPECT_EQ(runner.stats().waiting, 2U);
  third->Cancel();
  second->Cancel();
  ExpectCancelled(runner, *second, false);
  ExpectCancelled(runner, *third, false);
  EXPECT_EQ(runner.stats().in_use, 1U);
  release.set_value();
  EXPECT_TRUE(runner.Await(*first).ok());
  EXPECT_EQ(runner.stats().idle, 1U);
}

TEST(CancellationTest, JustAfterItsTurnCame) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner({.url = upstream.url(), .max_connections = 1});
  const auto first = runner.Start({.target = "/"});
  const auto second = runner.Start({.target = "/"});
  const auto third = runner.Start({.target = "/"});
  runner.RunUntil([&] { return runner.stats().waiting == 1; });
  second->Cancel();
  EXPECT_EQ(runner.Await(*second).status().code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(runner.Await(*first).ok());
  EXPECT_TRUE(runner.Await(*third).ok());
  EXPECT_EQ(runner.stats().in_use, 0U);
}

TEST(CancellationTest, WhileResolving) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner({.url = upstream.url("localhost")});
  const auto call = runner.Start({.target = "/"});
  call->Cancel();
  ExpectCancelled(runner, *call, false);
  EXPECT_EQ(runner.stats().in_use, 0U);
  EXPECT_EQ(upstream.accepted(), 0);
  EXPECT_TRUE(runner.Send({.target = "/"}).ok());
}

TEST(CancellationTest, WhileConnecting) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner({.url = upstream.url()});
  const auto call = runner.Start({.target = "/"});
  call->Cancel();
  ExpectCancelled(runner, *call, false);
  EXPECT_EQ(runner.stats().open, 0U);
  EXPECT_TRUE(runner.Send({.target = "/"}).ok());
}

TEST(CancellationTest, DuringTheHandshake) {
  ExpectCancelledConnectionIsClosed([](FakeConnection& connection) { connection.ReadSome(); },
                                    {.target = "/"}, "https", false);
}

TEST(CancellationTest, WhileSending) {
  ExpectCancelledConnectionIsClosed(
      [](FakeConnection& connection) { connection.ReadRequestHead(); },
      {.method = Method::kPost, .target = "/", .body = std::string(200'000'000, 'x')}, "http",
      true);
}

TEST(CancellationTest, WhileWaitingForTheAnswer) {
  ExpectCancelledConnectionIsClosed([](FakeConnection& connection) { connection.ReadRequest(); },
                                    {.target = "/", .repeatable = true}, "http", true);
}

TEST(CancellationTest, InTheMiddleOfTheAnswer) {
  ExpectCancelledConnectionIsClosed(
      [](FakeConnection& connection) {
        connection.ReadRequest();
        connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
      },
      {.target = "/"}, "http", true);
}

// The way in which a handler gives up: whichever ends first ends the other.
TEST(CancellationTest, ByAwaitableOperators) {
  std::promise<void> closed;
  const FakeUpstream upstream([&closed](FakeConnection& connection) {
    connection.AwaitClose();
    closed.set_value();
  });
  boost::asio::io_context io(1);
  const auto client = *Client::Create(io, {.url = upstream.url()});
  std::optional<std::size_t> winner;
  auto race = [&]() -> boost::asio::awaitable<void> {
    using boost::asio::experimental::awaitable_operators::operator||;
    boost::asio::steady_timer timer(io, std::chrono::milliseconds(20));
    Request request{.target = "/"};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
    const auto result = co_await (timer.async_wait(boost::asio::use_awaitable) ||
                                  client->Send(std::move(request), deadline));
    winner = result.index();
  };
  boost::asio::co_spawn(io, race, boost::asio::detached);
  io.run();
  EXPECT_EQ(winner, 0U);
  EXPECT_EQ(client->stats().in_use, 0U);
  closed.get_future().wait();
}

}  // namespace
}  // namespace gateway::http
