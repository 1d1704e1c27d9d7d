// Host names to addresses.

#ifndef SERVER_HTTP_RESOLVER_H_
#define SERVER_HTTP_RESOLVER_H_

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "server/http/time_limit.h"
#include "server/http/url.h"

namespace gateway::http {

// Resolves the name of one host with the system's resolver, on its own thread. Calls that overlap
// share a lookup; a call that is cancelled or runs out of time leaves it to the others, since a
// lookup cannot be interrupted. Not thread-safe.
class Resolver {
 public:
  using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

  Resolver(boost::asio::io_context& io, Origin origin);
  virtual ~Resolver();

  // The host's addresses, at least one, in the order in which to try them. Errors: UNAVAILABLE if
  // there is none, DEADLINE_EXCEEDED, CANCELLED. The caller's coroutine must not throw on
  // cancellation (this_coro::throw_if_cancelled).
  virtual boost::asio::awaitable<absl::StatusOr<Endpoints>> Resolve(TimeLimit limit);

 private:
  struct Lookup;

  const Origin origin_;
  boost::asio::ip::tcp::resolver resolver_;
  std::weak_ptr<Lookup> current_;
};

}  // namespace gateway::http

#endif  // SERVER_HTTP_RESOLVER_H_
