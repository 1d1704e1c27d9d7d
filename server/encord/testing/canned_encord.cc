#include "server/encord/testing/canned_encord.h"

#include <algorithm>
#include <string_view>

namespace gateway::encord::testing {
namespace {

ClientOptions OneAttempt() {
  ClientOptions options;
  options.retry.read.max_attempts = 1;
  return options;
}

}  // namespace

CannedEncord::CannedEncord() : CannedEncord(OneAttempt()) {}

CannedEncord::CannedEncord(ClientOptions options)
    : client_(*this, signer_, loop_.get_executor(), loop_.get_executor(), std::move(options)),
      credential_(*Credential::FromBearerToken("token")) {
  set_answer(200, "");
}

void CannedEncord::set_answer(int http_status, std::string body) {
  http::Response response;
  response.status = http_status;
  response.body = std::move(body);
  handler_ = [response = std::move(response)](
                 const http::Request&) -> boost::asio::awaitable<Answer> { co_return response; };
}

Call CannedEncord::NewCall() {
  return Call(client_, credential_, "0123456789abcdef0123456789abcdef",
              std::chrono::steady_clock::time_point::max());
}

boost::asio::awaitable<CannedEncord::Answer> CannedEncord::Send(
    http::Request request, std::chrono::steady_clock::time_point) {
  request_ = request.body;
  Answer answer = co_await handler_(request);
  if (answer.ok() && answer->status == 200 && request.body_sink) {
    std::string_view body = answer->body;
    for (; !body.empty(); body.remove_prefix(std::min(piece_bytes_, body.size()))) {
      request.body_sink(body.substr(0, piece_bytes_));
    }
    answer->body.clear();
  }
  co_return answer;
}

}  // namespace gateway::encord::testing
