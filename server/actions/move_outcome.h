#ifndef SERVER_ACTIONS_MOVE_OUTCOME_H_
#define SERVER_ACTIONS_MOVE_OUTCOME_H_

#include <string>

#include "proto/encord/v1/workflow.pb.h"
#include "server/actions/call_context.h"
#include "server/encord/workflow.h"
#include "server/pb.h"

namespace gateway::actions {

// A move of a task that Encord was asked for.
struct Move {
  std::string project_hash;
  std::string data_hash;
  std::string stage_uuid;
  encord::WorkflowTask task;  // as it was in the stage before
  std::string pathway;        // empty for a move to any stage
  // Where the task is to arrive; empty if only Encord knows where the pathway leads.
  std::string destination_stage_uuid;
};

// Reads where the task is now, of a move that failed with `failure` and may have taken effect
// (encord::IsOutcomeUnknown). Returns OK if the task left its stage as it was to;
// encord::OutcomeNotApplied if it is still there, untouched; `failure` if the task tells neither or
// Encord does not answer.
//
// Sending a move again that did not take effect is safe even if Encord works on the first one
// still: the second to arrive is refused, because the task has left its stage.
boost::asio::awaitable<absl::Status> SettleMove(CallContext& context, const Move& move,
                                                const pb::GetWorkflowStagesResponse& stages,
                                                absl::Status failure);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_MOVE_OUTCOME_H_
