// Server-streaming calls as coroutines.

#ifndef SERVER_RPC_STREAM_CALL_H_
#define SERVER_RPC_STREAM_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string_view>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "server/rpc/rpc_reactor.h"

namespace gateway::rpc {

template <class Request, class Response>
using StreamHandler = boost::asio::awaitable<absl::Status> (*)(actions::CallContext&,
                                                               const Request&,
                                                               actions::StreamWriter<Response>&);

// A server-streaming call, answered by a handler. Owns itself, like UnaryCall.
//
// One message at a time is on its way: the next write waits until gRPC's flow control lets the last
// one out, so that a slow reader slows the handler down.
template <class Request, class Response>
class StreamCall final : public RpcReactor<grpc::ServerWriteReactor<Response>>,
                         public actions::StreamWriter<Response> {
 public:
  StreamCall(CallEnvironment& environment, grpc::CallbackServerContext& context,
             std::string_view method, StreamHandler<Request, Response> handler,
             const Request& request)
      : RpcReactor<grpc::ServerWriteReactor<Response>>(environment, context, method) {
    this->Start([this, handler, &request](actions::CallContext& handler_context) {
      return handler(handler_context, request, *this);
    });
  }

  boost::asio::awaitable<bool> Write(const Response& message) override {
    // Not cancellable: gRPC reads the message until it calls OnWriteDone, which it does at once
    // when the call is cancelled.
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&,
                                                   void(bool)>(
        [this, &message](auto handler) {
          resume_ = [handler = std::move(handler)](bool ok) mutable { std::move(handler)(ok); };
          this->StartWrite(&message);
        },
        boost::asio::use_awaitable);
  }

 private:
  void OnWriteDone(bool ok) override {
    boost::asio::post(this->loop(), [this, ok] { std::exchange(resume_, nullptr)(ok); });
  }

  // Continues the coroutine that waits in Write.
  absl::AnyInvocable<void(bool)> resume_;
};

}  // namespace gateway::rpc

#endif  // SERVER_RPC_STREAM_CALL_H_
