#include "server/http/connection.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/http/may_have_been_sent.h"

namespace gateway::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);

// Reads begin with the first size and double while they fill up, so that large bodies take few
// reads and idle connections little memory.
constexpr std::size_t kFirstRead = std::size_t{8} << 10;
constexpr std::size_t kLargestRead = std::size_t{256} << 10;
// Of an answer whose body is handed over: what is read at once keeps the event loop as long as its
// receiver takes, and may be many times as much once decoded.
constexpr std::size_t kLargestReadForSink = std::size_t{16} << 10;
constexpr std::size_t kLargestIdleBuffer = std::size_t{64} << 10;

bool IsCancelled(const asio::cancellation_state& state) {
  return state.cancelled() != asio::cancellation_type::none;
}

}  // namespace

Connection::Connection(asio::io_context& io, const ConnectionSettings& settings)
    : io_(io),
      settings_(settings),
      socket_(io.get_executor()),
      buffer_(settings.limits.header_bytes + 2 * kLargestRead),
      timer_(io.get_executor()) {}

Connection::~Connection() { Close(); }

void Connection::Close() {
  if (tls_) {
    // Without this OpenSSL would take the session of a connection that ends without farewell for
    // compromised and not resume it.
    SSL_set_shutdown(tls_->native_handle(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }
  error_code ignored;
  socket_.close(ignored);
  reusable_ = false;
}

void Connection::SetLimit(TimeLimit limit) {
  limit_ = limit;
  if (limit.at < timer_at_) ArmTimer(limit.at);
}

void Connection::ArmTimer(steady_clock::time_point at) {
  timer_at_ = at;
  timer_.expires_at(at);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    if (error) return;
    if (const std::shared_ptr<Connection> self = weak.lock()) self->OnTimer();
  });
}

void Connection::OnTimer() {
  timer_at_ = steady_clock::time_point::max();
  if (limit_.at == steady_clock::time_point::max()) return;
  if (steady_clock::now() < limit_.at) {
    ArmTimer(limit_.at);
  } else {
    expired_ = true;
    Close();
  }
}

TimeLimit Connection::IoLimit(TimeLimit limit) const {
  return Earlier(limit, LimitAfter(steady_clock::now(), settings_.read_timeout, "read timeout"));
}

absl::Status Connection::Failure(error_code error, bool cancelled, absl::string_view doing) const {
  const std::string what = absl::StrCat(doing, " ", settings_.peer);
  if (expired_) return TimeLimitError(limit_, what);
  if (cancelled) return CancellationError(what);
  return absl::UnavailableError(absl::StrCat(what, " failed: ", error.message()));
}

asio::awaitable<absl::Status> Connection::Open(TimeLimit limit) {
  const absl::StatusOr<Resolver::Endpoints> endpoints = co_await settings_.resolver->Resolve(limit);
  if (!endpoints.ok()) co_return endpoints.status();
  absl::Status status = co_await Connect(*endpoints, limit);
  if (status.ok() && settings_.proxy) status = co_await OpenTunnel(limit);
  if (status.ok() && settings_.tls != nullptr) status = co_await Handshake();
  if (!status.ok()) Close();
  co_return status;
}

