// One connection to the origin.

#ifndef SERVER_HTTP_CONNECTION_H_
#define SERVER_HTTP_CONNECTION_H_

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/http/message.h"
#include "server/http/request_writer.h"
#include "server/http/resolver.h"
#include "server/http/response_parser.h"
#include "server/http/time_limit.h"
#include "server/http/tls.h"
#include "server/http/url.h"

namespace gateway::http {

// What all connections to an origin share. It outlives them.
struct ConnectionSettings {
  Origin origin;
  std::string peer;            // for messages: "api.encord.com:443", with the proxy if there is one
  std::optional<Proxy> proxy;  // to tunnel through
  TlsClient* tls = nullptr;    // null for an http origin
  Resolver* resolver = nullptr;  // of the proxy, or of the origin if there is none
  std::chrono::milliseconds read_timeout{};
  ResponseParser::Limits limits{};
};

// A TCP connection, through TLS or not, that serves one request after another. Lives in a
// shared_ptr; not thread-safe. The coroutines that call it must keep it alive, and must not throw
// on cancellation (this_coro::throw_if_cancelled). After an error it is closed.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::io_context& io, const ConnectionSettings& settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Establishes the connection: addresses, TCP, proxy, TLS. Errors: UNAVAILABLE,
  // DEADLINE_EXCEEDED, CANCELLED.
  boost::asio::awaitable<absl::Status> Open(TimeLimit limit);

  // Sends a request and reads the answer to it. To be called only on an open connection, after
  // Open or while reusable(). `body_sink` as of ResponseParser. Errors as of Client::Send.
  boost::asio::awaitable<absl::StatusOr<Response>> Exchange(const SerializedRequest& request,
                                                            TimeLimit limit,
                                                            const BodySink* body_sink = nullptr);

  // Whether the last exchange left the connection fit for another.
  bool reusable() const { return reusable_; }

  // Whether any byte of an answer arrived in the last exchange.
  bool answered() const { return answered_; }

  // For how long the server keeps the connection when idle, if its last answer says so.
  std::optional<std::chrono::seconds> server_idle_timeout() const { return server_idle_timeout_; }

  // Whether nothing happened on the idle connection: the server has neither closed it nor sent
  // anything.
  bool IsQuiet();

  // What Open did.
  bool tcp_established() const { return tcp_established_; }
  bool tls_established() const { return tls_established_; }
  bool tls_resumed() const;

 private:
  using Executor = boost::asio::io_context::executor_type;
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  using TlsStream = boost::asio::ssl::stream<Socket&>;

  boost::asio::awaitable<absl::Status> Connect(const Resolver::Endpoints& endpoints,
                                               TimeLimit limit);
  boost::asio::awaitable<absl::Status> OpenTunnel(TimeLimit limit);
  boost::asio::awaitable<absl::Status> Handshake();

  template <typename Stream>
  boost::asio::awaitable<absl::Status> ExchangeOn(Stream& stream, const SerializedRequest& request,
                                                  TimeLimit limit, ResponseParser& parser);
  template <typename Stream>
  boost::asio::awaitable<void> WriteRest(Stream& stream, const SerializedRequest& request,
                                         std::size_t written, TimeLimit limit);
  template <typename Stream>
  boost::asio::awaitable<absl::Status> ReadAnswer(Stream& stream, TimeLimit limit,
                                                  ResponseParser& parser);

  // Lets the connection close itself at `limit`, unless another limit takes its place before.
  void SetLimit(TimeLimit limit);
  void ArmTimer(std::chrono::steady_clock::time_point at);
  void OnTimer();

  // The limit for the next read or write of a call with `limit`.
  TimeLimit IoLimit(TimeLimit limit) const;

  // The error for an operation that ended with `error`, while `cancelled` or not: what the
  // connection did itself comes before what the network says.
  absl::Status Failure(boost::system::error_code error, bool cancelled,
                       absl::string_view doing) const;

  void Close();

  boost::asio::io_context& io_;
  const ConnectionSettings& settings_;
  Socket socket_;
  std::optional<TlsStream> tls_;
  boost::beast::flat_buffer buffer_;  // read and not parsed yet

  // One timer for all limits. It is not moved when a limit moves further away, only looks again
  // when it fires: so a busy connection seldom touches it.
  Timer timer_;
  std::chrono::steady_clock::time_point timer_at_ = std::chrono::steady_clock::time_point::max();
  TimeLimit limit_;
  bool expired_ = false;  // limit_ passed, and the socket was closed for it

  bool tcp_established_ = false;
  bool tls_established_ = false;
  bool written_ = false;  // the request of the exchange, completely
  bool answered_ = false;
  bool reusable_ = false;
  std::optional<std::chrono::seconds> server_idle_timeout_;
};

}  // namespace gateway::http

#endif  // SERVER_HTTP_CONNECTION_H_
