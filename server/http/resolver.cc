#include "server/http/resolver.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace gateway::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct Resolver::Lookup {
  bool done = false;
  error_code error;
  Endpoints endpoints;
  std::list<asio::steady_timer*> waiters;
};

Resolver::Resolver(asio::io_context& io, Origin origin)
    : origin_(std::move(origin)), resolver_(io) {}

Resolver::~Resolver() = default;

asio::awaitable<absl::StatusOr<Resolver::Endpoints>> Resolver::Resolve(TimeLimit limit) {
  if (origin_.host_is_ip) {
    co_return Endpoints{{asio::ip::make_address(origin_.host), origin_.port}};
  }

  std::shared_ptr<Lookup> lookup = current_.lock();
  if (lookup == nullptr || lookup->done) {
    lookup = std::make_shared<Lookup>();
    current_ = lookup;
    resolver_.async_resolve(origin_.host, std::to_string(origin_.port),
                            [lookup](error_code error, const tcp::resolver::results_type& results) {
                              lookup->done = true;
                              lookup->error = error;
                              for (const auto& entry : results) {
                                lookup->endpoints.push_back(entry.endpoint());
                              }
                              for (asio::steady_timer* waiter : lookup->waiters) waiter->cancel();
                            });
  }

  const std::string doing = absl::StrCat("resolving ", origin_.host);
  asio::steady_timer timer(co_await asio::this_coro::executor, limit.at);
  struct Membership {
    ~Membership() { lookup.waiters.erase(position); }
    Lookup& lookup;
    std::list<asio::steady_timer*>::iterator position;
  };
  const Membership membership{*lookup, lookup->waiters.insert(lookup->waiters.end(), &timer)};
  const auto token = asio::as_tuple(asio::use_awaitable);
  co_await timer.async_wait(token);

  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return CancellationError(doing);
  if (!lookup->done) co_return TimeLimitError(limit, doing);
  if (lookup->error || lookup->endpoints.empty()) {
    co_return absl::UnavailableError(absl::StrCat(
        doing, " failed: ", lookup->error ? lookup->error.message() : std::string("no address")));
  }
  co_return lookup->endpoints;
}

}  // namespace gateway::http
