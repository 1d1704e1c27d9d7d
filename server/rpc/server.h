// The gateway as a whole.

#ifndef SERVER_RPC_SERVER_H_
#define SERVER_RPC_SERVER_H_

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/encord/private_key.h"
#include "server/options.h"

namespace gateway::rpc {

// A gRPC server with EncordService, health and reflection, its event loop, and its client of
// Encord.
class Server {
 public:
  // Listens and serves. `key` may be null: then every call needs a bearer token. Logging must be
  // set up. Errors: INVALID_ARGUMENT for settings that cannot work, NOT_FOUND or PERMISSION_DENIED
  // for a file that cannot be read, UNAVAILABLE if the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const Options& options, std::shared_ptr<const encord::PrivateKey> key);

  // Drains without waiting for calls under way, unless that is done.
  ~Server();

  // HOST:PORT, with the port that was picked.
  const std::string& address() const;

  // Ends the service in an orderly way, and returns when it is over: health says NOT_SERVING, new
  // calls are refused with UNAVAILABLE (by gRPC with CANCELLED if they cross its farewell on the
  // wire), and calls under way may finish until `timeout` has passed,
  // when they are cancelled.
  void Drain(std::chrono::milliseconds timeout);

 private:
  class Impl;

  explicit Server(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::rpc

#endif  // SERVER_RPC_SERVER_H_
