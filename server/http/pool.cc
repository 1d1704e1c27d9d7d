#include "server/http/pool.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <limits>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/http/may_have_been_sent.h"
#include "server/http/proxy.h"

namespace gateway::http {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// How long before the end of the server's Keep-Alive timeout a connection is given up.
constexpr milliseconds kIdleMargin(1000);

absl::Status CheckLimits(const Options& options) {
  for (const auto& [name, timeout] : {std::pair("connect_timeout", options.connect_timeout),
                                      std::pair("read_timeout", options.read_timeout),
                                      std::pair("total_timeout", options.total_timeout),
                                      std::pair("idle_timeout", options.idle_timeout)}) {
    if (timeout <= milliseconds(0)) {
      return absl::InvalidArgumentError(absl::StrCat(name, " must be longer than 0"));
    }
  }
  for (const auto& [name, count] :
       {std::pair("max_connections", options.max_connections),
        std::pair("max_connections_per_key", options.max_connections_per_key),
        std::pair("max_header_bytes", options.max_header_bytes),
        std::pair("max_body_bytes", options.max_body_bytes)}) {
    if (count == 0) return absl::InvalidArgumentError(absl::StrCat(name, " must be at least 1"));
  }
  if (options.max_header_bytes > std::numeric_limits<std::uint32_t>::max()) {
    return absl::InvalidArgumentError("max_header_bytes must be less than 4 GiB");
  }
  return absl::OkStatus();
}

absl::Status Annotated(const absl::Status& status, absl::string_view prefix) {
  return absl::Status(status.code(), absl::StrCat(prefix, ": ", status.message()));
}

absl::Status ShutDownError() { return absl::UnavailableError("the HTTP client was shut down"); }

}  // namespace

// A call that waits for a slot: granted, shut down, or out of time.
class Pool::QueuedCall final : public FairSlots::Waiter {
 public:
  QueuedCall(Pool& pool, asio::any_io_executor executor, TimeLimit limit)
      : pool_(pool),
        timer_(std::move(executor), limit.at),
        position_(pool.queued_calls_.insert(pool.queued_calls_.end(), this)) {}
  ~QueuedCall() override { pool_.queued_calls_.erase(position_); }

  void OnGranted() override { timer_.cancel(); }
  void WakeUp() { timer_.cancel(); }

  // Wakes up at the limit or for OnGranted or WakeUp.
  asio::steady_timer& timer() { return timer_; }

 private:
  Pool& pool_;
  asio::steady_timer timer_;
  const std::list<QueuedCall*>::iterator position_;
};

Pool::Pool(asio::io_context& io, const Options& options)
    : io_(io),
      options_(options),
      slots_(options.max_connections, options.max_connections_per_key),
      eviction_timer_(io) {}

absl::StatusOr<std::shared_ptr<Pool>> Pool::Create(asio::io_context& io, const Options& options) {
  if (absl::Status status = CheckLimits(options); !status.ok()) return status;
  auto pool = absl::WrapUnique(new Pool(io, options));
  ConnectionSettings& settings = pool->settings_;

  absl::StatusOr<Origin> origin = ParseOrigin(options.url);
  if (!origin.ok()) return Annotated(origin.status(), "url");
  settings.origin = *std::move(origin);
  settings.peer = settings.origin.Authority();

  if (!options.proxy.empty() && settings.origin.https &&
      !BypassesProxy(options.no_proxy, settings.origin)) {
    absl::StatusOr<Proxy> proxy = ParseProxy(options.proxy);
    if (!proxy.ok()) return Annotated(proxy.status(), "proxy");
    settings.proxy = *std::move(proxy);
    absl::StrAppend(&settings.peer, " by the proxy ", settings.proxy->origin.Authority());
  }
  if (settings.origin.https) {
    absl::StatusOr<std::unique_ptr<TlsClient>> tls =
        TlsClient::Create(settings.origin, options.ca_file);
    if (!tls.ok()) return tls.status();
    pool->tls_ = *std::move(tls);
  }
  pool->resolver_ =
      std::make_unique<Resolver>(io, settings.proxy ? settings.proxy->origin : settings.origin);

  settings.tls = pool->tls_.get();
  settings.resolver = pool->resolver_.get();
  settings.read_timeout = options.read_timeout;
  settings.limits = {.header_bytes = options.max_header_bytes,
                     .body_bytes = options.max_body_bytes};
  pool->host_header_ = settings.origin.HostHeader();
  return std::shared_ptr<Pool>(std::move(pool));
}

