// grpc.health.v1.Health.

#ifndef SERVER_RPC_HEALTH_H_
#define SERVER_RPC_HEALTH_H_

#include <grpcpp/support/server_callback.h>

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "grpc/health/v1/health.grpc.pb.h"

namespace gateway::rpc {

// What load balancers and orchestrators ask. The service "" stands for the process itself
// (liveness) and is serving from the start; others are not serving until they are said to. Unlike
// gRPC's own implementation it ends its streams when the server drains, so that an idle watcher
// does not hold up the shutdown.
class Health final : public grpc::health::v1::Health::CallbackService {
 public:
  // `service`: a fully-qualified name whose readiness is to be told.
  explicit Health(const std::string& service);

  // From any thread. Without effect after Drain.
  void SetServing(bool serving);

  // From any thread: nothing is serving any more, for good. Watchers are told, and their streams
  // end with UNAVAILABLE.
  void Drain();

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const grpc::health::v1::HealthCheckRequest* request,
                                  grpc::health::v1::HealthCheckResponse* response) override;
  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request) override;

 private:
  using Status = grpc::health::v1::HealthCheckResponse::ServingStatus;
  class Watcher;

  // SERVICE_UNKNOWN if there is no such service. With mutex_ held.
  Status StatusOf(const std::string& service) const;

  const std::string service_;
  std::mutex mutex_;
  // All below guarded by mutex_.
  std::map<std::string, Status> statuses_;
  std::set<Watcher*> watchers_;
  bool draining_ = false;
};

}  // namespace gateway::rpc

#endif  // SERVER_RPC_HEALTH_H_
