#ifndef SERVER_ACTIONS_PROJECTS_H_
#define SERVER_ACTIONS_PROJECTS_H_

#include "proto/encord/v1/projects.pb.h"
#include "server/actions/call_context.h"
#include "server/pb.h"

// The handlers of projects.proto: what they do and which errors they give stands at the RPCs of
// proto/encord/v1/encord.proto.
namespace gateway::actions {

boost::asio::awaitable<absl::Status> CreateProject(CallContext& context,
                                                   const pb::CreateProjectRequest& request,
                                                   pb::CreateProjectResponse& response);
boost::asio::awaitable<absl::Status> GetProject(CallContext& context,
                                                const pb::GetProjectRequest& request,
                                                pb::GetProjectResponse& response);
boost::asio::awaitable<absl::Status> ListProjects(CallContext& context,
                                                  const pb::ListProjectsRequest& request,
                                                  pb::ListProjectsResponse& response);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_PROJECTS_H_
