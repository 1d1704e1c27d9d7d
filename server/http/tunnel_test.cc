// https origins through an HTTP proxy.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "server/http/client.h"
#include "server/http/testing/client_runner.h"
#include "server/http/testing/fake_upstream.h"
#include "server/http/testing/test_authority.h"

namespace gateway::http {
namespace {

using testing::AnswerAll;
using testing::ClientRunner;
using testing::FakeConnection;
using testing::FakeUpstream;
using ::testing::HasSubstr;
using testing::Ok;
using testing::ReceivedRequest;
using testing::TestAuthority;

// No such host exists: it is reached through the proxy or not at all.
constexpr char kOrigin[] = "https://origin.invalid:8443";

class TunnelTest : public ::testing::Test {
 protected:
  // Options for kOrigin through `proxy`.
  Options Through(const FakeUpstream& proxy, const std::string& userinfo = "") {
    return {.url = kOrigin,
            .ca_file = authority_.ca_file(),
            .proxy = "http://" + userinfo + "127.0.0.1:" + std::to_string(proxy.port())};
  }

  const TestAuthority authority_{"authority"};
};

TEST_F(TunnelTest, TlsWithTheOriginThroughTheTunnel) {
  const auto context = authority_.IssueServerContext("DNS:origin.invalid");
  std::promise<ReceivedRequest> received;
  const FakeUpstream proxy([&](FakeConnection& connection) {
    received.set_value(*connection.ReadRequestHead());
    connection.WriteByteByByte("HTTP/1.1 200 Connection established\r\nX-Proxy: y\r\n\r\n");
    // From here on the proxy plays the origin.
    if (!connection.StartTls(context.get())) return;
    while (const auto request = connection.ReadRequest()) {
      connection.Write(Ok(connection.server_name() + " " + request->MethodAndTarget()));
    }
  });
  ClientRunner runner(Through(proxy, "user:p%40ss@"));
  const auto response = runner.Send({.target = "/path"});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "origin.invalid GET /path");
  EXPECT_TRUE(runner.Send({.target = "/path"}).ok());
  EXPECT_EQ(runner.stats().reused, 1U);

  const ReceivedRequest request = received.get_future().get();
  EXPECT_EQ(request.MethodAndTarget(), "CONNECT origin.invalid:8443");
  EXPECT_TRUE(request.HasLine("Host: origin.invalid:8443"));
  EXPECT_TRUE(request.HasLine("Proxy-Authorization: Basic dXNlcjpwQHNz"));
}

TEST_F(TunnelTest, NoCredentialsUnlessGiven) {
  std::promise<ReceivedRequest> received;
  const FakeUpstream proxy(
      [&](FakeConnection& connection) { received.set_value(*connection.ReadRequestHead()); });
  ClientRunner runner(Through(proxy));
  static_cast<void>(runner.Send({.target = "/"}));
  EXPECT_EQ(received.get_future().get().head.find("Authorization"), std::string::npos);
}

TEST_F(TunnelTest, ProxyRefuses) {
  const FakeUpstream proxy(
      AnswerAll("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 5\r\n\r\nplain"));
  ClientRunner runner(Through(proxy, "user:secret@"));
  const auto response = runner.Send({.target = "/"});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("407"));
  EXPECT_EQ(response.status().message().find("secret"), absl::string_view::npos);
  EXPECT_FALSE(MayHaveBeenSent(response.status()));
  EXPECT_EQ(runner.stats().open, 0U);
}

TEST_F(TunnelTest, ProxyIsNotThere) {
  std::optional<FakeUpstream> proxy(std::in_place, AnswerAll(Ok("")));
  const Options options = Through(*proxy);
  proxy.reset();
  ClientRunner runner(options);
  const auto response = runner.Send({.target = "/"});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("proxy 127.0.0.1"));
  EXPECT_FALSE(MayHaveBeenSent(response.status()));
}

TEST_F(TunnelTest, ProxyHangsUpOrTalksNonsense) {
  for (const char* answer : {"", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\n",
                             "HTTP/1.1 200 OK\r\n\r\nbytes that nobody asked for"}) {
    const FakeUpstream proxy([answer](FakeConnection& connection) {
      connection.ReadRequestHead();
      connection.Write(answer);
      connection.Close();
    });
    ClientRunner runner(Through(proxy));
    const auto response = runner.Send({.target = "/"});
    EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable) << answer;
    EXPECT_FALSE(MayHaveBeenSent(response.status())) << answer;
  }
}

TEST_F(TunnelTest, CancelledWhileTheProxyConnects) {
  std::promise<void> asked;
  std::promise<void> closed;
  const FakeUpstream proxy([&](FakeConnection& connection) {
    connection.ReadRequestHead();
    asked.set_value();
    connection.AwaitClose();
    closed.set_value();
  });
  ClientRunner runner(Through(proxy));
  const auto call = runner.Start({.target = "/"});
  std::thread canceller([&] {
    asked.get_future().wait();
    runner.Post([&] { call->Cancel(); });
  });
  const auto& response = runner.Await(*call);
  EXPECT_EQ(response.status().code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(MayHaveBeenSent(response.status()));
  canceller.join();
  closed.get_future().wait();
}

TEST_F(TunnelTest, NoProxy) {
  const auto context = authority_.IssueServerContext("DNS:localhost");
  const FakeUpstream origin(AnswerAll(Ok("direct")), context.get());
  const FakeUpstream proxy(AnswerAll(Ok("")));
  Options options = Through(proxy);
  options.url = origin.url("localhost");
  options.no_proxy = "example.org, localhost";
  ClientRunner runner(options);
  const auto response = runner.Send({.target = "/"});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "direct");
  EXPECT_EQ(proxy.accepted(), 0);
}

TEST_F(TunnelTest, HttpOriginsAreReachedDirectly) {
  const FakeUpstream origin(AnswerAll(Ok("direct")));
  const FakeUpstream proxy(AnswerAll(Ok("")));
  Options options = Through(proxy);
  options.url = origin.url();
  ClientRunner runner(options);
  EXPECT_EQ(runner.Send({.target = "/"})->body, "direct");
  EXPECT_EQ(proxy.accepted(), 0);
}

}  // namespace
}  // namespace gateway::http
