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
class StreamCall final : public RpcReactor<grpc::ServerWriteReactor<grpc::ByteBuffer>>,
                         public actions::StreamWriter<Response> {
 public:
  StreamCall(CallEnvironment& environment, grpc::CallbackServerContext& context,
             std::string_view method, StreamHandler<Request, Response> handler,
             const grpc::ByteBuffer& request)
      : RpcReactor(environment, context, method) {
    Start(request, request_, [this, handler](actions::CallContext& handler_context) {
      return handler(handler_context, request_, *this);
    });
  }

  boost::asio::awaitable<bool> Write(const Response& message) override {
    if (!Serialize(message, bytes_).ok()) co_return false;
    // Not cancellable: gRPC reads the bytes until it calls OnWriteDone, which it does at once when
    // the call is cancelled.
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&,
                                                   void(bool)>(
        [this](auto handler) {
          resume_ = [handler = std::move(handler)](bool ok) mutable { std::move(handler)(ok); };
          StartWrite(&bytes_);
        },
        boost::asio::use_awaitable);
  }

 private:
  void OnWriteDone(bool ok) override {
    boost::asio::post(loop(), [this, ok] { std::exchange(resume_, nullptr)(ok); });
  }

  Request request_;
  grpc::ByteBuffer bytes_;  // the message that is on its way
  // Continues the coroutine that waits in Write.
  absl::AnyInvocable<void(bool)> resume_;
};

}  // namespace gateway::rpc

#endif  // SERVER_RPC_STREAM_CALL_H_
