#ifndef TOOLS_SANDBOX_SERVER_H_
#define TOOLS_SANDBOX_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tools/sandbox/api.h"

namespace sandbox {

// The emulator's HTTP/1.1 server. Connections live on one thread, the Api on
// another, so that a long poll or a slow request keeps no other one waiting at
// the door. Bodies may have 256 MiB, answers are compressed for those who
// accept gzip.
class Server {
 public:
  // Listens on `host`, a name or address, and `port`, 0 = the system picks.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const std::string& host, uint16_t port,
                                                       std::unique_ptr<Api> api);
  // Closes all connections.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // "http://127.0.0.1:41234"
  std::string url() const;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_SERVER_H_
