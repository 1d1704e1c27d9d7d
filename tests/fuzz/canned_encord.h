#ifndef TESTS_FUZZ_CANNED_ENCORD_H_
#define TESTS_FUZZ_CANNED_ENCORD_H_

#include <exception>
#include <string>
#include <utility>

#include "boost/asio/awaitable.hpp"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/io_context.hpp"
#include "google/protobuf/message.h"
#include "server/encord/client.h"
#include "server/http/sender.h"

namespace gateway {

// An Encord that gives the same answer to whatever it is asked, without a network.
class CannedEncord : public http::Sender {
 public:
  CannedEncord();

  void set_answer(int http_status, std::string body);
  // The body of the last request.
  const std::string& request() const { return request_; }

  // Makes a call and returns its result: Run([&](encord::Call& call) { return ...; }).
  template <class Action>
  auto Run(Action action) {
    encord::Call call = NewCall();
    return Wait(action(call));
  }

  boost::asio::awaitable<absl::StatusOr<http::Response>> Send(
      http::Request request, std::chrono::steady_clock::time_point deadline) override;

 private:
  encord::Call NewCall();

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
  encord::Signer signer_;
  encord::Client client_;
  encord::Credential credential_;
  int http_status_ = 200;
  std::string answer_;
  std::string request_;
};

// Whether `text` is JSON. What is not is the same to every call that reads an answer.
bool IsJson(absl::string_view text);

// A message that gRPC could not send, or whose times no client could read, is a finding.
void CheckIsSendable(const google::protobuf::Message& message);

}  // namespace gateway

#endif  // TESTS_FUZZ_CANNED_ENCORD_H_
