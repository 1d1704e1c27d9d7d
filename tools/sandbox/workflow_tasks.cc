#include "tools/sandbox/workflow_tasks.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tools/sandbox/folders.h"
#include "tools/sandbox/label_reviews.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/paging.h"
#include "tools/sandbox/tasks.h"
#include "tools/sandbox/workflow.h"

namespace sandbox {
namespace {

constexpr std::string_view kSelectTasks =
    "SELECT tasks.*, data_units.title FROM tasks"
    " JOIN data_units ON data_units.data_hash = tasks.data_hash";

struct StageRequest {
  std::string project_uuid;
  Stage stage;
};

// The stage that a request's path names, of a project that the caller may see.
Result<StageRequest> ReadStage(Context& context, const Request& request) {
  StageRequest read;
  ASSIGN_OR_RETURN(read.project_uuid, request.PathUuid("project"));
  RETURN_IF_ERROR(
      RequireMember(context.store, request.user, Resource::kProject, read.project_uuid));
  ASSIGN_OR_RETURN(std::string stage_uuid, request.PathUuid("stage"));
  ASSIGN_OR_RETURN(read.stage, RequireStage(context.store, read.project_uuid, stage_uuid));
  return read;
}

json::object CommonMembers(const Row& task) {
  return {{"uuid", task.Text("uuid")},
          {"createdAt", task.Text("created_at")},
          {"updatedAt", task.Text("updated_at")},
          {"dataHash", task.Text("data_hash")},
          {"dataTitle", task.Text("title")}};
}

json::object AnnotationTask(const Row& task) {
  json::object object = CommonMembers(task);
  object["status"] = task.Text("status");
  object["labelBranchName"] = task.Text("branch_name");
  object["assignee"] = OrNull(task.OptionalText("assignee"));
  return object;
}

std::vector<Row> SubtasksOf(Store& store, const Row& task) {
  return store.Query(
      std::string(kSelectTasks) + " WHERE consensus_task_uuid = ? ORDER BY tasks.position",
      {task.Text("uuid")});
}

// The labels that a consensus review has to choose from: those handed in.
json::array OptionsOf(Store& store, const Row& task) {
  json::array options;
  for (const Row& subtask : SubtasksOf(store, task)) {
    if (subtask.Text("status") != "COMPLETED") continue;
    std::optional<Row> label_row = store.QueryOne(
        "SELECT label_hash FROM label_rows WHERE project_uuid = ? AND data_hash = ?"
        " AND branch_name = ?",
        {subtask.Text("project_uuid"), subtask.Text("data_hash"), subtask.Text("branch_name")});
    json::object option;
    option["annotator"] =
        subtask.OptionalText("assignee").value_or(subtask.Text("last_actioned_by"));
    option["labelBranchName"] = subtask.Text("branch_name");
    option["labelHash"] = nullptr;
    if (label_row.has_value()) option["labelHash"] = label_row->Text("label_hash");
    options.push_back(std::move(option));
  }
  return options;
}

json::object TaskJson(Store& store, StageType type, const Row& task) {
  switch (type) {
    case StageType::kAnnotation:
      return AnnotationTask(task);
    case StageType::kAgent: {
      json::object object = AnnotationTask(task);
      object["lastActionedBy"] = OrNull(task.OptionalText("last_actioned_by"));
      return object;
    }
    case StageType::kReview:
    case StageType::kConsensusReview: {
      json::object object = CommonMembers(task);
      object["status"] = task.Text("status");
      object["assignee"] = OrNull(task.OptionalText("assignee"));
      if (type == StageType::kConsensusReview) object["options"] = OptionsOf(store, task);
      return object;
    }
    case StageType::kConsensusAnnotation: {
      json::object object = CommonMembers(task);
      json::array subtasks;
      for (const Row& subtask : SubtasksOf(store, task)) {
        subtasks.push_back(AnnotationTask(subtask));
      }
      object["subtasks"] = std::move(subtasks);
      return object;
    }
    case StageType::kDone:
      break;
  }
  return CommonMembers(task);
}

Result<json::value> ListTasks(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(StageRequest read, ReadStage(context, request));
  const Stage& stage = read.stage;
  SqlFilter filter;
  filter.Add("tasks.stage_uuid = ?", {stage.uuid});
  filter.Add("tasks.consensus_task_uuid IS NULL");
  std::vector<std::string> emails = request.query.All("userEmails");
  if (!emails.empty()) {
    SqlFilter assigned;
    if (stage.type == StageType::kConsensusAnnotation) {
      assigned.Add("part.consensus_task_uuid = tasks.uuid");
      assigned.AddIn("part.assignee", emails);
      filter.Add("EXISTS (SELECT 1 FROM tasks AS part" + assigned.Where() + ")",
                 assigned.arguments());
    } else {
      filter.AddIn("tasks.assignee", emails);
    }
  }
  ASSIGN_OR_RETURN(std::vector<std::string> data_hashes, request.query.Uuids("dataHashes"));
  if (!data_hashes.empty()) filter.AddIn("tasks.data_hash", data_hashes);
  ASSIGN_OR_RETURN(std::vector<std::string> datasets, request.query.Uuids("datasetHashes"));
  if (!datasets.empty()) filter.AddIn("data_units.dataset_uuid", datasets);
  if (std::optional<std::string> part = request.query.Text("dataTitleContains"); part.has_value()) {
    filter.Add("data_units.title LIKE ? ESCAPE '\\'", {ContainsPattern(*part)});
  }
  std::vector<std::string> statuses = request.query.All("statuses");
  std::span<const std::string_view> known = TraitsOf(stage.type).statuses;
  for (const std::string& status : statuses) {
    if (std::find(known.begin(), known.end(), status) == known.end()) {
      return InvalidArguments("statuses: tasks in stage " + stage.title + " have no status " +
                              status);
    }
  }
  if (!statuses.empty()) filter.AddIn("tasks.status", statuses);
  ASSIGN_OR_RETURN(Page page, ReadPage(context, request.query));
  return AnswerPage(
      context, page, std::string(kSelectTasks) + filter.Where() + " ORDER BY tasks.position",
      filter.arguments(),
      [&](const Row& row) { return json::value(TaskJson(context.store, stage.type, row)); });
}

// Does each action of the list, or none if one is refused.
Result<json::value> PostActions(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(StageRequest read, ReadStage(context, request));
  if (!request.body.is_array()) return InvalidArguments("the body must be a list of actions");
  for (const json::value& entry : request.body.get_array()) {
    ASSIGN_OR_RETURN(TaskAction action, ReadTaskAction(entry));
    RETURN_IF_ERROR(ActOnTask(context, request.user, read.stage, action));
  }
  return nullptr;
}

Result<json::value> PostMoves(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(StageRequest read, ReadStage(context, request));
  ASSIGN_OR_RETURN(std::vector<std::string> tasks, RequiredUuidList(request.body, "taskUuids"));
  ASSIGN_OR_RETURN(std::string destination_uuid,
                   RequiredUuid(request.body, "destinationStageUuid"));
  ASSIGN_OR_RETURN(Stage destination,
                   RequireStage(context.store, read.project_uuid, destination_uuid));
  for (const std::string& task : tasks) {
    RETURN_IF_ERROR(MoveTask(context, request.user, read.stage, task, destination));
  }
  return nullptr;
}

struct ReviewedTask {
  Stage stage;
  Task task;
};

// The review task that a request's path names, with label reviews for all of its labels.
Result<ReviewedTask> ReadReviewedTask(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(StageRequest read, ReadStage(context, request));
  if (read.stage.type != StageType::kReview) {
    return InvalidArguments("stage " + read.stage.title + " has no label reviews");
  }
  ASSIGN_OR_RETURN(std::string task_uuid, request.PathUuid("task"));
  std::optional<Row> row =
      context.store.QueryOne("SELECT data_hash FROM tasks WHERE uuid = ? AND stage_uuid = ?",
                             {task_uuid, read.stage.uuid});
  if (!row.has_value()) {
    return InvalidArguments("task " + task_uuid + " is not in stage " + read.stage.title);
  }
  ASSIGN_OR_RETURN(Task task,
                   RequireTaskOf(context.store, read.project_uuid, row->Text("data_hash")));
  UpdateLabelReviews(context, read.project_uuid, task.data_hash);
  return ReviewedTask{std::move(read.stage), std::move(task)};
}

Result<json::value> ListReviews(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(ReviewedTask read, ReadReviewedTask(context, request));
  ASSIGN_OR_RETURN(Page page, ReadPage(context, request.query));
  return AnswerPage(context, page,
                    "SELECT * FROM label_reviews WHERE project_uuid = ? AND data_hash = ?"
                    " ORDER BY position",
                    {read.task.project_uuid, read.task.data_hash}, [](const Row& row) {
                      return json::object{{"reviewUuid", row.Text("uuid")},
                                          {"status", row.Text("status")},
                                          {"labelType", row.Text("label_type")},
                                          {"labelId", row.Text("label_id")}};
                    });
}

Result<json::value> PostReviewActions(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(ReviewedTask read, ReadReviewedTask(context, request));
  RETURN_IF_ERROR(RequireWorker(context, request.user, read.stage, read.task));
  if (!request.body.is_array()) return InvalidArguments("the body must be a list of actions");
  for (const json::value& entry : request.body.get_array()) {
    ASSIGN_OR_RETURN(std::string review_uuid, RequiredUuid(entry, "reviewUuid"));
    ASSIGN_OR_RETURN(std::string action, RequiredText(entry, "action"));
    const char* status = action == "APPROVE"  ? "APPROVED"
                         : action == "REJECT" ? "REJECTED"
                         : action == "REOPEN" ? "REOPENED"
                                              : nullptr;
    if (status == nullptr) return InvalidArguments("action must be APPROVE, REJECT or REOPEN");
    int changed = context.store.Exec(
        "UPDATE label_reviews SET status = ? WHERE uuid = ? AND project_uuid = ?"
        " AND data_hash = ?",
        {status, review_uuid, read.task.project_uuid, read.task.data_hash});
    if (changed == 0) return NotFound("the task has no label review " + review_uuid);
  }
  return nullptr;
}

Result<json::value> PostPriorities(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project_uuid, request.PathUuid("project"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kProject, project_uuid));
  const json::value* priorities = FindMember(request.body, "priorities");
  if (priorities == nullptr || !priorities->is_array()) {
    return InvalidArguments("priorities must be a list of [data hash, number]");
  }
  for (const json::value& entry : priorities->get_array()) {
    const json::array* pair = entry.if_array();
    if (pair == nullptr || pair->size() != 2 || !pair->at(0).is_string() ||
        !pair->at(1).is_number()) {
      return InvalidArguments("priorities must be a list of [data hash, number]");
    }
    RETURN_IF_ERROR(SetPriority(context, project_uuid, std::string(pair->at(0).get_string()),
                                pair->at(1).to_number<double>()));
  }
  return nullptr;
}

// Moves tasks by label hash, back to the first annotation stage or to the end.
Result<json::value> PostGraphNode(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project_uuid, request.ResourceUuid("project"));
  ASSIGN_OR_RETURN(std::vector<std::string> label_hashes, TextListOf(request.uid, "uid"));
  ASSIGN_OR_RETURN(std::string action, RequiredText(request.payload, "action"));
  if (action != "reopen" && action != "complete") {
    return InvalidArguments("action must be reopen or complete");
  }
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kProject, project_uuid));
  for (const std::string& label_hash : label_hashes) {
    std::optional<Row> label_row = context.store.QueryOne(
        "SELECT data_hash FROM label_rows WHERE label_hash = ? AND project_uuid = ?",
        {label_hash, project_uuid});
    if (!label_row.has_value()) return NotFound("there is no label row " + label_hash);
    RETURN_IF_ERROR((action == "reopen" ? ReopenTask : CompleteTask)(
        context, request.user, project_uuid, label_row->Text("data_hash")));
  }
  return true;
}

}  // namespace

void RegisterWorkflowTasks(Router& router) {
  router.Schema(kWorkflowSchema);
  router.Schema(kTasksSchema);
  router.Schema(kLabelReviewsSchema);
  router.Route("GET", "/v2/public/projects/{project}/workflow/stages/{stage}/tasks", ListTasks);
  router.Route("POST", "/v2/public/projects/{project}/workflow/stages/{stage}/actions",
               PostActions);
  router.Route("POST", "/v2/public/projects/{project}/workflow/stages/{stage}/move-tasks",
               PostMoves);
  router.Route("GET", "/v2/public/projects/{project}/workflow/stages/{stage}/tasks/{task}/reviews",
               ListReviews);
  router.Route("POST",
               "/v2/public/projects/{project}/workflow/stages/{stage}/tasks/{task}/reviews/actions",
               PostReviewActions);
  router.Route("POST", "/v2/public/projects/{project}/priorities", PostPriorities);
  router.RouteV1(V1Scope::kResource, "labelworkflowgraphnode", "POST", PostGraphNode);
}

}  // namespace sandbox
