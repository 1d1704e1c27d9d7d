#include "tools/sandbox/tasks.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <span>

#include "absl/strings/str_join.h"
#include "tools/sandbox/label_reviews.h"
#include "tools/sandbox/label_store.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr double kDefaultPriority = 0.5;

Task TaskOf(const Row& row) {
  return {row.Text("uuid"),
          row.Text("project_uuid"),
          row.Text("data_hash"),
          row.Text("stage_uuid"),
          row.OptionalText("consensus_task_uuid"),
          row.Text("status"),
          row.OptionalText("assignee")};
}

void AppendText(std::string* out, std::string_view text) { out->append(text); }

bool IsManager(int64_t role) { return role == kAdmin || role == kTeamManager; }

// Whether people of a project role work in stages of a type.
bool WorksIn(int64_t role, StageType type) {
  if (role == kViewer) return false;
  switch (type) {
    case StageType::kAnnotation:
    case StageType::kConsensusAnnotation:
      return role != kReviewer;
    case StageType::kReview:
    case StageType::kConsensusReview:
      return role != kAnnotator;
    case StageType::kAgent:
      return true;
    case StageType::kDone:
      return IsManager(role);
  }
  return false;
}

Result<void> RequireManager(Context& context, const User& user, const std::string& project_uuid) {
  return RequireAdmin(context.store, user, Resource::kProject, project_uuid);
}

Result<void> RequireAssignable(Context& context, const Stage& stage, const std::string& email) {
  std::optional<int64_t> role =
      RoleOf(context.store, User{email, ""}, Resource::kProject, stage.project_uuid);
  if (!role.has_value()) return InvalidArguments(email + " is no user of the project");
  if (!WorksIn(*role, stage.type)) {
    return InvalidArguments("the role of " + email + " has no part in stage " + stage.title);
  }
  return {};
}

// How a task comes into a stage.
struct Arrival {
  std::optional<std::string> assignee = {};
  // Sent back by a review or reopened.
  bool returned = false;
  // Null leaves it as it is.
  std::optional<bool> passed_review = {};
};

// Makes the subtasks of a task that is in a consensus for the first time. If it
// comes back from review the annotators keep theirs, otherwise all begin anew.
void EnterConsensus(Context& context, const Task& task, const Stage& stage, bool returned) {
  int subtasks = context.store.Exec(
      "UPDATE tasks SET stage_uuid = ?, status = ?, assignee = CASE WHEN ? THEN assignee END,"
      " updated_at = ? WHERE consensus_task_uuid = ?",
      {stage.uuid, returned ? "REOPENED" : "NEW", returned, context.Now(), task.uuid});
  for (int64_t i = subtasks; i < stage.annotators; ++i) {
    context.store.Exec(
        "INSERT INTO tasks (uuid, project_uuid, data_hash, stage_uuid, consensus_task_uuid,"
        " branch_name, status, priority, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 'NEW', ?, ?, ?)",
        {NewUuid(), task.project_uuid, task.data_hash, stage.uuid, task.uuid,
         "consensus-" + std::to_string(i + 1), kDefaultPriority, context.Now(), context.Now()});
  }
}

void EnterStage(Context& context, const std::string& actor, const Task& task, const Stage& stage,
                Arrival arrival) {
  bool consensus = stage.type == StageType::kConsensusAnnotation;
  // Nobody has a finished task; of a consensus it is the subtasks that people have.
  if (stage.type == StageType::kDone || consensus) arrival.assignee.reset();
  const char* status = arrival.returned               ? "REOPENED"
                       : arrival.assignee.has_value() ? "ASSIGNED"
                                                      : "NEW";
  context.store.Exec(
      "UPDATE tasks SET stage_uuid = ?, status = ?, assignee = ?, last_actioned_by = ?,"
      " passed_review = coalesce(?, passed_review), updated_at = ? WHERE uuid = ?",
      {stage.uuid, status, arrival.assignee, actor, arrival.passed_review, context.Now(),
       task.uuid});
  if (consensus) EnterConsensus(context, task, stage, arrival.returned);
}

Result<Task> RequireTaskIn(Store& store, const Stage& stage, const std::string& task_uuid) {
  // A subtask is where the whole task is.
  std::optional<Row> row = store.QueryOne(
      "SELECT tasks.* FROM tasks"
      " LEFT JOIN tasks AS whole ON whole.uuid = tasks.consensus_task_uuid"
      " WHERE tasks.uuid = ? AND tasks.project_uuid = ?"
      " AND coalesce(whole.stage_uuid, tasks.stage_uuid) = ?",
      {task_uuid, stage.project_uuid, stage.uuid});
  if (!row.has_value()) {
    return InvalidArguments("task " + task_uuid + " is not in stage " + stage.title);
  }
  return TaskOf(*row);
}