asio::awaitable<absl::Status> Connection::Connect(const Resolver::Endpoints& endpoints,
                                                  TimeLimit limit) {
  constexpr absl::string_view kDoing = "connecting to";
  error_code error;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    if (IsCancelled(co_await asio::this_coro::cancellation_state)) {
      co_return Failure(error, true, kDoing);
    }
    // An address that does not answer leaves time for the others.
    const steady_clock::time_point now = steady_clock::now();
    const auto share = (limit.at - now) / static_cast<steady_clock::rep>(endpoints.size() - i);
    SetLimit({.at = now + share, .name = limit.name});
    socket_.open(endpoints[i].protocol(), error);
    if (!error) {
      std::tie(error) = co_await socket_.async_connect(endpoints[i], kToken);
    }
    if (!error && !expired_) break;
    const bool was_last = i + 1 == endpoints.size();
    if (was_last || steady_clock::now() >= limit.at) break;
    expired_ = false;
    error_code ignored;
    socket_.close(ignored);
  }
  const bool cancelled = IsCancelled(co_await asio::this_coro::cancellation_state);
  if (error || cancelled || expired_) co_return Failure(error, cancelled, kDoing);
  SetLimit(limit);
  socket_.set_option(tcp::no_delay(true), error);
  tcp_established_ = true;
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> Connection::OpenTunnel(TimeLimit limit) {
  const std::string authority = settings_.origin.Authority();
  SerializedRequest request;
  absl::StrAppend(&request.head, "CONNECT ", authority, " HTTP/1.1\r\nHost: ", authority, "\r\n");
  if (!settings_.proxy->userinfo.empty()) {
    absl::StrAppend(&request.head, "Proxy-Authorization: Basic ",
                    absl::Base64Escape(settings_.proxy->userinfo), "\r\n");
  }
  request.head += "\r\n";
  ResponseParser parser(settings_.limits, /*bodiless=*/true);
  const absl::Status status = co_await ExchangeOn(socket_, request, limit, parser);
  answered_ = false;  // by the origin
  if (!status.ok()) {
    co_return absl::Status(status.code(), absl::StrCat("CONNECT to the proxy: ", status.message()));
  }
  const int code = parser.response().status;
  if (code >= 300) {
    co_return absl::UnavailableError(
        absl::StrCat("the proxy answered ", code, " to CONNECT ", authority,
                     code == 407 ? " (it wants other credentials)" : ""));
  }
  if (buffer_.size() != 0) {
    co_return absl::UnavailableError("the proxy sent bytes before the TLS handshake");
  }
  SetLimit(limit);
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> Connection::Handshake() {
  tls_.emplace(socket_, settings_.tls->context());
  const absl::Status prepared = settings_.tls->Prepare(tls_->native_handle());
  if (!prepared.ok()) co_return prepared;
  bool cancelled = IsCancelled(co_await asio::this_coro::cancellation_state);
  error_code error;
  if (!cancelled) {
    std::tie(error) = co_await tls_->async_handshake(asio::ssl::stream_base::client, kToken);
    cancelled = IsCancelled(co_await asio::this_coro::cancellation_state);
  }
  constexpr absl::string_view kDoing = "TLS handshake with";
  if (expired_ || cancelled) co_return Failure(error, cancelled, kDoing);
  if (error) {
    co_return absl::UnavailableError(
        absl::StrCat(kDoing, " ", settings_.peer,
                     " failed: ", TlsClient::DescribeFailure(tls_->native_handle(), error)));
  }
  tls_established_ = true;
  co_return absl::OkStatus();
}

asio::awaitable<absl::StatusOr<Response>> Connection::Exchange(const SerializedRequest& request,
                                                               TimeLimit limit,
                                                               const BodySink* body_sink) {
  ResponseParser parser(settings_.limits, /*bodiless=*/false, body_sink);
  absl::Status status;
  if (tls_) {
    status = co_await ExchangeOn(*tls_, request, limit, parser);
  } else {
    status = co_await ExchangeOn(socket_, request, limit, parser);
  }
  if (!status.ok()) {
    Close();
    co_return status;
  }
  SetLimit({});
  // Bytes that follow the answer belong to no request.
  reusable_ = written_ && socket_.is_open() && parser.keep_alive() && buffer_.size() == 0;
  server_idle_timeout_ = parser.idle_timeout();
  if (!reusable_) {
    Close();
  } else if (buffer_.capacity() > kLargestIdleBuffer) {
    buffer_.shrink_to_fit();
  }
  co_return std::move(parser.response());
}

template <typename Stream>
asio::awaitable<absl::Status> Connection::ExchangeOn(Stream& stream,
                                                     const SerializedRequest& request,
                                                     TimeLimit limit, ResponseParser& parser) {
  constexpr absl::string_view kDoing = "sending the request to";
  answered_ = false;
  reusable_ = false;
  written_ = false;
  if (IsCancelled(co_await asio::this_coro::cancellation_state)) {
    co_return Failure({}, true, kDoing);
  }
  SetLimit(IoLimit(limit));
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(request.head),
                                                     asio::buffer(request.body)};
  const auto [error, size] = co_await stream.async_write_some(buffers, kToken);
  const bool cancelled = IsCancelled(co_await asio::this_coro::cancellation_state);
  if (expired_ || cancelled) {
    co_return WithMayHaveBeenSent(Failure(error, cancelled, kDoing));
  }
  written_ = !error && size == asio::buffer_size(buffers);
  absl::Status status;
  if (error || written_) {
    // A server that refuses a request may answer and close before it has read it: that answer is
    // worth more than the error of the write.
    status = co_await ReadAnswer(stream, limit, parser);
  } else {
    using asio::experimental::awaitable_operators::operator&&;
    status =
        co_await (WriteRest(stream, request, size, limit) && ReadAnswer(stream, limit, parser));
  }
  if (!status.ok()) status = WithMayHaveBeenSent(std::move(status));
  co_return status;
}

