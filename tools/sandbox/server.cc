#include "tools/sandbox/server.h"

#include <zlib.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <list>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tools/sandbox/control.h"
#include "tools/sandbox/workspace.h"

namespace sandbox {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr uint64_t kBodyLimit = 256u << 20;
constexpr uint32_t kHeaderLimit = 64u << 10;
// Smaller answers do not get smaller.
constexpr size_t kSmallestCompressed = 1024;

HttpRequest ToRequest(const http::request<http::string_body>& message, absl::Time received_at) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.body = message.body();
  request.received_at = received_at;
  for (const auto& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  return request;
}

std::string Gzip(const std::string& text) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  constexpr int kMemoryLevel = 8;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return "";
  }
  std::string compressed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  int code = deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  return code == Z_STREAM_END ? compressed : "";
}

http::response<http::string_body> ToMessage(const HttpRequest& request, HttpAnswer answer,
                                            bool keep_alive) {
  http::response<http::string_body> message(static_cast<http::status>(answer.status), 11);
  message.set(http::field::server, "encord-sandbox");
  for (const auto& [name, value] : answer.headers) message.set(name, value);
  std::string_view trace = request.Header("X-Cloud-Trace-Context");
  if (!trace.empty()) message.set("X-Cloud-Trace-Context", trace);
  std::string_view accepted = request.Header("Accept-Encoding");
  if (answer.body.size() >= kSmallestCompressed &&
      absl::StrContains(absl::string_view(accepted.data(), accepted.size()), "gzip")) {
    if (std::string compressed = Gzip(answer.body); !compressed.empty()) {
      answer.body = std::move(compressed);
      message.set(http::field::content_encoding, "gzip");
    }
  }
  message.keep_alive(keep_alive);
  message.body() = std::move(answer.body);
  message.prepare_payload();
  return message;
}

HttpAnswer FaultAnswer(const Fault& fault, const HttpRequest& request) {
  HttpAnswer answer =
      Refusal(request, {fault.status, fault.code, fault.message, /*payload=*/nullptr});
  if (fault.body.has_value()) answer.body = *fault.body;
  if (fault.retry_after.has_value()) {
    answer.headers.emplace_back("Retry-After", *fault.retry_after);
  } else if (fault.retry_after_date.has_value()) {
    answer.headers.emplace_back(
        "Retry-After",
        absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now() + *fault.retry_after_date,
                         absl::UTCTimeZone()));
  }
  return answer;
}

void Reset(tcp::socket& socket) {
  error_code ignored;
  // Without lingering, closing sends RST.
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

}  // namespace

class Server::Impl {
 public:
  explicit Impl(std::unique_ptr<Api> api) : api_(std::move(api)), acceptor_(io_) {}

