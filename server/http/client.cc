#include "server/http/client.h"

#include <utility>

#include "absl/memory/memory.h"
#include "server/http/pool.h"

namespace gateway::http {

absl::StatusOr<std::unique_ptr<Client>> Client::Create(boost::asio::io_context& io,
                                                       Options options) {
  absl::StatusOr<std::shared_ptr<Pool>> pool = Pool::Create(io, options);
  if (!pool.ok()) return pool.status();
  return absl::WrapUnique(new Client(*std::move(pool)));
}

Client::Client(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}

Client::~Client() { pool_->Shutdown(); }

boost::asio::awaitable<absl::StatusOr<Response>> Client::Send(
    Request request, std::chrono::steady_clock::time_point deadline) {
  return Pool::Send(pool_, std::move(request), deadline);
}

Stats Client::stats() const { return pool_->stats(); }

void Client::Shutdown() { pool_->Shutdown(); }

}  // namespace gateway::http
