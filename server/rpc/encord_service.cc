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

// Overrides the RPC `name` by the handler of the same name.
#define UNARY(name)                                                                              \
  grpc::ServerUnaryReactor* name(grpc::CallbackServerContext* context,                           \
                                 const pb::name##Request* request, pb::name##Response* response) \
      override {                                                                                 \
    return new UnaryCall<pb::name##Request, pb::name##Response>(                                 \
        environment_, *context, "/encord.v1.EncordService/" #name, actions::name, *request,      \
        *response);                                                                              \
  }
#define SERVER_STREAMING(name)                                                                    \
  grpc::ServerWriteReactor<pb::name##Response>* name(grpc::CallbackServerContext* context,        \
                                                     const pb::name##Request* request) override { \
    return new StreamCall<pb::name##Request, pb::name##Response>(                                 \
        environment_, *context, "/encord.v1.EncordService/" #name, actions::name, *request);      \
  }

class EncordService final : public pb::EncordService::CallbackService {
 public:
  explicit EncordService(CallEnvironment& environment) : environment_(environment) {}

  UNARY(AddUsersToProject)
  UNARY(CreateDataset)
  UNARY(CreateOntology)
  UNARY(CreateProject)
  UNARY(CreateStorageFolder)
  UNARY(ExportLabelsCoco)
  UNARY(GetDataset)
  UNARY(GetOntology)
  UNARY(GetProject)
  UNARY(GetUploadStatus)
  UNARY(GetWorkflowStages)
  UNARY(ListDatasets)
  UNARY(ListGroups)
  UNARY(ListLabelRows)
  UNARY(ListOntologies)
  UNARY(ListProjectUsers)
  UNARY(ListProjects)
  UNARY(ListStorageFolders)
  UNARY(ListStorageItems)
  UNARY(MoveWorkflowTask)
  SERVER_STREAMING(StreamLabelRows)
  SERVER_STREAMING(StreamStorageItems)
  UNARY(UploadDataToDataset)

 private:
  CallEnvironment& environment_;
};

#undef UNARY
#undef SERVER_STREAMING

}  // namespace

std::unique_ptr<grpc::Service> MakeEncordService(CallEnvironment& environment) {
  return std::make_unique<EncordService>(environment);
}

}  // namespace gateway::rpc
