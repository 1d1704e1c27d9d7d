// An asynchronous, pooled, keep-alive HTTP/1.1 client for one origin.

#ifndef SERVER_HTTP_CLIENT_H_
#define SERVER_HTTP_CLIENT_H_

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/http/may_have_been_sent.h"
#include "server/http/message.h"
#include "server/http/sender.h"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace gateway::http {

class Pool;

struct Options {
  // The origin: "https://api.encord.com" or "http://127.0.0.1:8080". Scheme, host, optional port;
  // no path but "/".
  std::string url = "";

  // PEM file with the certificate authorities to trust. Empty: the system's trust store.
  std::string ca_file = "";

  // HTTP proxy to reach an https origin through, by CONNECT: "http://user:password@proxy:3128", or
  // without the scheme. Empty: none. An http origin is always reached directly.
  std::string proxy = "";

  // Hosts that are reached without the proxy, as in the environment variable NO_PROXY: see proxy.h.
  std::string no_proxy = "";

  // To open a connection: name resolution, TCP, proxy and TLS together.
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);

  // The longest silence in an exchange: no byte could be written and none was read. Encord's long
  // polls answer after 60 s.
  std::chrono::milliseconds read_timeout = std::chrono::seconds(180);

  // A whole call of Send, the wait for a connection included.
  std::chrono::milliseconds total_timeout = std::chrono::minutes(10);

  // Connections idle for this long are closed; sooner if the server's Keep-Alive header says so.
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(30);

  // The longest idle time after which a connection still serves a request that is not repeatable.
  std::chrono::milliseconds fresh_idle = std::chrono::seconds(2);

  std::size_t max_connections = 256;         // open at a time, idle ones included; at least 1
  std::size_t max_connections_per_key = 64;  // in use at a time by one fairness key; at least 1
  std::size_t max_queue = 4096;              // requests that wait for a connection; 0: none may

  std::size_t max_header_bytes = std::size_t{64} << 10;  // status line and headers of an answer
  // Of an answer, on the wire and decoded; also where the body goes to a sink, which may keep some
  // of it.
  std::size_t max_body_bytes = std::size_t{256} << 20;
};

// What a client has done. The first four are of now, the others count since its creation.
struct Stats {
  std::size_t open = 0;     // connections: idle, in use, or being opened
  std::size_t idle = 0;     // connections that wait for a request
  std::size_t in_use = 0;   // connections that serve a request or are being opened for one
  std::size_t waiting = 0;  // requests that wait for a connection

  std::uint64_t opened = 0;      // TCP connections established
  std::uint64_t handshakes = 0;  // TLS handshakes completed
  std::uint64_t resumed = 0;     // of these, those that resumed a TLS session
  std::uint64_t reused = 0;      // requests sent on a connection that had served another before
  std::uint64_t evicted = 0;     // idle connections closed for their age or to make room
  std::uint64_t stale = 0;       // reused or idle connections that the server had closed
};

// A client of one origin. It belongs to one event loop, an io_context run by a single thread: every
// method is called on that thread, and calls of Send run there.
class Client final : public Sender {
 public:
  // A client that connects on demand. Errors: INVALID_ARGUMENT for options that cannot work, such
  // as a malformed URL or an unreadable CA file. `io` must outlive the client.
  static absl::StatusOr<std::unique_ptr<Client>> Create(boost::asio::io_context& io,
                                                        Options options);

  // Shuts down. Calls of Send that are under way go on.
  ~Client() override;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // See Sender.
  boost::asio::awaitable<absl::StatusOr<Response>> Send(
      Request request, std::chrono::steady_clock::time_point deadline) override;

  Stats stats() const;

  // Closes idle connections and fails the requests that wait for one, and later ones, with
  // UNAVAILABLE. Exchanges under way go on; their connections are closed after them.
  void Shutdown();

 private:
  explicit Client(std::shared_ptr<Pool> pool);

  // Shared with the calls under way.
  std::shared_ptr<Pool> pool_;
};

}  // namespace gateway::http

#endif  // SERVER_HTTP_CLIENT_H_