asio::awaitable<absl::StatusOr<Response>> Pool::Send(std::shared_ptr<Pool> self, Request request,
                                                     steady_clock::time_point deadline) {
  const TimeLimit limit =
      Earlier({.at = deadline, .name = "deadline"},
              LimitAfter(steady_clock::now(), self->options_.total_timeout, "total timeout"));
  const absl::StatusOr<SerializedRequest> serialized = Serialize(request, self->host_header_);
  if (!serialized.ok()) co_return serialized.status();

  // A cancelled call answers with CANCELLED, after it has cleaned up, instead of throwing.
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  absl::StatusOr<Response> response = co_await self->SendWithLimit(request, *serialized, limit);
  co_await asio::this_coro::throw_if_cancelled(throws);
  co_return response;
}

asio::awaitable<absl::StatusOr<Response>> Pool::SendWithLimit(const Request& request,
                                                              const SerializedRequest& serialized,
                                                              TimeLimit limit) {
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    co_return CancellationError("starting the request");
  }
  if (steady_clock::now() >= limit.at) co_return TimeLimitError(limit, "starting the request");
  if (shut_down_) co_return ShutDownError();

  FairSlots::Slot slot = slots_.TryTake(request.fairness_key);
  if (!slot) {
    absl::StatusOr<FairSlots::Slot> granted = co_await WaitForSlot(request.fairness_key, limit);
    if (!granted.ok()) co_return granted.status();
    slot = *std::move(granted);
  }

  const BodySink* const body_sink = request.body_sink ? &request.body_sink : nullptr;
  std::shared_ptr<Connection> connection = TakeIdle(request);
  if (connection != nullptr) {
    ++totals_.reused;
    absl::StatusOr<Response> response = co_await connection->Exchange(serialized, limit, body_sink);
    if (response.ok()) {
      KeepIdle(std::move(connection));
      co_return response;
    }
    // The server may have closed the connection just when the request went out.
    const bool went_stale = absl::IsUnavailable(response.status()) && !connection->answered();
    if (!went_stale) co_return response;
    ++totals_.stale;
    if (!request.repeatable) co_return response;
  }

  const bool repeated = connection != nullptr;
  connection.reset();
  absl::StatusOr<std::shared_ptr<Connection>> opened = co_await OpenConnection(limit);
  if (!opened.ok()) {
    co_return repeated ? WithMayHaveBeenSent(opened.status()) : opened.status();
  }
  connection = *std::move(opened);
  absl::StatusOr<Response> response = co_await connection->Exchange(serialized, limit, body_sink);
  if (response.ok()) {
    response->sent_twice = repeated;
    KeepIdle(std::move(connection));
  } else if (repeated) {
    co_return WithSentTwice(response.status());
  }
  co_return response;
}

asio::awaitable<absl::StatusOr<FairSlots::Slot>> Pool::WaitForSlot(const std::string& key,
                                                                   TimeLimit limit) {
  constexpr absl::string_view kDoing = "waiting for a connection to be free";
  if (slots_.waiting() >= options_.max_queue) {
    co_return absl::ResourceExhaustedError(
        absl::StrCat(slots_.waiting(), " requests wait for a connection already"));
  }
  QueuedCall call(*this, co_await asio::this_coro::executor, limit);
  slots_.Wait(key, call);
  co_await call.timer().async_wait(asio::as_tuple(asio::use_awaitable));

  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return CancellationError(kDoing);
  if (shut_down_) co_return ShutDownError();
  FairSlots::Slot slot = call.TakeSlot();
  if (!slot) co_return TimeLimitError(limit, kDoing);
  co_return slot;
}

