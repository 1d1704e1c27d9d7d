// The least that a gRPC server in C++ can do: it sends back the bytes that it gets. What gRPC
// itself costs on a machine.

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_callback.h>

#include <cstdio>

#include "proto/encord/v1/encord.grpc.pb.h"

namespace {

class Echo final : public encord::v1::EncordService::WithRawCallbackMethod_ListProjects<
                       encord::v1::EncordService::Service> {
  grpc::ServerUnaryReactor* ListProjects(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    *response = *request;
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace

int main() {
  Echo echo;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::printf("listening on 127.0.0.1:%d\n", port);
  std::fflush(stdout);
  server->Wait();
}
