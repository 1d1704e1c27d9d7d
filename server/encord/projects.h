#ifndef SERVER_ENCORD_PROJECTS_H_
#define SERVER_ENCORD_PROJECTS_H_

#include <string>

#include "proto/encord/v1/projects.pb.h"
#include "proto/encord/v1/workflow.pb.h"
#include "server/encord/client.h"
#include "server/encord/upstream_page.h"
#include "server/pb.h"

namespace gateway::encord {

// v1 project POST on /public/user. The answer is the new project's UUID.
boost::asio::awaitable<absl::Status> CreateProject(Call& call,
                                                   const pb::CreateProjectRequest& request,
                                                   pb::CreateProjectResponse& response);

// GET v2/public/projects/{}. NOT_FOUND with ResourceInfo project.
boost::asio::awaitable<absl::Status> GetProject(Call& call, const std::string& project_hash,
                                                pb::GetProjectResponse& response);

// The stages in GET v2/public/projects/{}, in graph order; none without a workflow.
boost::asio::awaitable<absl::Status> GetWorkflowStages(Call& call, const std::string& project_hash,
                                                       pb::GetWorkflowStagesResponse& response);

// One page of GET v2/public/projects, whose size Encord chooses; sets Encord's next_page_token.
boost::asio::awaitable<absl::Status> ListProjects(Call& call,
                                                  const pb::ListProjectsRequest& request,
                                                  const UpstreamPage& page,
                                                  pb::ListProjectsResponse& response);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_PROJECTS_H_