asio::awaitable<absl::StatusOr<std::shared_ptr<Connection>>> Pool::OpenConnection(TimeLimit limit) {
  const bool full = slots_.in_use() + idle_.size() > options_.max_connections;
  if (full && !idle_.empty()) {
    idle_.erase(idle_.begin());
    ++totals_.evicted;
  }
  auto connection = std::make_shared<Connection>(io_, settings_);
  const TimeLimit open_limit =
      Earlier(limit, LimitAfter(steady_clock::now(), options_.connect_timeout, "connect timeout"));
  const absl::Status status = co_await connection->Open(open_limit);
  totals_.opened += connection->tcp_established() ? 1 : 0;
  totals_.handshakes += connection->tls_established() ? 1 : 0;
  totals_.resumed += connection->tls_resumed() ? 1 : 0;
  if (!status.ok()) co_return status;
  co_return connection;
}

std::shared_ptr<Connection> Pool::TakeIdle(const Request& request) {
  const steady_clock::time_point now = steady_clock::now();
  while (!idle_.empty()) {
    IdleConnection& last = idle_.back();
    // The others have been idle for longer still.
    if (!request.repeatable && now - last.since > options_.fresh_idle) return nullptr;
    const bool expired = now >= last.expiry;
    std::shared_ptr<Connection> connection = std::move(last.connection);
    idle_.pop_back();
    if (expired) {
      ++totals_.evicted;
    } else if (!connection->IsQuiet()) {
      ++totals_.stale;
    } else {
      return connection;
    }
  }
  return nullptr;
}

void Pool::KeepIdle(std::shared_ptr<Connection> connection) {
  if (shut_down_ || !connection->reusable()) return;
  milliseconds timeout = options_.idle_timeout;
  if (const auto promised = connection->server_idle_timeout()) {
    // The server began to count earlier, and a request must reach it in time.
    const milliseconds margin = std::min(kIdleMargin, milliseconds(*promised) / 2);
    timeout = std::min(timeout, milliseconds(*promised) - margin);
  }
  const steady_clock::time_point now = steady_clock::now();
  const steady_clock::time_point expiry = LimitAfter(now, timeout, "").at;
  idle_.push_back({std::move(connection), now, expiry});
  ScheduleEviction(expiry);
}

void Pool::ScheduleEviction(steady_clock::time_point expiry) {
  if (expiry >= eviction_at_) return;
  eviction_at_ = expiry;
  eviction_timer_.expires_at(expiry);
  eviction_timer_.async_wait([weak = weak_from_this()](error_code error) {
    if (error) return;
    if (const std::shared_ptr<Pool> self = weak.lock()) self->EvictExpired();
  });
}

void Pool::EvictExpired() {
  const steady_clock::time_point now = steady_clock::now();
  totals_.evicted +=
      std::erase_if(idle_, [now](const IdleConnection& idle) { return idle.expiry <= now; });
  eviction_at_ = steady_clock::time_point::max();
  const auto next = std::min_element(
      idle_.begin(), idle_.end(),
      [](const IdleConnection& a, const IdleConnection& b) { return a.expiry < b.expiry; });
  if (next != idle_.end()) ScheduleEviction(next->expiry);
}

Stats Pool::stats() const {
  Stats stats = totals_;
  stats.idle = idle_.size();
  stats.in_use = slots_.in_use();
  stats.open = stats.idle + stats.in_use;
  stats.waiting = slots_.waiting();
  return stats;
}

void Pool::Shutdown() {
  shut_down_ = true;
  idle_.clear();
  eviction_timer_.cancel();
  eviction_at_ = steady_clock::time_point::max();
  for (QueuedCall* call : queued_calls_) call->WakeUp();
}

}  // namespace gateway::http
