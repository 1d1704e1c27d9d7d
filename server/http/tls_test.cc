#include "server/http/tls.h"

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
using testing::TestAuthority;

class TlsTest : public ::testing::Test {
 protected:
  // Sends a request to a server with `context` by the name `host`.
  absl::StatusOr<Response> SendTo(SSL_CTX* context, const std::string& host,
                                  const std::string& ca_file) {
    const FakeUpstream upstream(
        [](FakeConnection& connection) {
          while (connection.ReadRequest()) connection.Write(Ok("name:" + connection.server_name()));
        },
        context);
    ClientRunner runner({.url = upstream.url(host), .ca_file = ca_file});
    absl::StatusOr<Response> response = runner.Send({.target = "/"});
    EXPECT_EQ(runner.stats().in_use, 0U);
    return response;
  }

  void ExpectRefused(const absl::StatusOr<Response>& response, const std::string& reason) {
    EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable) << response.status();
    EXPECT_THAT(std::string(response.status().message()), HasSubstr(reason));
    EXPECT_FALSE(MayHaveBeenSent(response.status()));
  }

  const TestAuthority authority_{"right"};
};

TEST_F(TlsTest, HostNameIsCheckedAndSent) {
  const auto context = authority_.IssueServerContext("DNS:localhost");
  const auto response = SendTo(context.get(), "localhost", authority_.ca_file());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "name:localhost");
}

TEST_F(TlsTest, IpAddressIsCheckedAndNotSent) {
  const auto context = authority_.IssueServerContext("IP:127.0.0.1");
  const auto response = SendTo(context.get(), "127.0.0.1", authority_.ca_file());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "name:");
}

TEST_F(TlsTest, UnknownAuthority) {
  const TestAuthority other("other");
  const auto context = other.IssueServerContext("DNS:localhost");
  ExpectRefused(SendTo(context.get(), "localhost", authority_.ca_file()),
                "unknown certificate authority");
}

TEST_F(TlsTest, SystemAuthoritiesDoNotKnowOurs) {
  const auto context = authority_.IssueServerContext("DNS:localhost");
  ExpectRefused(SendTo(context.get(), "localhost", ""), "unknown certificate authority");
}

TEST_F(TlsTest, OtherHostName) {
  const auto context = authority_.IssueServerContext("DNS:api.encord.com");
  ExpectRefused(SendTo(context.get(), "localhost", authority_.ca_file()), "hostname mismatch");
}

TEST_F(TlsTest, OtherIpAddress) {
  const auto context = authority_.IssueServerContext("IP:127.0.0.2,DNS:localhost");
  ExpectRefused(SendTo(context.get(), "127.0.0.1", authority_.ca_file()), "IP address mismatch");
}

TEST_F(TlsTest, Expired) {
  const auto context = authority_.IssueServerContext("DNS:localhost", std::chrono::hours(-1));
  ExpectRefused(SendTo(context.get(), "localhost", authority_.ca_file()), "expired");
}

TEST_F(TlsTest, OldVersion) {
  const auto context = authority_.IssueServerContext("DNS:localhost");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
  ExpectRefused(SendTo(context.get(), "localhost", authority_.ca_file()), "TLS handshake");
}

TEST_F(TlsTest, ServerWithoutTls) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner({.url = "https://127.0.0.1:" + std::to_string(upstream.port())});
  const auto call = runner.Start({.target = "/"}, std::chrono::milliseconds(100));
  // It waits for the end of a request that never comes, as the client does for a ServerHello.
  EXPECT_EQ(runner.Await(*call).status().code(), absl::StatusCode::kDeadlineExceeded);

  const FakeUpstream speaks_first([](FakeConnection& connection) {
    connection.ReadSome();
    connection.Write("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.AwaitClose();
  });
  ClientRunner other({.url = "https://127.0.0.1:" + std::to_string(speaks_first.port())});
  ExpectRefused(other.Send({.target = "/"}), "TLS handshake");
}

TEST_F(TlsTest, HandshakeCutOff) {
  const FakeUpstream upstream([](FakeConnection& connection) {
    connection.ReadSome();
    connection.Close();
  });
  ClientRunner runner({.url = "https://127.0.0.1:" + std::to_string(upstream.port())});
  ExpectRefused(runner.Send({.target = "/"}), "the connection was closed");
}