Result<Pathway> RequirePathway(Store& store, const Stage& stage, const TaskAction& action) {
  if (stage.type == StageType::kAgent &&
      action.pathway_name.has_value() == action.pathway_uuid.has_value()) {
    return InvalidArguments("give one of pathwayName and pathwayUuid");
  }
  std::vector<std::string> names;
  for (Pathway& pathway : PathwaysOf(store, stage.uuid)) {
    bool wanted = stage.type != StageType::kAgent   ? pathway.name == action.action
                  : action.pathway_name.has_value() ? pathway.name == *action.pathway_name
                                                    : pathway.uuid == *action.pathway_uuid;
    if (wanted) return std::move(pathway);
    names.push_back(pathway.name);
  }
  return InvalidArguments("stage " + stage.title + " has no such pathway; it has " +
                          absl::StrJoin(names, ", "));
}

// Who has the task in the next stage.
Result<std::optional<std::string>> NextAssignee(Context& context, const Task& task,
                                                const TaskAction& action, const Stage& next) {
  if (action.assignee.has_value()) {
    RETURN_IF_ERROR(RequireAssignable(context, next, *action.assignee));
    return action.assignee;
  }
  if (!action.retain_assignee) return std::nullopt;
  if (!task.assignee.has_value()) {
    return InvalidArguments("retainAssignee: task " + task.uuid + " has no assignee");
  }
  return task.assignee;
}

Result<void> Assign(Context& context, const User& user, const Stage& stage, const Task& task,
                    const TaskAction& action) {
  if (!action.assignee.has_value()) return InvalidArguments("assignee is missing");
  if (*action.assignee != user.email) {
    RETURN_IF_ERROR(RequireManager(context, user, stage.project_uuid));
  }
  RETURN_IF_ERROR(RequireAssignable(context, stage, *action.assignee));
  context.store.Exec(
      "UPDATE tasks SET status = 'ASSIGNED', assignee = ?, updated_at = ? WHERE uuid = ?",
      {*action.assignee, context.Now(), task.uuid});
  return {};
}

Result<void> Release(Context& context, const Task& task) {
  context.store.Exec(
      "UPDATE tasks SET status = 'RELEASED', assignee = NULL, updated_at = ? WHERE uuid = ?",
      {context.Now(), task.uuid});
  return {};
}

// Hands in one annotator's labels; the last one sends the whole task on.
Result<void> SubmitSubtask(Context& context, const User& user, const Stage& stage,
                           const Task& subtask, const TaskAction& action) {
  ASSIGN_OR_RETURN(Pathway pathway, RequirePathway(context.store, stage, action));
  ASSIGN_OR_RETURN(std::optional<std::string> assignee,
                   NextAssignee(context, subtask, action, pathway.destination));
  context.store.Exec(
      "UPDATE tasks SET status = 'COMPLETED', last_actioned_by = ?, updated_at = ?"
      " WHERE uuid = ?",
      {user.email, context.Now(), subtask.uuid});
  context.store.Exec("UPDATE tasks SET updated_at = ? WHERE uuid = ?",
                     {context.Now(), *subtask.consensus_task_uuid});
  if (context.store.QueryOne("SELECT 1 FROM tasks WHERE consensus_task_uuid = ?"
                             " AND status <> 'COMPLETED'",
                             {*subtask.consensus_task_uuid})) {
    return {};
  }
  Task whole = subtask;
  whole.uuid = *subtask.consensus_task_uuid;
  EnterStage(context, user.email, whole, pathway.destination, {.assignee = assignee});
  return {};
}

// SUBMIT, APPROVE, REJECT and PATHWAY_ACTION.
Result<void> Proceed(Context& context, const User& user, const Stage& stage, const Task& task,
                     const TaskAction& action) {
  ASSIGN_OR_RETURN(Pathway pathway, RequirePathway(context.store, stage, action));
  Arrival arrival;
  ASSIGN_OR_RETURN(arrival.assignee, NextAssignee(context, task, action, pathway.destination));
  bool reviews = stage.type == StageType::kReview || stage.type == StageType::kConsensusReview;
  if (reviews) {
    arrival.returned = action.action == "REJECT";
    arrival.passed_review = action.action == "APPROVE";
  }
  if (action.settle_label_reviews && stage.type != StageType::kAgent &&
      stage.type != StageType::kConsensusReview) {
    SettleLabelReviews(context, task.project_uuid, task.data_hash,
                       !reviews           ? ReviewVerdict::kResolve
                       : arrival.returned ? ReviewVerdict::kReject
                                          : ReviewVerdict::kApprove);
  }
  EnterStage(context, user.email, task, pathway.destination, std::move(arrival));
  return {};
}

