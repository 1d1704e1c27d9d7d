#ifndef TOOLS_SANDBOX_TASKS_H_
#define TOOLS_SANDBOX_TASKS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sandbox/access.h"
#include "tools/sandbox/context.h"
#include "tools/sandbox/result.h"
#include "tools/sandbox/workflow.h"

namespace sandbox {

// The tasks of workflows: table `tasks`. Each data unit of a project has one
// task, which keeps its UUID while it goes from stage to stage. In a consensus
// annotation stage it has subtasks, one per annotator, each with a label branch.
extern const char kTasksSchema[];

struct Task {
  std::string uuid;
  std::string project_uuid;
  std::string data_hash;
  std::string stage_uuid;
  // Of a subtask, the task that it is a part of.
  std::optional<std::string> consensus_task_uuid;
  std::string status;
  std::optional<std::string> assignee;
};

// Gives each data unit a task in the project's first stage.
void AddTasks(Context& context, const std::string& project_uuid,
              const std::vector<std::string>& data_hashes);

// Removes the tasks of data units, with their label reviews.
void RemoveTasks(Store& store, const std::string& project_uuid,
                 const std::vector<std::string>& data_hashes);

// The task of a data unit (not a subtask). NOT_FOUND if the project has not got it.
Result<Task> RequireTaskOf(Store& store, const std::string& project_uuid,
                           const std::string& data_hash);

// AUTHORISATION_ERROR unless the user may act on a task in its stage, as what he is
// in the project: his role has a part in the stage, and the task is nobody else's.
Result<void> RequireWorker(Context& context, const User& user, const Stage& stage,
                           const Task& task);

struct TaskAction {
  std::string task_uuid = {};
  // One of those of the stage's type (workflow.h).
  std::string action = {};
  // ASSIGN: who shall have the task. Otherwise: who shall have it in the next stage.
  std::optional<std::string> assignee = {};
  // Whether the present assignee keeps the task in the next stage.
  bool retain_assignee = false;
  // SUBMIT resolves, APPROVE approves and REJECT rejects the task's label reviews.
  bool settle_label_reviews = true;
  // PATHWAY_ACTION has one of the two.
  std::optional<std::string> pathway_name = {};
  std::optional<std::string> pathway_uuid = {};
};

// Reads {"taskUuid", "action", ...}.
Result<TaskAction> ReadTaskAction(const json::value& action);

// Does what an action says to a task in `stage`. INVALID_ARGUMENTS if the task
// is not in that stage (any more) or the stage knows no such action;
// AUTHORISATION_ERROR if the user's role does not allow it or the task is somebody
// else's.
Result<void> ActOnTask(Context& context, const User& user, const Stage& stage,
                       const TaskAction& action);

// Moves a task from `origin` to any other stage of the project.
Result<void> MoveTask(Context& context, const User& user, const Stage& origin,
                      const std::string& task_uuid, const Stage& destination);

// Moves the task of a data unit back to the first annotation stage.
Result<void> ReopenTask(Context& context, const User& user, const std::string& project_uuid,
                        const std::string& data_hash);

// Moves the task of a data unit to the first DONE stage.
Result<void> CompleteTask(Context& context, const User& user, const std::string& project_uuid,
                          const std::string& data_hash);

// Sets the priority (0 to 1) of a data unit's task.
Result<void> SetPriority(Context& context, const std::string& project_uuid,
                         const std::string& data_hash, double priority);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_TASKS_H_
