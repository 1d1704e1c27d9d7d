// Unary calls as coroutines.

#ifndef SERVER_RPC_UNARY_CALL_H_
#define SERVER_RPC_UNARY_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <string_view>

#include "server/rpc/rpc_reactor.h"

namespace gateway::rpc {

template <class Request, class Response>
using UnaryHandler = boost::asio::awaitable<absl::Status> (*)(actions::CallContext&, const Request&,
                                                              Response&);

// A unary call, answered by a handler. Owns itself: gRPC gets it from `new` and ends its life.
template <class Request, class Response>
class UnaryCall final : public RpcReactor<grpc::ServerUnaryReactor> {
 public:
  UnaryCall(CallEnvironment& environment, grpc::CallbackServerContext& context,
            std::string_view method, UnaryHandler<Request, Response> handler,
            const grpc::ByteBuffer& request, grpc::ByteBuffer& response)
      : RpcReactor(environment, context, method), handler_(handler), response_bytes_(response) {
    Start(request, request_,
          [this](actions::CallContext& handler_context) { return Run(handler_context); });
  }

 private:
  boost::asio::awaitable<absl::Status> Run(actions::CallContext& handler_context) {
    absl::Status status = co_await handler_(handler_context, request_, response_);
    if (status.ok()) status = Serialize(response_, response_bytes_);
    co_return status;
  }

  const UnaryHandler<Request, Response> handler_;
  Request request_;
  Response response_;
  grpc::ByteBuffer& response_bytes_;
};

}  // namespace gateway::rpc

#endif  // SERVER_RPC_UNARY_CALL_H_
