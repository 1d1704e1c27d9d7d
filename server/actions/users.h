#ifndef SERVER_ACTIONS_USERS_H_
#define SERVER_ACTIONS_USERS_H_

#include "proto/encord/v1/users.pb.h"
#include "server/actions/call_context.h"
#include "server/pb.h"

// The handlers of users.proto: what they do and which errors they give stands at the RPCs of
// proto/encord/v1/encord.proto.
namespace gateway::actions {

boost::asio::awaitable<absl::Status> AddUsersToProject(CallContext& context,
                                                       const pb::AddUsersToProjectRequest& request,
                                                       pb::AddUsersToProjectResponse& response);
boost::asio::awaitable<absl::Status> ListGroups(CallContext& context,
                                                const pb::ListGroupsRequest& request,
                                                pb::ListGroupsResponse& response);
boost::asio::awaitable<absl::Status> ListProjectUsers(CallContext& context,
                                                      const pb::ListProjectUsersRequest& request,
                                                      pb::ListProjectUsersResponse& response);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_USERS_H_
