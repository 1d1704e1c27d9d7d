// The connections of one client, and who may use them.

#ifndef SERVER_HTTP_POOL_H_
#define SERVER_HTTP_POOL_H_

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/http/client.h"
#include "server/http/connection.h"
#include "server/http/fair_slots.h"
#include "server/http/request_writer.h"
#include "server/http/resolver.h"
#include "server/http/time_limit.h"
#include "server/http/tls.h"

namespace gateway::http {

// What a Client is made of. Calls under way share it, so it may live longer than the Client. Not
// thread-safe.
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  // As Client::Create.
  static absl::StatusOr<std::shared_ptr<Pool>> Create(boost::asio::io_context& io,
                                                      const Options& options);

  // As Client::Send; keeps `self` alive until the call ends.
  static boost::asio::awaitable<absl::StatusOr<Response>> Send(
      std::shared_ptr<Pool> self, Request request, std::chrono::steady_clock::time_point deadline);

  Stats stats() const;
  void Shutdown();

 private:
  class QueuedCall;

  struct IdleConnection {
    std::shared_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
    std::chrono::steady_clock::time_point expiry;
  };

  Pool(boost::asio::io_context& io, const Options& options);

  boost::asio::awaitable<absl::StatusOr<Response>> SendWithLimit(
      const Request& request, const SerializedRequest& serialized, TimeLimit limit);
  boost::asio::awaitable<absl::StatusOr<FairSlots::Slot>> WaitForSlot(const std::string& key,
                                                                      TimeLimit limit);
  boost::asio::awaitable<absl::StatusOr<std::shared_ptr<Connection>>> OpenConnection(
      TimeLimit limit);

  // The idle connection used last that `request` may use; null if there is none.
  std::shared_ptr<Connection> TakeIdle(const Request& request);
  void KeepIdle(std::shared_ptr<Connection> connection);

  // Makes the eviction timer fire at `expiry` at the latest.
  void ScheduleEviction(std::chrono::steady_clock::time_point expiry);
  void EvictExpired();

  boost::asio::io_context& io_;
  const Options options_;
  std::unique_ptr<TlsClient> tls_;
  std::unique_ptr<Resolver> resolver_;
  ConnectionSettings settings_;
  std::string host_header_;

  // A slot is the right to use a connection: an idle or a new one.
  FairSlots slots_;
  std::list<QueuedCall*> queued_calls_;
  std::vector<IdleConnection> idle_;  // the one used last is at the back
  boost::asio::steady_timer eviction_timer_;
  std::chrono::steady_clock::time_point eviction_at_ = std::chrono::steady_clock::time_point::max();
  bool shut_down_ = false;
  Stats totals_;  // without the counts of now
};

}  // namespace gateway::http

#endif  // SERVER_HTTP_POOL_H_
