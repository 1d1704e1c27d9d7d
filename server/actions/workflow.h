#ifndef SERVER_ACTIONS_WORKFLOW_H_
#define SERVER_ACTIONS_WORKFLOW_H_

#include "proto/encord/v1/workflow.pb.h"
#include "server/actions/call_context.h"
#include "server/pb.h"

// The handlers of workflow.proto: what they do and which errors they give stands at the RPCs of
// proto/encord/v1/encord.proto.
namespace gateway::actions {

boost::asio::awaitable<absl::Status> GetWorkflowStages(CallContext& context,
                                                       const pb::GetWorkflowStagesRequest& request,
                                                       pb::GetWorkflowStagesResponse& response);
boost::asio::awaitable<absl::Status> MoveWorkflowTask(CallContext& context,
                                                      const pb::MoveWorkflowTaskRequest& request,
                                                      pb::MoveWorkflowTaskResponse& response);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_WORKFLOW_H_
