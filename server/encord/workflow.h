#ifndef SERVER_ENCORD_WORKFLOW_H_
#define SERVER_ENCORD_WORKFLOW_H_

#include <optional>
#include <string>
#include <vector>

#include "server/encord/client.h"

namespace gateway::encord {

// A task in a workflow stage.
struct WorkflowTask {
  std::string uuid;
  std::string status;                  // NEW, ASSIGNED, ...; empty where Encord gives none
  std::string updated_at;              // as Encord writes it
  std::vector<WorkflowTask> subtasks;  // of consensus annotation stages

  bool operator==(const WorkflowTask&) const = default;
};

// The task of a data unit in a stage, by GET v2/public/projects/{}/workflow/stages/{}/tasks;
// unset if the data unit has none there.
boost::asio::awaitable<absl::StatusOr<std::optional<WorkflowTask>>> FindTask(
    Call& call, const std::string& project_hash, const std::string& stage_uuid,
    const std::string& data_hash);

// What to do with a task of a certain kind of stage.
struct TaskAction {
  std::string task_uuid;
  absl::string_view stage_type;  // the contract's name
  std::string pathway;           // submit, approve, reject, or an agent pathway's name
};

// POST v2/public/projects/{}/workflow/stages/{}/actions, at most 1000 actions. A change.
boost::asio::awaitable<absl::Status> ApplyTaskActions(Call& call, const std::string& project_hash,
                                                      const std::string& stage_uuid,
                                                      const std::vector<TaskAction>& actions);

// POST v2/public/projects/{}/workflow/stages/{}/move-tasks. A change.
boost::asio::awaitable<absl::Status> MoveTask(Call& call, const std::string& project_hash,
                                              const std::string& stage_uuid,
                                              const std::string& task_uuid,
                                              const std::string& destination_stage_uuid);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_WORKFLOW_H_
