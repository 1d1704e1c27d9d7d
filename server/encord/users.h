#ifndef SERVER_ENCORD_USERS_H_
#define SERVER_ENCORD_USERS_H_

#include "proto/encord/v1/users.pb.h"
#include "server/encord/client.h"
#include "server/encord/upstream_page.h"
#include "server/pb.h"

namespace gateway::encord {

// v1 projectusers POST. The role must be one of kProjectRoles.
boost::asio::awaitable<absl::Status> AddUsersToProject(Call& call,
                                                       const pb::AddUsersToProjectRequest& request,
                                                       pb::AddUsersToProjectResponse& response);

// One page of GET v2/public/projects/{}/users, whose size Encord chooses; sets Encord's
// next_page_token.
boost::asio::awaitable<absl::Status> ListProjectUsers(Call& call,
                                                      const pb::ListProjectUsersRequest& request,
                                                      const UpstreamPage& page,
                                                      pb::ListProjectUsersResponse& response);

// GET v2/public/user/current-organisation/groups, everything in one answer.
boost::asio::awaitable<absl::Status> ListGroups(Call& call, pb::ListGroupsResponse& response);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_USERS_H_
