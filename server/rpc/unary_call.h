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
            const Request& request, Response& response)
      : RpcReactor(environment, context, method) {
    Start([handler, &request, &response](actions::CallContext& handler_context) {
      return handler(handler_context, request, response);
    });
  }
};

}  // namespace gateway::rpc

#endif  // SERVER_RPC_UNARY_CALL_H_
