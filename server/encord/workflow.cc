#include "server/encord/workflow.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "boost/json/array.hpp"
#include "boost/json/object.hpp"
#include "server/encord/query.h"

namespace gateway::encord {
namespace asio = boost::asio;

namespace {

std::string StagePath(const std::string& project_hash, const std::string& stage_uuid,
                      absl::string_view call) {
  return absl::StrCat("/v2/public/projects/", PathSegment(project_hash), "/workflow/stages/",
                      PathSegment(stage_uuid), "/", call);
}

absl::Status DecodeTask(Json element, WorkflowTask& task) {
  ObjectReader reader("WorkflowTask", element);
  reader.Text("uuid", &task.uuid);
  task.status = reader.OptionalText("status").value_or("");
  task.updated_at = reader.OptionalText("updatedAt").value_or("");
  reader.OptionalList(
      "subtasks", [&](Json subtask) { return DecodeTask(subtask, task.subtasks.emplace_back()); });
  return reader.status();
}

// Approving or rejecting a review settles its label reviews, submitting resolves them.
boost::json::object ToJson(const TaskAction& action) {
  boost::json::object out{{"taskUuid", action.task_uuid}};
  if (action.stage_type == "AgentStage") {
    out["action"] = "PATHWAY_ACTION";
    out["pathwayName"] = action.pathway;
    return out;
  }
  out["action"] = absl::AsciiStrToUpper(action.pathway);
  if (action.pathway == "submit") out["resolveLabelReviews"] = true;
  if (action.stage_type == "ReviewStage") {
    out[absl::StrCat(action.pathway, "LabelReviews")] = true;
  }
  out["retainAssignee"] = false;
  return out;
}

}  // namespace

asio::awaitable<absl::StatusOr<std::optional<WorkflowTask>>> FindTask(
    Call& call, const std::string& project_hash, const std::string& stage_uuid,
    const std::string& data_hash) {
  std::optional<WorkflowTask> task;
  V2Request request{.target = Query()
                                  .Add("dataHashes", data_hash)
                                  .AppendTo(StagePath(project_hash, stage_uuid, "tasks")),
                    .resource = {"stage", stage_uuid}};
  auto status = co_await call.Fetch(std::move(request), [&](Json answer) {
    ObjectReader reader("tasks", answer);
    reader.List("results", [&](Json element) {
      return task ? absl::OkStatus() : DecodeTask(element, task.emplace());
    });
    return reader.status();
  });
  if (!status.ok()) co_return status;
  co_return task;
}

asio::awaitable<absl::Status> ApplyTaskActions(Call& call, const std::string& project_hash,
                                               const std::string& stage_uuid,
                                               const std::vector<TaskAction>& actions) {
  boost::json::array body;
  for (const TaskAction& action : actions) body.push_back(ToJson(action));
  V2Request request{.method = http::Method::kPost,
                    .target = StagePath(project_hash, stage_uuid, "actions"),
                    .body = std::move(body),
                    .resource = {"task", actions.front().task_uuid},
                    .retry_class = RetryClass::kMove};
  co_return co_await call.Send(std::move(request));
}

asio::awaitable<absl::Status> MoveTask(Call& call, const std::string& project_hash,
                                       const std::string& stage_uuid, const std::string& task_uuid,
                                       const std::string& destination_stage_uuid) {
  boost::json::object body{{"taskUuids", boost::json::array{task_uuid}},
                           {"destinationStageUuid", destination_stage_uuid}};
  V2Request request{.method = http::Method::kPost,
                    .target = StagePath(project_hash, stage_uuid, "move-tasks"),
                    .body = std::move(body),
                    .resource = {"task", task_uuid},
                    .retry_class = RetryClass::kMove};
  co_return co_await call.Send(std::move(request));
}

}  // namespace gateway::encord