TEST_F(TlsTest, ConnectionsAreReusedAndSessionsResumed) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto context = authority_.IssueServerContext("DNS:localhost");
    SSL_CTX_set_max_proto_version(context.get(), version);
    const FakeUpstream upstream(
        [](FakeConnection& connection) {
          for (int i = 0; i < 3 && connection.ReadRequest(); ++i) {
            connection.Write(i < 2 ? Ok(connection.tls_resumed() ? "resumed" : "full")
                                   : "HTTP/1.1 200 OK\r\nConnection: close\r\n"
                                     "Content-Length: 0\r\n\r\n");
          }
          connection.Close();
        },
        context.get());
    ClientRunner runner({.url = upstream.url("localhost"), .ca_file = authority_.ca_file()});
    EXPECT_EQ(runner.Send({.target = "/"})->body, "full");
    EXPECT_EQ(runner.Send({.target = "/"})->body, "full");
    EXPECT_TRUE(runner.Send({.target = "/"}).ok());
    EXPECT_EQ(runner.stats().handshakes, 1U);
    EXPECT_EQ(runner.stats().reused, 2U);
    EXPECT_EQ(runner.Send({.target = "/"})->body, "resumed");
    EXPECT_EQ(runner.stats().handshakes, 2U);
    EXPECT_EQ(runner.stats().resumed, 1U);
  }
}

TEST_F(TlsTest, LargeBodiesBothWays) {
  const std::string body(5'000'000, 'x');
  const auto context = authority_.IssueServerContext("DNS:localhost");
  const FakeUpstream upstream(
      [](FakeConnection& connection) {
        while (const auto request = connection.ReadRequest()) connection.Write(Ok(request->body));
      },
      context.get());
  ClientRunner runner({.url = upstream.url("localhost"), .ca_file = authority_.ca_file()});
  const auto response = runner.Send({.method = Method::kPost, .target = "/", .body = body});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, body);
  EXPECT_EQ(runner.stats().idle, 1U);
}

TEST_F(TlsTest, AnswerBeforeTheRequestIsThrough) {
  const auto context = authority_.IssueServerContext("DNS:localhost");
  const FakeUpstream upstream(
      [](FakeConnection& connection) {
        connection.ReadRequestHead();
        connection.Write("HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge");
        connection.AwaitClose();
      },
      context.get());
  ClientRunner runner({.url = upstream.url("localhost"), .ca_file = authority_.ca_file()});
  const auto response =
      runner.Send({.method = Method::kPost, .target = "/", .body = std::string(50'000'000, 'x')});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 413);
}

TEST_F(TlsTest, EndOfTheBodyMustBeCertain) {
  const auto context = authority_.IssueServerContext("DNS:localhost");
  for (const bool farewell : {true, false}) {
    const FakeUpstream upstream(
        [farewell](FakeConnection& connection) {
          connection.ReadRequest();
          connection.Write("HTTP/1.1 200 OK\r\n\r\nall or not");
          farewell ? connection.Close() : connection.CloseAbruptly();
        },
        context.get());
    ClientRunner runner({.url = upstream.url("localhost"), .ca_file = authority_.ca_file()});
    const auto response = runner.Send({.target = "/"});
    EXPECT_EQ(response.status().code(),
              farewell ? absl::StatusCode::kOk : absl::StatusCode::kUnavailable);
  }
}

TEST_F(TlsTest, IdleConnectionThatTheServerClosed) {
  const auto context = authority_.IssueServerContext("DNS:localhost");
  std::promise<void> answer_received;
  std::promise<void> closed;
  const FakeUpstream upstream(
      [&](FakeConnection& connection) {
        connection.ReadRequest();
        connection.Write(Ok(""));
        if (connection.index() > 0) return connection.AwaitClose();
        answer_received.get_future().wait();
        connection.Close();
        closed.set_value();
      },
      context.get());
  ClientRunner runner({.url = upstream.url("localhost"), .ca_file = authority_.ca_file()});
  EXPECT_TRUE(runner.Send({.target = "/"}).ok());
  answer_received.set_value();
  closed.get_future().wait();
  EXPECT_TRUE(runner.Send({.method = Method::kPost, .target = "/"}).ok());
  EXPECT_EQ(runner.stats().stale, 1U);
  EXPECT_EQ(runner.stats().reused, 0U);
}

}  // namespace
}  // namespace gateway::http
