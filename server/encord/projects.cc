#include "server/encord/projects.h"

#include "absl/strings/str_cat.h"
#include "boost/json/array.hpp"
#include "boost/json/object.hpp"
#include "server/encord/list_query.h"
#include "server/encord/stage_types.h"

namespace gateway::encord {
namespace asio = boost::asio;

namespace {

constexpr absl::string_view kPath = "/v2/public/projects";

V2Request GetProjectRequest(const std::string& project_hash) {
  return {.target = absl::StrCat(kPath, "/", PathSegment(project_hash)),
          .resource = {"project", project_hash}};
}

// Project and GetProjectResponse have the same fields.
template <class Message>
absl::Status DecodeProject(Json element, Message& project) {
  ObjectReader reader("Project", element);
  reader.Text("projectHash", project.mutable_project_hash());
  reader.Text("title", project.mutable_title());
  reader.Text("description", project.mutable_description());
  reader.Text("status", project.mutable_status());
  reader.Text("ontologyHash", project.mutable_ontology_hash());
  reader.Text("projectType", project.mutable_project_type());
  reader.Date("createdAt", project.mutable_created_at());
  reader.Date("lastEditedAt", project.mutable_last_edited_at());
  if (auto role = reader.OptionalInt("userRole")) project.set_user_role(ProjectRoleName(*role));
  return reader.status();
}

absl::Status DecodePathway(Json element, pb::WorkflowPathway& pathway) {
  ObjectReader reader("Pathway", element);
  reader.Text("uuid", pathway.mutable_uuid());
  reader.Text("title", pathway.mutable_title());
  reader.Text("destinationUuid", pathway.mutable_destination_stage_uuid());
  return reader.status();
}

absl::Status DecodeStage(Json element, pb::WorkflowStage& stage) {
  ObjectReader reader("Stage", element);
  std::string stage_type;
  reader.Text("uuid", stage.mutable_uuid());
  reader.Text("title", stage.mutable_title());
  reader.Text("stageType", &stage_type);
  stage.set_stage_type(StageTypeName(stage_type));
  reader.OptionalList("pathways",
                      [&](Json pathway) { return DecodePathway(pathway, *stage.add_pathways()); });
  return reader.status();
}

}  // namespace

asio::awaitable<absl::Status> CreateProject(Call& call, const pb::CreateProjectRequest& request,
                                            pb::CreateProjectResponse& response) {
  boost::json::array dataset_hashes(request.dataset_hashes().begin(),
                                    request.dataset_hashes().end());
  boost::json::object payload{{"title", request.title()},
                              {"description", request.description()},
                              {"dataset_hashes", std::move(dataset_hashes)},
                              {"workflow_type", "manual"}};
  if (request.has_ontology_hash()) payload["ontology_hash"] = request.ontology_hash();
  if (request.has_workflow_template_id()) {
    payload["workflow_template_id"] = request.workflow_template_id();
  }
  V1Request create{.query_type = "project",
                   .query_method = "POST",
                   .payload = std::move(payload),
                   .retry_class = RetryClass::kCreate};
  co_return co_await call.Fetch(std::move(create), [&](Json answer) {
    std::string_view project_hash;
    if (answer.get_string().get(project_hash) != simdjson::SUCCESS) {
      return UnexpectedAnswer("the new project's hash is not text");
    }
    response.set_project_hash(std::string(project_hash));
    return absl::OkStatus();
  });
}

asio::awaitable<absl::Status> GetProject(Call& call, const std::string& project_hash,
                                         pb::GetProjectResponse& response) {
  co_return co_await call.Fetch(GetProjectRequest(project_hash),
                                [&](Json answer) { return DecodeProject(answer, response); });
}

asio::awaitable<absl::Status> GetWorkflowStages(Call& call, const std::string& project_hash,
                                                pb::GetWorkflowStagesResponse& response) {
  co_return co_await call.Fetch(GetProjectRequest(project_hash), [&](Json answer) {
    ObjectReader project("Project", answer);
    if (auto workflow = project.OptionalMember("workflow")) {
      ObjectReader reader("Workflow", *workflow);
      reader.List("stages", [&](Json stage) { return DecodeStage(stage, *response.add_stages()); });
      project.Update(reader.status());
    }
    return project.status();
  });
}

asio::awaitable<absl::Status> ListProjects(Call& call, const pb::ListProjectsRequest& request,
                                           const UpstreamPage& page,
                                           pb::ListProjectsResponse& response) {
  Query query = TitleFilters(request, {"descEq", "descLike", FormatDate});
  for (const std::string& tag : request.tags_any_of()) query.Add("tagsAnyof", tag);
  if (!page.token.empty()) query.Add("pageToken", page.token);
  V2Request list{.target = query.AppendTo(kPath)};
  co_return co_await call.Fetch(std::move(list), [&](Json answer) {
    ObjectReader reader("projects", answer);
    reader.List("results",
                [&](Json project) { return DecodeProject(project, *response.add_projects()); });
    response.set_next_page_token(reader.OptionalText("nextPageToken").value_or(""));
    return reader.status();
  });
}

}  // namespace gateway::encord
