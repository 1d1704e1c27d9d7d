// What sends HTTP requests.

#ifndef SERVER_HTTP_SENDER_H_
#define SERVER_HTTP_SENDER_H_

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "absl/status/statusor.h"
#include "server/http/message.h"

namespace gateway::http {

// A way to one HTTP origin. Client is the one over the network.
class Sender {
 public:
  virtual ~Sender() = default;

  // Sends a request and returns the answer: any complete one, whatever its status. Never throws.
  // The request must be a named object that is moved in, not a braced temporary: g++ 12 destroys
  // such a one twice if it is part of a co_await expression.
  // Cancellation through the coroutine's cancellation slot ends the call and its connection at
  // once. Errors:
  //   INVALID_ARGUMENT: the request cannot be sent as HTTP (line breaks in a header, ...).
  //   UNAVAILABLE: name not found, refused, reset, TLS or proxy failure, an answer that was cut off
  //     or is not HTTP, or the sender was shut down.
  //   DEADLINE_EXCEEDED: the deadline passed or one of the timeouts; the message says which.
  //   CANCELLED: the coroutine was cancelled.
  //   RESOURCE_EXHAUSTED: the queue is full, or the answer is larger than the limits.
  // MayHaveBeenSent tells whether the request may have reached the server then,
  // WasSentTwice whether even twice.
  virtual boost::asio::awaitable<absl::StatusOr<Response>> Send(
      Request request, std::chrono::steady_clock::time_point deadline) = 0;
};

}  // namespace gateway::http

#endif  // SERVER_HTTP_SENDER_H_
