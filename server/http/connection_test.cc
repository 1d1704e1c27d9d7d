// Hosts with several addresses. Everything else about a connection is tested through the client.

#include "server/http/connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <optional>
#include <vector>

#include "server/http/testing/fake_upstream.h"

namespace gateway::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::AnswerAll;
using testing::FakeUpstream;
using testing::Ok;

tcp::endpoint Loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

// Knows the addresses.
class FixedResolver final : public Resolver {
 public:
  FixedResolver(asio::io_context& io, Endpoints endpoints)
      : Resolver(io, {}), endpoints_(std::move(endpoints)) {}

  asio::awaitable<absl::StatusOr<Endpoints>> Resolve(TimeLimit) override { co_return endpoints_; }

 private:
  const Endpoints endpoints_;
};

// A port where nobody listens.
std::uint16_t ClosedPort() { return FakeUpstream(AnswerAll("")).port(); }

// A port whose queue of connections is full: new ones get no answer.
class HangingPort {
 public:
  HangingPort() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    sockets_.push_back(socket(AF_INET, SOCK_STREAM, 0));
    bind(sockets_[0], generic, size);
    listen(sockets_[0], 0);
    getsockname(sockets_[0], generic, &size);
    port_ = ntohs(address.sin_port);
    constexpr int kMoreThanFit = 16;
    for (int i = 0; i < kMoreThanFit; ++i) {
      sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      connect(sockets_.back(), generic, size);
    }
  }
  ~HangingPort() {
    for (const int socket : sockets_) close(socket);
  }

  std::uint16_t port() const { return port_; }

 private:
  std::vector<int> sockets_;
  std::uint16_t port_ = 0;
};

class ConnectionTest : public ::testing::Test {
 protected:
  // Opens a connection to the first of `endpoints` that answers, and sends a request.
  absl::StatusOr<Response> OpenAndSend(Resolver::Endpoints endpoints,
                                       milliseconds timeout = std::chrono::seconds(30)) {
    asio::io_context io(1);
    FixedResolver resolver(io, std::move(endpoints));
    ConnectionSettings settings;
    settings.peer = "test";
    settings.resolver = &resolver;
    settings.read_timeout = std::chrono::seconds(30);
    settings.limits = {.header_bytes = 1000, .body_bytes = 1000};
    const auto connection = std::make_shared<Connection>(io, settings);
    std::optional<absl::StatusOr<Response>> response;
    auto run = [&]() -> asio::awaitable<void> {
      const TimeLimit limit = LimitAfter(steady_clock::now(), timeout, "connect timeout");
      const absl::Status opened = co_await connection->Open(limit);
      if (!opened.ok()) {
        response = opened;
        co_return;
      }
      const SerializedRequest request = {.head = "GET / HTTP/1.1\r\n\r\n", .body = {}};
      response = co_await connection->Exchange(request, {});
    };
    asio::co_spawn(io, run, [&io](std::exception_ptr) { io.stop(); });
    io.run();
    return *response;
  }
};

TEST_F(ConnectionTest, NextAddressWhenOneRefuses) {
  const FakeUpstream upstream(AnswerAll(Ok("here")));
  const auto response =
      OpenAndSend({Loopback(ClosedPort()), Loopback(upstream.port()), Loopback(ClosedPort())});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "here");
}

TEST_F(ConnectionTest, NextAddressWhenOneHangs) {
  const HangingPort hanging;
  const FakeUpstream upstream(AnswerAll(Ok("here")));
  const auto response =
      OpenAndSend({Loopback(hanging.port()), Loopback(upstream.port())}, milliseconds(400));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "here");
}

TEST_F(ConnectionTest, AllAddressesHang) {
  const HangingPort first;
  const HangingPort second;
  const auto start = steady_clock::now();
  const auto response =
      OpenAndSend({Loopback(first.port()), Loopback(second.port())}, milliseconds(100));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kDeadlineExceeded) << response.status();
  EXPECT_GE(steady_clock::now() - start, milliseconds(100));
}

TEST_F(ConnectionTest, AllAddressesRefuse) {
  const auto response = OpenAndSend({Loopback(ClosedPort()), Loopback(ClosedPort())});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable) << response.status();
}

}  // namespace
}  // namespace gateway::http
