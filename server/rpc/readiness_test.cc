#include "server/rpc/readiness.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "server/http/testing/fake_upstream.h"

namespace gateway::rpc {
namespace {

namespace asio = boost::asio;

using http::testing::FakeConnection;
using http::testing::FakeUpstream;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The first `count` reports about Encord at `url`.
std::vector<bool> Reports(
    const std::string& url, std::size_t count,
    std::function<steady_clock::time_point()> last_answer = [] {
      return steady_clock::time_point();
    }) {
  asio::io_context loop{1};
  http::Options http_options;
  http_options.url = url;
  auto client = http::Client::Create(loop, http_options);
  EXPECT_TRUE(client.ok());
  ReadinessOptions options;
  options.interval = milliseconds(100);
  options.user_agent = "robot";
  std::vector<bool> reports;
  asio::cancellation_signal end;
  asio::co_spawn(loop,
                 WatchReadiness(**client, options, std::move(last_answer),
                                [&](bool reachable) {
                                  reports.push_back(reachable);
                                  if (reports.size() == count) loop.stop();
                                }),
                 asio::bind_cancellation_slot(end.slot(), asio::detached));
  loop.run();
  return reports;
}

std::string Answer(const std::string& status) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n";
}

TEST(WatchReadinessTest, AnyAnswerBelow500Counts) {
  FakeUpstream ok(http::testing::AnswerAll(Answer("200 OK")));
  EXPECT_EQ(Reports(ok.url(), 2), std::vector<bool>({true, true}));
  FakeUpstream forbidden(http::testing::AnswerAll(Answer("403 Forbidden")));
  EXPECT_EQ(Reports(forbidden.url(), 1), std::vector<bool>({true}));
  FakeUpstream broken(http::testing::AnswerAll(Answer("500 Internal Server Error")));
  EXPECT_EQ(Reports(broken.url(), 1), std::vector<bool>({false}));
}

TEST(WatchReadinessTest, NoConnectionAndNoAnswerAreNotReady) {
  std::string gone;
  {
    FakeUpstream upstream([](FakeConnection&) {});
    gone = upstream.url();
  }
  EXPECT_EQ(Reports(gone, 2), std::vector<bool>({false, false}));
  FakeUpstream silent([](FakeConnection& connection) { connection.AwaitClose(); });
  EXPECT_EQ(Reports(silent.url(), 1), std::vector<bool>({false}));
}

TEST(WatchReadinessTest, NoticesChanges) {
  std::atomic<int> requests = 0;
  FakeUpstream upstream([&](FakeConnection& connection) {
    while (const auto request = connection.ReadRequest()) {
      EXPECT_EQ(request->MethodAndTarget(), "GET /");
      EXPECT_TRUE(request->HasLine("User-Agent: robot"));
      connection.Write(Answer(++requests == 2 ? "503 Service Unavailable" : "404 Not Found"));
    }
  });
  EXPECT_EQ(Reports(upstream.url(), 3), std::vector<bool>({true, false, true}));
}

TEST(WatchReadinessTest, RealAnswersSpareTheProbe) {
  FakeUpstream upstream([](FakeConnection&) {});
  EXPECT_EQ(Reports(upstream.url(), 2, [] { return steady_clock::now(); }),
            std::vector<bool>({true, true}));
  EXPECT_EQ(upstream.accepted(), 0);
}

}  // namespace
}  // namespace gateway::rpc
