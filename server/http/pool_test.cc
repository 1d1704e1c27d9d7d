// Reuse of connections, and the queue for them.

#include "server/http/pool.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "server/http/testing/client_runner.h"
#include "server/http/testing/fake_upstream.h"

namespace gateway::http {
namespace {

using std::chrono::milliseconds;
using testing::AnswerAll;
using testing::ClientRunner;
using testing::FakeConnection;
using testing::FakeUpstream;
using testing::Ok;

TEST(PoolTest, OneConnectionServesRequestAfterRequest) {
  const FakeUpstream upstream(AnswerAll(Ok("x")));
  ClientRunner runner({.url = upstream.url()});
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(runner.Send({.target = "/"}).ok());
  const Stats stats = runner.stats();
  EXPECT_EQ(upstream.accepted(), 1);
  EXPECT_EQ(stats.opened, 1U);
  EXPECT_EQ(stats.reused, 99U);
  EXPECT_EQ(stats.open, 1U);
  EXPECT_EQ(stats.idle, 1U);
  EXPECT_EQ(stats.in_use, 0U);
  EXPECT_EQ(stats.stale, 0U);
}

TEST(PoolTest, ConnectionUsedLastComesFirst) {
  const FakeUpstream upstream([](FakeConnection& connection) {
    while (connection.ReadRequest()) connection.Write(Ok(absl::StrCat(connection.index())));
  });
  ClientRunner runner({.url = upstream.url()});
  const auto first = runner.Start({.target = "/"});
  const auto second = runner.Start({.target = "/"});
  runner.RunUntil([&] { return first->result && second->result; });
  EXPECT_EQ(runner.stats().idle, 2U);
  const std::string last = runner.Send({.target = "/"})->body;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(runner.Send({.target = "/"})->body, last);
  EXPECT_EQ(upstream.accepted(), 2);
}

TEST(PoolTest, ConnectionsThatEndAreNotKept) {
  for (const char* answer :
       {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nunsolicited", "garbage\r\n\r\n"}) {
    const FakeUpstream upstream(AnswerAll(answer));
    ClientRunner runner({.url = upstream.url()});
    static_cast<void>(runner.Send({.target = "/"}));
    EXPECT_EQ(runner.stats().open, 0U) << answer;
    static_cast<void>(runner.Send({.target = "/"}));
    EXPECT_EQ(runner.stats().opened, 2U) << answer;
  }
}

// A server that does something to the idle connection before the next request.
void ExpectIdleConnectionIsReplaced(const FakeUpstream::Script& disturb) {
  std::promise<void> answer_received;
  std::promise<void> disturbed;
  const FakeUpstream upstream([&](FakeConnection& connection) {
    connection.ReadRequest();
    connection.Write(Ok(absl::StrCat(connection.index())));
    if (connection.index() > 0) return connection.AwaitClose();
    answer_received.get_future().wait();
    disturb(connection);
    disturbed.set_value();
    connection.AwaitClose();
  });
  ClientRunner runner({.url = upstream.url()});
  EXPECT_EQ(runner.Send({.target = "/"})->body, "0");
  answer_received.set_value();
  disturbed.get_future().wait();
  // Not repeatable, yet safe: nothing is sent on the old connection.
  const auto response = runner.Send({.method = Method::kPost, .target = "/"});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "1");
  EXPECT_EQ(runner.stats().stale, 1U);
  EXPECT_EQ(runner.stats().reused, 0U);
}

TEST(PoolTest, IdleConnectionThatTheServerClosed) {
  ExpectIdleConnectionIsReplaced([](FakeConnection& connection) { connection.Close(); });
}

TEST(PoolTest, IdleConnectionThatTheServerReset) {
  ExpectIdleConnectionIsReplaced([](FakeConnection& connection) { connection.Reset(); });
}

TEST(PoolTest, IdleConnectionWithUnsolicitedBytes) {
  ExpectIdleConnectionIsReplaced([](FakeConnection& connection) {
    connection.Write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
  });
}

// A server that closes the connection just when a second request arrives, having sent `last_words`.
FakeUpstream::Script CloseOnSecondRequest(std::string last_words) {
  return [last_words = std::move(last_words)](FakeConnection& connection) {
    connection.ReadRequest();
    connection.Write(Ok(absl::StrCat(connection.index())));
    connection.ReadRequest();
    connection.Write(last_words);
    connection.Close();
  };
}

TEST(PoolTest, RepeatableRequestIsSentAgainOnANewConnection) {
  const FakeUpstream upstream(CloseOnSecondRequest(""));
  ClientRunner runner({.url = upstream.url()});
  EXPECT_EQ(runner.Send({.target = "/"})->body, "0");
  const auto response = runner.Send({.target = "/", .repeatable = true});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "1");
  EXPECT_TRUE(response->sent_twice);
  EXPECT_EQ(runner.stats().stale, 1U);
  EXPECT_EQ(runner.stats().in_use, 0U);
}

TEST(PoolTest, ASecondTryThatFailsTellsThatItWasMade) {
  const FakeUpstream upstream([](FakeConnection& connection) {
    connection.ReadRequest();
    if (connection.index() == 0) {
      connection.Write(Ok(""));
      connection.ReadRequest();
    }
    connection.Close();
  });
  ClientRunner runner({.url = upstream.url()});
  const auto first = runner.Send({.target = "/"});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(first->sent_twice);
  const auto response = runner.Send({.target = "/", .repeatable = true});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(WasSentTwice(response.status()));
  EXPECT_TRUE(MayHaveBeenSent(response.status()));
}

TEST(PoolTest, OtherRequestsAreNotSentAgain) {
  const FakeUpstream upstream(CloseOnSecondRequest(""));
  ClientRunner runner({.url = upstream.url()});
  EXPECT_TRUE(runner.Send({.target = "/"}).ok());
  const auto response = runner.Send({.method = Method::kPost, .target = "/"});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(MayHaveBeenSent(response.status()));
  EXPECT_EQ(upstream.accepted(), 1);
}

TEST(PoolTest, NothingIsSentAgainOnceTheAnswerBegan) {
  const FakeUpstream upstream(CloseOnSecondRequest("H"));
  ClientRunner runner({.url = upstream.url()});
  EXPECT_TRUE(runner.Send({.target = "/"}).ok());
  const auto response = runner.Send({.target = "/", .repeatable = true});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(MayHaveBeenSent(response.status()));
  EXPECT_EQ(upstream.accepted(), 1);
}

TEST(PoolTest, NothingIsSentAgainFromANewConnection) {
  const FakeUpstream upstream([](FakeConnection& connection) {
    connection.ReadRequest();
    connection.Close();
  });
  ClientRunner runner({.url = upstream.url()});
  EXPECT_FALSE(runner.Send({.target = "/", .repeatable = true}).ok());
  EXPECT_EQ(upstream.accepted(), 1);
}

TEST(PoolTest, SecondTryThatCannotConnectStillMayHaveBeenSent) {
  std::promise<void> stop;
  auto upstream = std::make_unique<FakeUpstream>([&stop](FakeConnection& connection) {
    connection.ReadRequest();
    connection.Write(Ok(""));
    connection.ReadRequest();
    stop.set_value();
    connection.AwaitClose();
  });
  ClientRunner runner({.url = upstream->url()});
  EXPECT_TRUE(runner.Send({.target = "/"}).ok());
  const auto call = runner.Start({.target = "/", .repeatable = true});
  stop.get_future().wait();
  upstream.reset();
  const auto& response = runner.Await(*call);
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(MayHaveBeenSent(response.status()));
  EXPECT_FALSE(WasSentTwice(response.status()));
}

TEST(PoolTest, RequestsThatAreNotRepeatableWantAFreshConnection) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner({.url = upstream.url(), .fresh_idle = milliseconds(-1)});
  EXPECT_TRUE(runner.Send({.target = "/"}).ok());
  EXPECT_TRUE(runner.Send({.target = "/", .repeatable = true}).ok());
  EXPECT_EQ(runner.stats().opened, 1U);
  EXPECT_TRUE(runner.Send({.method = Method::kPost, .target = "/"}).ok());
  EXPECT_EQ(runner.stats().opened, 2U);
  EXPECT_EQ(runner.stats().idle, 2U);
}

