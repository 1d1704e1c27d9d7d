#ifndef SERVER_ACTIONS_CALL_CONTEXT_H_
#define SERVER_ACTIONS_CALL_CONTEXT_H_

#include <chrono>
#include <cstddef>

#include "boost/asio/awaitable.hpp"
#include "server/encord/client.h"

namespace gateway::actions {

// Settings of the actions.
struct Options {
  // How long before its deadline UploadDataToDataset stops following a job.
  std::chrono::milliseconds upload_margin{1000};
  // How large an answer of ExportLabelsCoco may be. gRPC's clients take 4 MiB unless told
  // otherwise.
  std::size_t max_export_size = std::size_t{4} << 20;
};

// What a handler works with: one RPC's conversation with Encord, and the settings.
struct CallContext {
  encord::Call& encord;
  const Options& options;
};

// Where a server-streaming handler puts its messages.
template <class Message>
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  // Waits until the message is on its way; false if the caller is gone.
  virtual boost::asio::awaitable<bool> Write(const Message& message) = 0;
};

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_CALL_CONTEXT_H_