  ~Impl() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
    // Lets what runs there end, before the connections that wait for it go.
    store_thread_.join();
  }

  absl::Status Listen(const std::string& host, uint16_t port) {
    error_code error;
    tcp::resolver resolver(io_);
    auto found = resolver.resolve(host, std::to_string(port), error);
    if (!error) {
      tcp::endpoint endpoint = *found.begin();
      acceptor_.open(endpoint.protocol(), error);
      if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
      if (!error) acceptor_.bind(endpoint, error);
      if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on ", host, ":", port, ": ", error.message()));
    }
    host_ = host;
    asio::co_spawn(io_, Accept(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
    return absl::OkStatus();
  }

  std::string url() const {
    return absl::StrCat("http://", host_, ":", acceptor_.local_endpoint().port());
  }

 private:
  using Message = http::request<http::string_body>;

  asio::awaitable<void> Accept() {
    for (;;) {
      error_code error;
      tcp::socket socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
      socket.set_option(tcp::no_delay(true), error);
      asio::co_spawn(io_, Serve(std::move(socket), ++last_connection_), asio::detached);
    }
  }

  // Runs `work` on the thread that owns the Api.
  template <typename Work>
  auto OnStoreThread(Work work) {
    auto task = [](Work work) -> asio::awaitable<decltype(work())> { co_return work(); };
    return asio::co_spawn(store_thread_, task(std::move(work)), asio::use_awaitable);
  }

  asio::awaitable<HttpAnswer> Apply(const HttpRequest& request, int64_t number) {
    for (;;) {
      int64_t changes_before = changes_;
      Api::Outcome outcome = co_await OnStoreThread([&] { return api_->Handle(request); });
      control_.log().SetUser(number, outcome.user);
      if (auto* answer = std::get_if<HttpAnswer>(&outcome.reply)) {
        Changed();
        co_return std::move(*answer);
      }
      if (changes_ != changes_before) continue;
      co_await WaitForChange(std::get<NotYet>(outcome.reply).until);
    }
  }

  // A request was handled: what long polls wait for may have come.
  void Changed() {
    ++changes_;
    for (asio::steady_timer* timer : waiting_) timer->cancel();
  }

  asio::awaitable<void> WaitForChange(absl::Time until) {
    asio::steady_timer timer(io_, absl::ToChronoNanoseconds(until - api_->context().clock.Now()));
    auto place = waiting_.insert(waiting_.end(), &timer);
    error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    waiting_.erase(place);
  }

  asio::awaitable<void> Sleep(absl::Duration duration) {
    asio::steady_timer timer(io_, absl::ToChronoNanoseconds(duration));
    co_await timer.async_wait(asio::use_awaitable);
  }

  asio::awaitable<void> Serve(tcp::socket socket, int64_t connection) {
    boost::beast::flat_buffer buffer;
    bool keep_alive = true;
    while (keep_alive) keep_alive = co_await ServeOne(socket, buffer, connection);
    error_code ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }

  // Reads and answers one request. False if the connection is to be closed.
  asio::awaitable<bool> ServeOne(tcp::socket& socket, boost::beast::flat_buffer& buffer,
                                 int64_t connection) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(kBodyLimit);
    parser.header_limit(kHeaderLimit);
    error_code error;
    co_await http::async_read_header(socket, buffer, parser,
                                     asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return false;
    HttpRequest head = ToRequest(parser.get(), Now());
    bool is_control = Control::IsFor(head);
    if (!is_control) {
      if (std::optional<Fault> fault = control_.faults().TakeBeforeBody(head)) {
        control_.log().SetFault(control_.log().Add(head, connection), FaultName(fault->kind));
        Reset(socket);
        co_return false;
      }
    }
    if (absl::EqualsIgnoreCase(std::string(head.Header("Expect")), "100-continue")) {
      constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(socket, asio::buffer(kContinue),
                                 asio::redirect_error(asio::use_awaitable, error));
    }
    co_await http::async_read(socket, buffer, parser,
                              asio::redirect_error(asio::use_awaitable, error));
    if (error == http::error::body_limit) {
      co_return co_await Send(socket, head,
                              Refusal(head, PayloadTooLarge("the body is larger than 256 MiB")),
                              /*keep_alive=*/false);
    }
    if (error) co_return false;
    HttpRequest request = ToRequest(parser.get(), head.received_at);
    bool keep_alive = parser.get().keep_alive();
    if (is_control) {
      HttpAnswer answer;
      if (Control::IsSetUp(request)) {
        answer = co_await OnStoreThread([&] { return SetUpWorkspace(api_->context(), request); });
      } else {
        answer = control_.Handle(request);
      }
      co_return co_await Send(socket, request, std::move(answer), keep_alive);
    }
    int64_t number = control_.log().Add(request, connection);
    if (std::optional<Fault> fault = control_.faults().Take(request)) {
      control_.log().SetFault(number, FaultName(fault->kind));
      co_return co_await ServeWithFault(socket, request, number, *fault, keep_alive);
    }
    HttpAnswer answer = co_await Apply(request, number);
    control_.log().SetStatus(number, answer.status);
    co_return co_await Send(socket, request, std::move(answer), keep_alive);
  }

  asio::awaitable<bool> ServeWithFault(tcp::socket& socket, const HttpRequest& request,
                                       int64_t number, const Fault& fault, bool keep_alive) {
    if (fault.kind == FaultKind::kLatency && !fault.after) co_await Sleep(fault.delay);
    HttpAnswer answer;
    if (fault.after || fault.kind == FaultKind::kLatency) answer = co_await Apply(request, number);
    switch (fault.kind) {
      case FaultKind::kLatency:
        if (fault.after) co_await Sleep(fault.delay);
        break;
      case FaultKind::kStatus:
        answer = FaultAnswer(fault, request);
        break;
      case FaultKind::kReset:
        Reset(socket);
        co_return false;
      case FaultKind::kTruncate:
        co_await SendTruncated(socket, request, std::move(answer));
        co_return false;
      case FaultKind::kGarbage:
        co_await SendGarbage(socket);
        co_return false;
      case FaultKind::kStall:
        co_await WaitForEnd(socket);
        control_.log().SetAbandoned(number);
        co_return false;
    }
    control_.log().SetStatus(number, answer.status);
    co_return co_await Send(socket, request, std::move(answer), keep_alive);
  }

  asio::awaitable<bool> Send(tcp::socket& socket, const HttpRequest& request, HttpAnswer answer,
                             bool keep_alive) {
    auto message = ToMessage(request, std::move(answer), keep_alive);
    error_code error;
    co_await http::async_write(socket, message, asio::redirect_error(asio::use_awaitable, error));
    co_return !error && keep_alive;
  }

  // Announces the whole body and sends the first half of it.
  asio::awaitable<void> SendTruncated(tcp::socket& socket, const HttpRequest& request,
                                      HttpAnswer answer) {
    auto message = ToMessage(request, std::move(answer), /*keep_alive=*/true);
    std::string text =
        absl::StrCat("HTTP/1.1 ", message.result_int(), " ", std::string(message.reason()), "\r\n");
    for (const auto& field : message) {
      absl::StrAppend(&text, std::string(field.name_string()), ": ", std::string(field.value()),
                      "\r\n");
    }
    absl::StrAppend(&text, "\r\n", message.body().substr(0, message.body().size() / 2));
    error_code ignored;
    co_await asio::async_write(socket, asio::buffer(text),
                               asio::redirect_error(asio::use_awaitable, ignored));
  }

  asio::awaitable<void> SendGarbage(tcp::socket& socket) {
    constexpr std::string_view kGarbage = "\x16\x03\x01 this is no HTTP \xff\xfe\r\n\r\n";
    error_code ignored;
    co_await asio::async_write(socket, asio::buffer(kGarbage),
                               asio::redirect_error(asio::use_awaitable, ignored));
  }

  // Answers nothing until the client goes away.
  asio::awaitable<void> WaitForEnd(tcp::socket& socket) {
    error_code error;
    char byte;
    while (!error) {
      co_await socket.async_read_some(asio::buffer(&byte, 1),
                                      asio::redirect_error(asio::use_awaitable, error));
    }
  }

  absl::Time Now() { return api_->context().clock.Now(); }

  std::unique_ptr<Api> api_;
  std::string host_;
  asio::thread_pool store_thread_{1};
  // One thread: everything below is touched by it alone.
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  Control control_;
  int64_t last_connection_ = 0;
  int64_t changes_ = 0;
  std::list<asio::steady_timer*> waiting_;
  std::thread thread_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const std::string& host, uint16_t port,
                                                      std::unique_ptr<Api> api) {
  auto impl = std::make_unique<Impl>(std::move(api));
  absl::Status status = impl->Listen(host, port);
  if (!status.ok()) return status;
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::string Server::url() const { return impl_->url(); }

}  // namespace sandbox