TEST(PoolTest, IdleConnectionMakesRoomForANewOne) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner(
      {.url = upstream.url(), .fresh_idle = milliseconds(-1), .max_connections = 1});
  EXPECT_TRUE(runner.Send({.target = "/"}).ok());
  EXPECT_TRUE(runner.Send({.method = Method::kPost, .target = "/"}).ok());
  EXPECT_EQ(runner.stats().open, 1U);
  EXPECT_EQ(runner.stats().evicted, 1U);
}

TEST(PoolTest, IdleConnectionsAreEvicted) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner({.url = upstream.url(), .idle_timeout = milliseconds(20)});
  EXPECT_TRUE(runner.Send({.target = "/"}).ok());
  EXPECT_EQ(runner.stats().idle, 1U);
  runner.RunUntil([&] { return runner.stats().evicted == 1; });
  EXPECT_EQ(runner.stats().open, 0U);
}

TEST(PoolTest, TheServersIdleTimeoutCounts) {
  const FakeUpstream upstream(
      AnswerAll("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n"));
  ClientRunner runner({.url = upstream.url(), .idle_timeout = std::chrono::hours(1)});
  EXPECT_TRUE(runner.Send({.target = "/"}).ok());
  runner.RunUntil([&] { return runner.stats().evicted == 1; });
  EXPECT_EQ(runner.stats().open, 0U);
}