// Moves a task to the project's first stage of one of the types.
Result<void> MoveToFirst(Context& context, const User& user, const std::string& project_uuid,
                         const std::string& data_hash, std::span<const StageType> types,
                         const Arrival& arrival) {
  RETURN_IF_ERROR(RequireManager(context, user, project_uuid));
  ASSIGN_OR_RETURN(Task task, RequireTaskOf(context.store, project_uuid, data_hash));
  for (const Stage& stage : StagesOf(context.store, project_uuid)) {
    if (std::find(types.begin(), types.end(), stage.type) == types.end()) continue;
    // Done twice, it is done.
    if (stage.uuid != task.stage_uuid) EnterStage(context, user.email, task, stage, arrival);
    return {};
  }
  return OperationNotAllowed("the project's workflow has no stage for this");
}

}  // namespace

const char kTasksSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS tasks (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  project_uuid TEXT NOT NULL,
  data_hash TEXT NOT NULL,
  stage_uuid TEXT NOT NULL,
  consensus_task_uuid TEXT,
  branch_name TEXT NOT NULL,
  status TEXT NOT NULL,
  assignee TEXT,
  last_actioned_by TEXT,
  passed_review INTEGER NOT NULL DEFAULT 0,
  priority REAL NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (project_uuid, data_hash, branch_name));
CREATE INDEX IF NOT EXISTS tasks_by_stage ON tasks (stage_uuid);
CREATE INDEX IF NOT EXISTS tasks_by_consensus ON tasks (consensus_task_uuid);
)sql";

void AddTasks(Context& context, const std::string& project_uuid,
              const std::vector<std::string>& data_hashes) {
  std::vector<Stage> stages = StagesOf(context.store, project_uuid);
  if (stages.empty()) return;
  for (const std::string& data_hash : data_hashes) {
    Task task{NewUuid(), project_uuid, data_hash, stages.front().uuid, {}, "NEW", {}};
    context.store.Exec(
        "INSERT INTO tasks (uuid, project_uuid, data_hash, stage_uuid, branch_name, status,"
        " priority, created_at, updated_at) VALUES (?, ?, ?, ?, ?, 'NEW', ?, ?, ?)",
        {task.uuid, project_uuid, data_hash, task.stage_uuid, kMainBranch, kDefaultPriority,
         context.Now(), context.Now()});
    if (stages.front().type == StageType::kConsensusAnnotation) {
      EnterConsensus(context, task, stages.front(), /*returned=*/false);
    }
  }
}

void RemoveTasks(Store& store, const std::string& project_uuid,
                 const std::vector<std::string>& data_hashes) {
  for (const std::string& data_hash : data_hashes) {
    RemoveLabelReviews(store, project_uuid, data_hash);
    store.Exec("DELETE FROM tasks WHERE project_uuid = ? AND data_hash = ?",
               {project_uuid, data_hash});
  }
}

Result<Task> RequireTaskOf(Store& store, const std::string& project_uuid,
                           const std::string& data_hash) {
  std::optional<Row> row = store.QueryOne(
      "SELECT * FROM tasks WHERE project_uuid = ? AND data_hash = ? AND consensus_task_uuid IS "
      "NULL",
      {project_uuid, data_hash});
  if (!row.has_value()) {
    return NotFound("project " + project_uuid + " has no data unit " + data_hash);
  }
  return TaskOf(*row);
}

Result<void> RequireWorker(Context& context, const User& user, const Stage& stage,
                           const Task& task) {
  ASSIGN_OR_RETURN(int64_t role,
                   RequireMember(context.store, user, Resource::kProject, stage.project_uuid));
  if (IsManager(role)) return {};
  if (!WorksIn(role, stage.type)) {
    return NotAuthorised("your role in the project has no part in stage " + stage.title);
  }
  if (task.assignee.has_value() && task.assignee != user.email) {
    return NotAuthorised("task " + task.uuid + " is assigned to somebody else");
  }
  return {};
}

