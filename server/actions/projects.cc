#include "server/actions/projects.h"

#include "server/actions/list_request.h"
#include "server/actions/paging.h"
#include "server/encord/projects.h"

namespace gateway::actions {
namespace asio = boost::asio;

asio::awaitable<absl::Status> CreateProject(CallContext& context,
                                            const pb::CreateProjectRequest& request,
                                            pb::CreateProjectResponse& response) {
  constexpr int kMaxDatasets = 1000;
  Validator check;
  check.Text("title", request.title(), 1, kMaxTitle);
  check.Text("description", request.description(), 0, kMaxDescription);
  check.Uuids("dataset_hashes", request.dataset_hashes(), 0, kMaxDatasets);
  if (request.has_ontology_hash()) check.Uuid("ontology_hash", request.ontology_hash());
  if (request.has_workflow_template_id()) {
    check.Uuid("workflow_template_id", request.workflow_template_id());
  }
  if (!check.ok()) co_return check.status();
  co_return co_await encord::CreateProject(context.encord, request, response);
}

asio::awaitable<absl::Status> GetProject(CallContext& context, const pb::GetProjectRequest& request,
                                         pb::GetProjectResponse& response) {
  Validator check;
  check.Uuid("project_hash", request.project_hash());
  if (!check.ok()) co_return check.status();
  co_return co_await encord::GetProject(context.encord, request.project_hash(), response);
}

asio::awaitable<absl::Status> ListProjects(CallContext& context,
                                           const pb::ListProjectsRequest& request,
                                           pb::ListProjectsResponse& response) {
  Validator check;
  CheckTitleFilters(request, check);
  if (!check.ok()) co_return check.status();
  const auto page = ReadPage(request);
  if (!page.ok()) co_return page.status();
  const auto fetch = [&](const encord::UpstreamPage& upstream, auto& part) {
    return encord::ListProjects(context.encord, request, upstream, part);
  };
  const auto projects = [](auto& list) { return list.mutable_projects(); };
  co_return co_await GatherPage(*page, fetch, projects, response);
}

}  // namespace gateway::actions
