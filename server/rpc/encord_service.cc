#include "server/rpc/encord_service.h"

#include "proto/encord/v1/encord.grpc.pb.h"
#include "server/actions/datasets.h"
#include "server/actions/export.h"
#include "server/actions/label_rows.h"
#include "server/actions/ontologies.h"
#include "server/actions/projects.h"
#include "server/actions/storage.h"
#include "server/actions/upload.h"
#include "server/actions/users.h"
#include "server/actions/workflow.h"
#include "server/pb.h"
#include "server/rpc/stream_call.h"
#include "server/rpc/unary_call.h"

namespace gateway::rpc {
namespace {

// Every RPC, under the name that its handler has too.
#define UNARY_RPCS(RPC)    \
  RPC(AddUsersToProject)   \
  RPC(CreateDataset)       \
  RPC(CreateOntology)      \
  RPC(CreateProject)       \
  RPC(CreateStorageFolder) \
  RPC(ExportLabelsCoco)    \
  RPC(GetDataset)          \
  RPC(GetOntology)         \
  RPC(GetProject)          \
  RPC(GetUploadStatus)     \
  RPC(GetWorkflowStages)   \
  RPC(ListDatasets)        \
  RPC(ListGroups)          \
  RPC(ListLabelRows)       \
  RPC(ListOntologies)      \
  RPC(ListProjectUsers)    \
  RPC(ListProjects)        \
  RPC(ListStorageFolders)  \
  RPC(ListStorageItems)    \
  RPC(MoveWorkflowTask)    \
  RPC(UploadDataToDataset)
#define STREAMING_RPCS(RPC) \
  RPC(StreamLabelRows)      \
  RPC(StreamLabelsCoco)     \
  RPC(StreamLabelsCocoJson) \
  RPC(StreamStorageItems)

// The generated service with every method raw: requests and responses are bytes.
#define OPEN(name) pb::EncordService::WithRawCallbackMethod_##name <
#define CLOSE(name) >
using RawService = UNARY_RPCS(OPEN) STREAMING_RPCS(OPEN) pb::EncordService::Service
    UNARY_RPCS(CLOSE) STREAMING_RPCS(CLOSE);

#define UNARY(name)                                                                           \
  grpc::ServerUnaryReactor* name(grpc::CallbackServerContext* context,                        \
                                 const grpc::ByteBuffer* request, grpc::ByteBuffer* response) \
      override {                                                                              \
    return new UnaryCall<pb::name##Request, pb::name##Response>(                              \
        environment_, *context, "/encord.v1.EncordService/" #name, actions::name, *request,   \
        *response);                                                                           \
  }
#define SERVER_STREAMING(name)                                                                 \
  grpc::ServerWriteReactor<grpc::ByteBuffer>* name(grpc::CallbackServerContext* context,       \
                                                   const grpc::ByteBuffer* request) override { \
    return new StreamCall<pb::name##Request, pb::name##Response>(                              \
        environment_, *context, "/encord.v1.EncordService/" #name, actions::name, *request);   \
  }

class EncordService final : public RawService {
 public:
  explicit EncordService(CallEnvironment& environment) : environment_(environment) {}

  UNARY_RPCS(UNARY)
  STREAMING_RPCS(SERVER_STREAMING)

 private:
  CallEnvironment& environment_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeEncordService(CallEnvironment& environment) {
  return std::make_unique<EncordService>(environment);
}

}  // namespace gateway::rpc