Result<TaskAction> ReadTaskAction(const json::value& action) {
  TaskAction read;
  ASSIGN_OR_RETURN(read.task_uuid, RequiredUuid(action, "taskUuid"));
  ASSIGN_OR_RETURN(read.action, RequiredText(action, "action"));
  ASSIGN_OR_RETURN(read.assignee, OptionalText(action, "assignee"));
  ASSIGN_OR_RETURN(std::optional<bool> retain, OptionalBool(action, "retainAssignee"));
  read.retain_assignee = retain.value_or(false);
  for (const char* name : {"resolveLabelReviews", "approveLabelReviews", "rejectLabelReviews"}) {
    ASSIGN_OR_RETURN(std::optional<bool> settle, OptionalBool(action, name));
    if (settle.has_value()) read.settle_label_reviews = *settle;
  }
  ASSIGN_OR_RETURN(read.pathway_name, OptionalText(action, "pathwayName"));
  ASSIGN_OR_RETURN(read.pathway_uuid, OptionalUuid(action, "pathwayUuid"));
  return read;
}

Result<void> ActOnTask(Context& context, const User& user, const Stage& stage,
                       const TaskAction& action) {
  const StageTypeTraits& traits = TraitsOf(stage.type);
  if (std::find(traits.actions.begin(), traits.actions.end(), action.action) ==
      traits.actions.end()) {
    return InvalidArguments(
        "stage " + stage.title + " of type " + std::string(traits.name) +
        " does not know the action " + action.action +
        (traits.actions.empty() ? "; its tasks can only be moved"
                                : "; it knows " + absl::StrJoin(traits.actions, ", ", AppendText)));
  }
  ASSIGN_OR_RETURN(Task task, RequireTaskIn(context.store, stage, action.task_uuid));
  if (stage.type == StageType::kConsensusAnnotation && !task.consensus_task_uuid.has_value()) {
    return InvalidArguments("task " + task.uuid +
                            " is a consensus; act on its subtasks, or move it");
  }
  if (task.consensus_task_uuid.has_value() && stage.type != StageType::kConsensusAnnotation) {
    return InvalidArguments("task " + task.uuid + " is a subtask; act on its consensus task " +
                            *task.consensus_task_uuid);
  }
  if (task.status == "COMPLETED") {
    return InvalidArguments("task " + task.uuid + " is already submitted");
  }
  RETURN_IF_ERROR(RequireWorker(context, user, stage, task));
  if (action.action == "ASSIGN") return Assign(context, user, stage, task, action);
  if (action.action == "RELEASE") return Release(context, task);
  if (task.consensus_task_uuid.has_value()) {
    return SubmitSubtask(context, user, stage, task, action);
  }
  return Proceed(context, user, stage, task, action);
}

Result<void> MoveTask(Context& context, const User& user, const Stage& origin,
                      const std::string& task_uuid, const Stage& destination) {
  RETURN_IF_ERROR(RequireManager(context, user, origin.project_uuid));
  if (origin.uuid == destination.uuid) {
    return InvalidArguments("the tasks are already in stage " + destination.title);
  }
  ASSIGN_OR_RETURN(Task task, RequireTaskIn(context.store, origin, task_uuid));
  if (task.consensus_task_uuid.has_value()) {
    return InvalidArguments("task " + task.uuid + " is a subtask; move its consensus task " +
                            *task.consensus_task_uuid);
  }
  EnterStage(context, user.email, task, destination, {.passed_review = false});
  return {};
}

Result<void> ReopenTask(Context& context, const User& user, const std::string& project_uuid,
                        const std::string& data_hash) {
  constexpr StageType kTypes[] = {StageType::kAnnotation, StageType::kConsensusAnnotation};
  return MoveToFirst(context, user, project_uuid, data_hash, kTypes,
                     {.returned = true, .passed_review = false});
}

Result<void> CompleteTask(Context& context, const User& user, const std::string& project_uuid,
                          const std::string& data_hash) {
  constexpr StageType kTypes[] = {StageType::kDone};
  return MoveToFirst(context, user, project_uuid, data_hash, kTypes, {});
}

Result<void> SetPriority(Context& context, const std::string& project_uuid,
                         const std::string& data_hash, double priority) {
  if (!(priority >= 0.0 && priority <= 1.0)) {
    return InvalidArguments("a priority must be between 0 and 1");
  }
  int changed =
      context.store.Exec("UPDATE tasks SET priority = ? WHERE project_uuid = ? AND data_hash = ?",
                         {priority, project_uuid, data_hash});
  if (changed == 0) return NotFound("project " + project_uuid + " has no data unit " + data_hash);
  return {};
}

}  // namespace sandbox
