// Runs a client and its event loop on a test's own thread.

#ifndef SERVER_HTTP_TESTING_CLIENT_RUNNER_H_
#define SERVER_HTTP_TESTING_CLIENT_RUNNER_H_

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "server/http/client.h"

namespace gateway::http::testing {

// A client, its event loop, and the calls that were started on it. Fails the test if the client
// cannot be created.
class ClientRunner {
 public:
  // A call under way; `result` is there when it has ended.
  struct Call {
    std::optional<absl::StatusOr<Response>> result;
    std::chrono::steady_clock::duration took{};
    boost::asio::cancellation_signal cancellation;

    void Cancel() { cancellation.emit(boost::asio::cancellation_type::terminal); }
  };

  explicit ClientRunner(Options options);
  ~ClientRunner();

  Client& client() { return *client_; }
  Stats stats() const { return client_->stats(); }

  // Destroys the client; calls under way go on.
  void DestroyClient() { client_.reset(); }

  // Starts a call and runs it up to where it first waits for something.
  std::shared_ptr<Call> Start(Request request,
                              std::chrono::milliseconds timeout = std::chrono::seconds(30));

  // Runs the event loop until `call` has ended.
  const absl::StatusOr<Response>& Await(Call& call);

  // Start and Await.
  absl::StatusOr<Response> Send(Request request,
                                std::chrono::milliseconds timeout = std::chrono::seconds(30));

  // Runs the event loop until `condition` holds. It is checked after each event.
  void RunUntil(const std::function<bool()>& condition);

  // Lets the event loop call `function`. May be called from any thread.
  void Post(std::function<void()> function);

 private:
  boost::asio::io_context io_{1};
  std::unique_ptr<Client> client_;
};

}  // namespace gateway::http::testing

#endif  // SERVER_HTTP_TESTING_CLIENT_RUNNER_H_