// An upstream that answers requests one by one, when told, and notes their order.
class HeldUpstream {
 public:
  HeldUpstream()
      : upstream_([this](FakeConnection& connection) {
          while (const auto request = connection.ReadRequest()) {
            {
              std::unique_lock lock(mutex_);
              order_.push_back(request->MethodAndTarget());
              changed_.notify_all();
              changed_.wait(lock, [this] { return released_; });
            }
            connection.Write(Ok(""));
          }
        }) {}
  ~HeldUpstream() { Release(); }

  std::string url() const { return upstream_.url(); }

  // Waits until `count` requests have arrived.
  void AwaitRequests(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return order_.size() >= count; });
  }

  // From now on requests are answered at once.
  void Release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }

  std::vector<std::string> order() {
    const std::lock_guard lock(mutex_);
    return order_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> order_;
  bool released_ = false;
  FakeUpstream upstream_;
};

TEST(PoolTest, RequestsTakeTurnsByKey) {
  HeldUpstream upstream;
  ClientRunner runner({.url = upstream.url(), .max_connections = 1});
  std::vector<std::shared_ptr<ClientRunner::Call>> calls;
  for (const char* target : {"/a1", "/a2", "/a3", "/b1", "/c1", "/c2"}) {
    calls.push_back(runner.Start({.target = target, .fairness_key = std::string(1, target[1])}));
  }
  EXPECT_EQ(runner.stats().waiting, 5U);
  EXPECT_EQ(runner.stats().in_use, 1U);
  upstream.Release();
  for (const auto& call : calls) EXPECT_TRUE(runner.Await(*call).ok());
  EXPECT_EQ(upstream.order(), (std::vector<std::string>{"GET /a1", "GET /a2", "GET /b1", "GET /c1",
                                                        "GET /a3", "GET /c2"}));
  EXPECT_EQ(runner.stats().waiting, 0U);
  EXPECT_EQ(runner.stats().opened, 1U);
}

TEST(PoolTest, ConnectionsPerKeyAreCapped) {
  HeldUpstream upstream;
  ClientRunner runner({.url = upstream.url(), .max_connections = 10, .max_connections_per_key = 2});
  std::vector<std::shared_ptr<ClientRunner::Call>> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(runner.Start({.target = "/", .fairness_key = "a"}));
  EXPECT_EQ(runner.stats().in_use, 2U);
  EXPECT_EQ(runner.stats().waiting, 3U);
  calls.push_back(runner.Start({.target = "/", .fairness_key = "b"}));
  EXPECT_EQ(runner.stats().in_use, 3U);
  upstream.Release();
  for (const auto& call : calls) EXPECT_TRUE(runner.Await(*call).ok());
  EXPECT_LE(runner.stats().opened, 3U);
}

TEST(PoolTest, FullQueue) {
  HeldUpstream upstream;
  ClientRunner runner({.url = upstream.url(), .max_connections = 1, .max_queue = 1});
  const auto first = runner.Start({.target = "/"});
  const auto second = runner.Start({.target = "/"});
  const auto third = runner.Send({.target = "/"});
  EXPECT_EQ(third.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(MayHaveBeenSent(third.status()));
  upstream.Release();
  EXPECT_TRUE(runner.Await(*first).ok());
  EXPECT_TRUE(runner.Await(*second).ok());
}

TEST(PoolTest, ShutdownEndsTheQueueAndIdleConnections) {
  HeldUpstream upstream;
  ClientRunner runner({.url = upstream.url(), .max_connections = 1});
  const auto running = runner.Start({.target = "/"});
  const auto waiting = runner.Start({.target = "/"});
  runner.client().Shutdown();
  EXPECT_EQ(runner.Await(*waiting).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(runner.Send({.target = "/"}).status().code(), absl::StatusCode::kUnavailable);
  upstream.Release();
  EXPECT_TRUE(runner.Await(*running).ok());
  EXPECT_EQ(runner.stats().open, 0U);
}

TEST(PoolTest, CallsOutliveTheClient) {
  HeldUpstream upstream;
  ClientRunner runner({.url = upstream.url()});
  const auto call = runner.Start({.target = "/"});
  runner.DestroyClient();
  upstream.Release();
  EXPECT_TRUE(runner.Await(*call).ok());
}

TEST(PoolTest, EventLoopMayEndBeforeTheCalls) {
  HeldUpstream upstream;
  std::shared_ptr<ClientRunner::Call> running;
  std::shared_ptr<ClientRunner::Call> waiting;
  {
    ClientRunner runner({.url = upstream.url(), .max_connections = 1});
    running = runner.Start({.target = "/"});
    waiting = runner.Start({.target = "/"});
    runner.RunUntil([&] { return runner.stats().opened == 1; });
  }
  EXPECT_FALSE(running->result.has_value());
  EXPECT_FALSE(waiting->result.has_value());
}

}  // namespace
}  // namespace gateway::http
