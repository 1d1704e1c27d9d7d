// encord.v1.EncordService.

#ifndef SERVER_RPC_ENCORD_SERVICE_H_
#define SERVER_RPC_ENCORD_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "server/rpc/rpc_reactor.h"

namespace gateway::rpc {

// The service, each RPC bound to its handler in server/actions. `environment` must outlive it.
std::unique_ptr<grpc::Service> MakeEncordService(CallEnvironment& environment);

}  // namespace gateway::rpc

#endif  // SERVER_RPC_ENCORD_SERVICE_H_
