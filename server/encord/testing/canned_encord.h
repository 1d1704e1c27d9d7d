#ifndef SERVER_ENCORD_TESTING_CANNED_ENCORD_H_
#define SERVER_ENCORD_TESTING_CANNED_ENCORD_H_

#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "boost/asio/awaitable.hpp"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/io_context.hpp"
#include "server/encord/client.h"
#include "server/http/sender.h"

namespace gateway::encord::testing {

// An Encord that answers as it is told, without a network.
class CannedEncord : public http::Sender {
 public:
  using Answer = absl::StatusOr<http::Response>;
  // Makes the answer to a request. May give the body to request.body_sink itself.
  using Handler = std::function<boost::asio::awaitable<Answer>(const http::Request& request)>;

  // No call is repeated.
  CannedEncord();
  explicit CannedEncord(ClientOptions options);

  // From now on all requests are answered so.
  void set_answer(int http_status, std::string body);
  void set_handler(Handler handler) { handler_ = std::move(handler); }
  // Size of the pieces that a body sink gets; at least 1.
  void set_piece_bytes(size_t bytes) { piece_bytes_ = bytes; }
  // The body of the last request.
  const std::string& request() const { return request_; }

  // Makes a call and returns its result: Run([&](encord::Call& call) { return ...; }).
  template <class Action>
  auto Run(Action action) {
    Call call = NewCall();
    return Wait(action(call));
  }

  boost::asio::awaitable<Answer> Send(http::Request request,
                                      std::chrono::steady_clock::time_point deadline) override;

 private:
  Call NewCall();

  template <class Result>
  Result Wait(boost::asio::awaitable<Result> awaitable) {
    Result result;
    boost::asio::co_spawn(loop_, std::move(awaitable), [&](std::exception_ptr error, Result value) {
      if (error) std::rethrow_exception(error);
      result = std::move(value);
    });
    loop_.run();
    loop_.restart();
    return result;
  }

  boost::asio::io_context loop_{1};
  Signer signer_;
  Client client_;
  Credential credential_;
  Handler handler_;
  size_t piece_bytes_ = http::kMostPieceBytes;
  std::string request_;
};

}  // namespace gateway::encord::testing

#endif  // SERVER_ENCORD_TESTING_CANNED_ENCORD_H_
