#include "server/actions/move_outcome.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/encord/error.h"
#include "server/encord/label_rows.h"

namespace gateway::actions {
namespace asio = boost::asio;

namespace {

// A task and the stage that it is in.
struct Place {
  std::string stage_uuid;
  encord::WorkflowTask task;
};

// Where the task of a data unit is; unset if Encord does not say.
asio::awaitable<std::optional<Place>> FindPlace(CallContext& context, const Move& move) {
  Place place{.stage_uuid = move.destination_stage_uuid, .task = {}};
  if (place.stage_uuid.empty()) {
    encord::LabelRowQuery query{.project_hash = move.project_hash};
    query.filter.add_data_hashes(move.data_hash);
    google::protobuf::RepeatedPtrField<pb::LabelRow> rows;
    const auto status = co_await encord::ListLabelRows(context.encord, query, rows);
    if (!status.ok() || rows.size() != 1) co_return std::nullopt;
    place.stage_uuid = rows[0].workflow_stage_uuid();
  }
  if (place.stage_uuid.empty() || place.stage_uuid == move.stage_uuid) co_return std::nullopt;
  auto task = co_await encord::FindTask(context.encord, move.project_hash, place.stage_uuid,
                                        move.data_hash);
  if (!task.ok() || !task->has_value()) co_return std::nullopt;
  place.task = **std::move(task);
  co_return place;
}

bool IsReopened(const encord::WorkflowTask& task) {
  return task.status == "REOPENED" ||
         std::any_of(task.subtasks.begin(), task.subtasks.end(), IsReopened);
}

bool IsAnnotationStage(const pb::GetWorkflowStagesResponse& stages, const std::string& uuid) {
  return std::any_of(stages.stages().begin(), stages.stages().end(), [&](const auto& stage) {
    return stage.uuid() == uuid && (stage.stage_type() == "AnnotationStage" ||
                                    stage.stage_type() == "ConsensusAnnotationStage");
  });
}

// Whether the move brings a task there. Somebody else may have acted on the task at the same time:
// a rejected task is one that is reopened, and an approved one is not sent back to be annotated.
bool IsResult(const Move& move, const pb::GetWorkflowStagesResponse& stages, const Place& place) {
  if (!move.destination_stage_uuid.empty()) return true;
  const bool sent_back = IsReopened(place.task) && IsAnnotationStage(stages, place.stage_uuid);
  if (move.pathway == "reject") return sent_back;
  if (move.pathway == "approve") return !sent_back;
  return true;
}

}  // namespace

asio::awaitable<absl::Status> SettleMove(CallContext& context, const Move& move,
                                         const pb::GetWorkflowStagesResponse& stages,
                                         absl::Status failure) {
  const auto left =
      co_await encord::FindTask(context.encord, move.project_hash, move.stage_uuid, move.data_hash);
  if (!left.ok()) co_return failure;
  if (left->has_value()) {
    if (**left == move.task) co_return encord::OutcomeNotApplied(failure);
    co_return failure;
  }
  const auto place = co_await FindPlace(context, move);
  if (place && IsResult(move, stages, *place)) co_return absl::OkStatus();
  co_return failure;
}

}  // namespace gateway::actions
