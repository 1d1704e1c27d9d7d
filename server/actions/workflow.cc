#include "server/actions/workflow.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/actions/move_outcome.h"
#include "server/actions/validator.h"
#include "server/encord/projects.h"
#include "server/encord/stage_types.h"
#include "server/encord/workflow.h"

namespace gateway::actions {
namespace asio = boost::asio;

namespace {

const pb::WorkflowStage* FindStage(const pb::GetWorkflowStagesResponse& stages,
                                   const std::string& uuid) {
  const auto found =
      std::find_if(stages.stages().begin(), stages.stages().end(),
                   [&](const pb::WorkflowStage& stage) { return stage.uuid() == uuid; });
  return found == stages.stages().end() ? nullptr : &*found;
}

absl::Status StageNotFound(const std::string& uuid) {
  return encord::NotFound("stage", uuid, absl::StrCat("the project has no stage ", uuid));
}

// The ways out of a stage: its agent pathways, or what its kind offers.
std::vector<std::string> PathwaysOf(const pb::WorkflowStage& stage) {
  std::vector<std::string> pathways;
  for (const auto& pathway : stage.pathways()) pathways.push_back(pathway.title());
  if (const encord::StageType* type = encord::FindStageType(stage.stage_type())) {
    for (absl::string_view pathway : type->pathways) pathways.emplace_back(pathway);
  }
  return pathways;
}

// The pathway to take: the one asked for, or the only one that leads forward.
absl::StatusOr<std::string> ChoosePathway(const pb::WorkflowStage& stage,
                                          const pb::MoveWorkflowTaskRequest& request) {
  const std::vector<std::string> pathways = PathwaysOf(stage);
  if (!request.has_pathway_name() && pathways.size() == 1) return pathways.front();
  if (std::find(pathways.begin(), pathways.end(), request.pathway_name()) != pathways.end()) {
    return request.pathway_name();
  }
  Validator check;
  check.Fail("pathway_name",
             pathways.empty()
                 ? absl::StrCat("stage ", stage.title(), " (", stage.stage_type(),
                                ") has no pathway; give destination_stage_uuid")
                 : absl::StrCat("must be one of ", absl::StrJoin(pathways, ", "), " in stage ",
                                stage.title(), " (", stage.stage_type(), ")"));
  return check.status();
}

// Where the task is to go; empty if the stage does not tell where its pathway leads.
std::string DestinationOf(const pb::WorkflowStage& stage, const std::string& pathway,
                          const pb::MoveWorkflowTaskRequest& request) {
  if (request.has_destination_stage_uuid()) return request.destination_stage_uuid();
  for (const pb::WorkflowPathway& out : stage.pathways()) {
    if (out.title() == pathway) return out.destination_stage_uuid();
  }
  return "";
}

// One action, or one per open subtask of a consensus annotation task.
std::vector<encord::TaskAction> ActionsFor(const pb::WorkflowStage& stage,
                                           const encord::WorkflowTask& task,
                                           const std::string& pathway) {
  if (stage.stage_type() != "ConsensusAnnotationStage") {
    return {{task.uuid, stage.stage_type(), pathway}};
  }
  std::vector<encord::TaskAction> actions;
  for (const encord::WorkflowTask& subtask : task.subtasks) {
    if (subtask.status != "COMPLETED") {
      actions.push_back({subtask.uuid, stage.stage_type(), pathway});
    }
  }
  return actions;
}

absl::Status TaskNotFound(const pb::MoveWorkflowTaskRequest& request) {
  return encord::NotFound("task", request.data_hash(),
                          absl::StrCat("data unit ", request.data_hash(), " has no task in stage ",
                                       request.stage_uuid()));
}

// A refusal is the caller's mistake only while the task is where the caller says.
asio::awaitable<absl::Status> ExplainRefusal(CallContext& context,
                                             const pb::MoveWorkflowTaskRequest& request,
                                             absl::Status refusal) {
  if (refusal.code() != absl::StatusCode::kInvalidArgument &&
      refusal.code() != absl::StatusCode::kNotFound) {
    co_return refusal;
  }
  const auto task = co_await encord::FindTask(context.encord, request.project_hash(),
                                              request.stage_uuid(), request.data_hash());
  if (!task.ok() || task->has_value()) co_return refusal;
  co_return encord::FailedPrecondition("TASK_LEFT_STAGE",
                                       absl::StrCat("the task left stage ", request.stage_uuid(),
                                                    " meanwhile: ", refusal.message()));
}

}  // namespace

asio::awaitable<absl::Status> GetWorkflowStages(CallContext& context,
                                                const pb::GetWorkflowStagesRequest& request,
                                                pb::GetWorkflowStagesResponse& response) {
  Validator check;
  check.Uuid("project_hash", request.project_hash());
  if (!check.ok()) co_return check.status();
  co_return co_await encord::GetWorkflowStages(context.encord, request.project_hash(), response);
}

asio::awaitable<absl::Status> MoveWorkflowTask(CallContext& context,
                                               const pb::MoveWorkflowTaskRequest& request,
                                               pb::MoveWorkflowTaskResponse& response) {
  Validator check;
  check.Uuid("project_hash", request.project_hash());
  check.Uuid("data_hash", request.data_hash());
  check.Uuid("stage_uuid", request.stage_uuid());
  if (request.has_destination_stage_uuid()) {
    check.Uuid("destination_stage_uuid", request.destination_stage_uuid());
    if (request.has_pathway_name()) {
      check.Fail("pathway_name", "must not be given together with destination_stage_uuid");
    }
  }
  if (!check.ok()) co_return check.status();

  pb::GetWorkflowStagesResponse stages;
  auto status = co_await encord::GetWorkflowStages(context.encord, request.project_hash(), stages);
  if (!status.ok()) co_return status;
  const pb::WorkflowStage* stage = FindStage(stages, request.stage_uuid());
  if (stage == nullptr) co_return StageNotFound(request.stage_uuid());
  std::string pathway;
  if (request.has_destination_stage_uuid()) {
    if (FindStage(stages, request.destination_stage_uuid()) == nullptr) {
      co_return StageNotFound(request.destination_stage_uuid());
    }
  } else {
    auto chosen = ChoosePathway(*stage, request);
    if (!chosen.ok()) co_return chosen.status();
    pathway = *std::move(chosen);
  }

  const auto task = co_await encord::FindTask(context.encord, request.project_hash(),
                                              request.stage_uuid(), request.data_hash());
  if (!task.ok()) co_return task.status();
  if (!task->has_value()) co_return TaskNotFound(request);

  if (pathway.empty()) {
    status = co_await encord::MoveTask(context.encord, request.project_hash(), request.stage_uuid(),
                                       (*task)->uuid, request.destination_stage_uuid());
  } else {
    const auto actions = ActionsFor(*stage, **task, pathway);
    if (actions.empty()) {
      co_return encord::FailedPrecondition("NO_OPEN_SUBTASK",
                                           "the consensus task has no subtask to submit");
    }
    status = co_await encord::ApplyTaskActions(context.encord, request.project_hash(),
                                               request.stage_uuid(), actions);
  }
  if (encord::IsOutcomeUnknown(status)) {
    const Move move{.project_hash = request.project_hash(),
                    .data_hash = request.data_hash(),
                    .stage_uuid = request.stage_uuid(),
                    .task = **task,
                    .pathway = pathway,
                    .destination_stage_uuid = DestinationOf(*stage, pathway, request)};
    status = co_await SettleMove(context, move, stages, std::move(status));
  } else if (!status.ok()) {
    status = co_await ExplainRefusal(context, request, std::move(status));
  }
  if (!status.ok()) co_return status;
  response.set_status("success");
  response.set_task_uuid((*task)->uuid);
  co_return absl::OkStatus();
}

}  // namespace gateway::actions
