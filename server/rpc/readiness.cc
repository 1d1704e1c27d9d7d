#include "server/rpc/readiness.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace gateway::rpc {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kMaxProbeTime{5};

boost::asio::awaitable<bool> Probe(http::Client& http, const ReadinessOptions& options) {
  http::Request request;
  request.target = "/";
  request.headers = {{"User-Agent", options.user_agent}};
  request.repeatable = true;
  request.fairness_key = "readiness";
  const auto time = std::min<std::chrono::milliseconds>(options.interval, kMaxProbeTime);
  const auto response = co_await http.Send(std::move(request), steady_clock::now() + time);
  co_return response.ok() && response->status < 500;
}

}  // namespace

boost::asio::awaitable<void> WatchReadiness(http::Client& http, ReadinessOptions options,
                                            std::function<steady_clock::time_point()> last_answer,
                                            std::function<void(bool)> report) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  while (true) {
    const steady_clock::time_point last = last_answer();
    bool reachable =
        last != steady_clock::time_point() && last > steady_clock::now() - options.interval;
    // No `||`: g++ 12 would evaluate the co_await behind it in any case.
    if (!reachable) reachable = co_await Probe(http, options);
    report(reachable);
    timer.expires_after(options.interval);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

}  // namespace gateway::rpc
