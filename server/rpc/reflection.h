// grpc.reflection: what the server offers, for grpcurl and the like.

#ifndef SERVER_RPC_REFLECTION_H_
#define SERVER_RPC_REFLECTION_H_

#include <grpcpp/impl/service_type.h>
#include <grpcpp/server_context.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace gateway::rpc {

// The services grpc.reflection.v1.ServerReflection and grpc.reflection.v1alpha.ServerReflection,
// which differ in name only. They describe every file that is linked into the binary.
class Reflection {
 public:
  // `services`: fully-qualified names, to which the two reflection services are added.
  explicit Reflection(std::vector<std::string> services);
  ~Reflection();

  // To be registered with the server, which must not outlive this.
  grpc::Service& v1() { return *v1_; }
  grpc::Service& v1alpha() { return *v1alpha_; }

  // From any thread: cancels the open streams, so that they do not hold up a shutdown.
  void Drain();

  // What the streams share.
  class Streams {
   public:
    void Add(grpc::CallbackServerContext* stream);
    void Remove(grpc::CallbackServerContext* stream);
    void CancelAll();

   private:
    std::mutex mutex_;
    std::set<grpc::CallbackServerContext*> streams_;
    bool cancelled_ = false;
  };

 private:
  const std::vector<std::string> services_;
  Streams streams_;
  std::unique_ptr<grpc::Service> v1_;
  std::unique_ptr<grpc::Service> v1alpha_;
};

}  // namespace gateway::rpc

#endif  // SERVER_RPC_REFLECTION_H_
