// Requests per second against a server in the same process, on another thread.

#include <benchmark/benchmark.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "server/http/client.h"

namespace gateway::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Answers every request at once, as cheaply as it can: one without a body is all that it knows.
class Server {
 public:
  explicit Server(std::size_t body_size)
      : answer_(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: benchmark\r\n"
            "X-Request-Id: 0123456789abcdef\r\nContent-Length: " +
            std::to_string(body_size) + "\r\n\r\n" + std::string(body_size, 'x')),
        acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    Accept();
    thread_ = std::thread([this] { io_.run(); });
  }

  ~Server() {
    io_.stop();
    thread_.join();
  }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }

 private:
  struct Session : std::enable_shared_from_this<Session> {
    Session(Server& server, tcp::socket socket) : server(server), socket(std::move(socket)) {}

    void Read() {
      socket.async_read_some(
          asio::buffer(buffer), [self = shared_from_this()](error_code error, std::size_t size) {
            if (error) return;
            self->end_seen.append(self->buffer, size);
            const bool complete = std::string_view(self->end_seen).ends_with("\r\n\r\n");
            if (!complete) return self->Read();
            self->end_seen.clear();
            asio::async_write(self->socket, asio::buffer(self->server.answer_),
                              [self](error_code error, std::size_t) {
                                if (!error) self->Read();
                              });
          });
    }

    Server& server;
    tcp::socket socket;
    char buffer[4096];
    std::string end_seen;
  };

  void Accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (error) return;
      socket.set_option(tcp::no_delay(true), error);
      std::make_shared<Session>(*this, std::move(socket))->Read();
      Accept();
    });
  }

  const std::string answer_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

asio::awaitable<void> SendMany(Client& client, std::size_t& left) {
  while (left > 0) {
    --left;
    Request request{.target = "/v2/public/projects?search=name",
                    .headers = {{"Accept", "application/json"},
                                {"User-Agent", "benchmark"},
                                {"Authorization", "Bearer 0123456789abcdef0123456789abcdef"}},
                    .repeatable = true,
                    .fairness_key = "credential"};
    const auto response = co_await client.Send(
        std::move(request), std::chrono::steady_clock::now() + std::chrono::seconds(30));
    if (!response.ok() || response->status != 200) {
      std::cerr << response.status() << "\n";
      std::abort();
    }
  }
}

// Arguments: requests in flight, bytes of an answer's body. The CPU time is that of the client's
// thread: its inverse is what one core can do.
void BM_Send(benchmark::State& state) {
  Server server(state.range(1));
  asio::io_context io(1);
  const auto client = Client::Create(io, {.url = server.url()});
  constexpr std::size_t kBatch = 10000;
  for (auto _ : state) {
    std::size_t left = kBatch;
    std::int64_t running = state.range(0);
    for (int i = 0; i < state.range(0); ++i) {
      asio::co_spawn(io, SendMany(**client, left), [&io, &running](std::exception_ptr) {
        if (--running == 0) io.stop();
      });
    }
    io.restart();
    io.run();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kBatch));
  (*client)->Shutdown();
}
BENCHMARK(BM_Send)
    ->ArgNames({"in_flight", "body"})
    ->Args({1, 1024})
    ->Args({64, 1024})
    ->Args({64, 65536})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gateway::http