template <typename Stream>
asio::awaitable<void> Connection::WriteRest(Stream& stream, const SerializedRequest& request,
                                            std::size_t written, TimeLimit limit) {
  co_await asio::this_coro::throw_if_cancelled(false);
  absl::string_view head = request.head;
  absl::string_view body = request.body;
  error_code error;
  for (;;) {
    const std::size_t of_head = std::min(written, head.size());
    head.remove_prefix(of_head);
    body.remove_prefix(written - of_head);
    written_ = head.empty() && body.empty();
    const bool cancelled = IsCancelled(co_await asio::this_coro::cancellation_state);
    // The reader tells why, if it does not have the answer already.
    if (written_ || error || expired_ || cancelled || !socket_.is_open()) co_return;
    SetLimit(IoLimit(limit));
    const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head), asio::buffer(body)};
    std::tie(error, written) = co_await stream.async_write_some(buffers, kToken);
  }
}

template <typename Stream>
asio::awaitable<absl::Status> Connection::ReadAnswer(Stream& stream, TimeLimit limit,
                                                     ResponseParser& parser) {
  co_await asio::this_coro::throw_if_cancelled(false);
  absl::Status status;
  std::size_t read_size = kFirstRead;
  const std::size_t largest_read = parser.has_body_sink() ? kLargestReadForSink : kLargestRead;
  while (status.ok() && !parser.done()) {
    constexpr absl::string_view kDoing = "waiting for the answer of";
    if (IsCancelled(co_await asio::this_coro::cancellation_state)) {
      status = Failure({}, true, kDoing);
      break;
    }
    SetLimit(IoLimit(limit));
    const auto space = buffer_.prepare(read_size);
    const auto [error, size] = co_await stream.async_read_some(space, kToken);
    const bool cancelled = IsCancelled(co_await asio::this_coro::cancellation_state);
    buffer_.commit(size);
    if (size == space.size()) read_size = std::min(2 * read_size, largest_read);
    if (size > 0) answered_ = true;

    // NOLINTNEXTLINE(bugprone-branch-clone): the causes in the order in which they count
    if (expired_ || cancelled) {
      status = Failure(error, cancelled, kDoing);
    } else if (error == asio::error::eof) {
      status = parser.ParseEnd();
    } else if (error == asio::ssl::error::stream_truncated) {
      // Without TLS's farewell anyone may have cut the connection: the end of a body that is as
      // long as the connection lasts would not be certain.
      status =
          absl::UnavailableError(answered_ ? "the answer is cut off" : "the connection was closed");
    } else if (error) {
      status = Failure(error, cancelled, kDoing);
    } else {
      const absl::StatusOr<std::size_t> parsed =
          parser.Parse({static_cast<const char*>(buffer_.data().data()), buffer_.data().size()});
      status = parsed.status();
      if (parsed.ok()) buffer_.consume(*parsed);
    }
  }
  // Nothing more will be read, so a request that is not through yet never will be.
  if (!written_) Close();
  co_return status;
}

bool Connection::IsQuiet() {
  if (tls_) {
    SSL* const ssl = tls_->native_handle();
    if (SSL_has_pending(ssl) == 1 || BIO_pending(SSL_get_rbio(ssl)) > 0) return false;
  }
  char byte = 0;
  const ssize_t size = recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool Connection::tls_resumed() const {
  // native_handle() is not const in this version of Asio.
  return tls_established_ && SSL_session_reused(const_cast<TlsStream&>(*tls_).native_handle()) == 1;
}

}  // namespace gateway::http
