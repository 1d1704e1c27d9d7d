#include "tools/sandbox/workflow.h"

#include <array>
#include <boost/json/object.hpp>

#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr std::string_view kAnnotationActions[] = {"SUBMIT", "ASSIGN", "RELEASE"};
constexpr std::string_view kReviewActions[] = {"APPROVE", "REJECT", "ASSIGN", "RELEASE"};
constexpr std::string_view kAgentActions[] = {"PATHWAY_ACTION"};
constexpr std::string_view kAnnotationStatuses[] = {"NEW",     "ASSIGNED", "RELEASED",
                                                    "SKIPPED", "REOPENED", "COMPLETED"};
constexpr std::string_view kReviewStatuses[] = {"NEW", "ASSIGNED", "RELEASED", "REOPENED",
                                                "SKIPPED"};

// By StageType.
constexpr std::array<StageTypeTraits, 6> kStageTypes = {{
    {"ANNOTATION", kAnnotationActions, kAnnotationStatuses},
    {"REVIEW", kReviewActions, kReviewStatuses},
    {"CONSENSUS_ANNOTATION", kAnnotationActions, {}},
    {"CONSENSUS_REVIEW", kReviewActions, kReviewStatuses},
    {"AGENT", kAgentActions, kAnnotationStatuses},
    {"DONE", {}, {}},
}};

StageType StageTypeOf(std::string_view name) {
  for (size_t i = 0; i < kStageTypes.size(); ++i) {
    if (kStageTypes[i].name == name) return static_cast<StageType>(i);
  }
  return StageType::kDone;
}

Stage StageOf(const Row& row) {
  return {row.Text("uuid"), row.Text("project_uuid"), StageTypeOf(row.Text("stage_type")),
          row.Text("title"), row.Int("annotators")};
}

}  // namespace

const char kWorkflowSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS workflow_stages (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  project_uuid TEXT NOT NULL,
  stage_type TEXT NOT NULL,
  title TEXT NOT NULL,
  annotators INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS workflow_stages_by_project ON workflow_stages (project_uuid);
CREATE TABLE IF NOT EXISTS workflow_pathways (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  stage_uuid TEXT NOT NULL,
  name TEXT NOT NULL,
  destination_uuid TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS workflow_pathways_by_stage ON workflow_pathways (stage_uuid);
)sql";

const StageTypeTraits& TraitsOf(StageType type) { return kStageTypes[static_cast<size_t>(type)]; }

std::span<const WorkflowTemplate> WorkflowTemplates() {
  static const std::array<WorkflowTemplate, 3> kTemplates = {{
      {"00000000-0000-4000-8000-000000000001",
       "annotate-review",
       {{StageType::kAnnotation, "Annotate 1", {{"SUBMIT", 1}}},
        {StageType::kReview, "Review 1", {{"APPROVE", 2}, {"REJECT", 0}}},
        {StageType::kDone, "Complete", {}},
        {StageType::kDone, "Archive", {}}}},
      {"00000000-0000-4000-8000-000000000002",
       "agent",
       {{StageType::kAgent, "Pre-label", {{"annotate", 1}, {"review", 2}, {"archive", 4}}},
        {StageType::kAnnotation, "Annotate 1", {{"SUBMIT", 2}}},
        {StageType::kReview, "Review 1", {{"APPROVE", 3}, {"REJECT", 1}}},
        {StageType::kDone, "Complete", {}},
        {StageType::kDone, "Archive", {}}}},
      {"00000000-0000-4000-8000-000000000003",
       "consensus",
       {{StageType::kConsensusAnnotation, "Consensus 1", {{"SUBMIT", 1}}, /*annotators=*/3},
        {StageType::kConsensusReview, "Consensus review 1", {{"APPROVE", 2}, {"REJECT", 0}}},
        {StageType::kDone, "Complete", {}},
        {StageType::kDone, "Archive", {}}}},
  }};
  return kTemplates;
}

const WorkflowTemplate* FindWorkflowTemplate(std::string_view uuid_or_name) {
  for (const WorkflowTemplate& known : WorkflowTemplates()) {
    if (known.uuid == uuid_or_name || known.name == uuid_or_name) return &known;
  }
  return nullptr;
}

void CreateWorkflow(Context& context, const std::string& project_uuid,
                    const WorkflowTemplate& workflow) {
  std::vector<std::string> stage_uuids;
  for (const StageTemplate& stage : workflow.stages) {
    stage_uuids.push_back(NewUuid());
    context.store.Exec(
        "INSERT INTO workflow_stages (uuid, project_uuid, stage_type, title, annotators)"
        " VALUES (?, ?, ?, ?, ?)",
        {stage_uuids.back(), project_uuid, TraitsOf(stage.type).name, stage.title,
         stage.annotators});
  }
  for (size_t i = 0; i < workflow.stages.size(); ++i) {
    for (const PathwayTemplate& pathway : workflow.stages[i].pathways) {
      context.store.Exec(
          "INSERT INTO workflow_pathways (uuid, stage_uuid, name, destination_uuid)"
          " VALUES (?, ?, ?, ?)",
          {NewUuid(), stage_uuids[i], pathway.name, stage_uuids[pathway.destination]});
    }
  }
}

std::vector<Stage> StagesOf(Store& store, const std::string& project_uuid) {
  std::vector<Stage> stages;
  for (const Row& row :
       store.Query("SELECT * FROM workflow_stages WHERE project_uuid = ? ORDER BY position",
                   {project_uuid})) {
    stages.push_back(StageOf(row));
  }
  return stages;
}

Result<Stage> RequireStage(Store& store, const std::string& project_uuid,
                           const std::string& stage_uuid) {
  std::optional<Row> row =
      store.QueryOne("SELECT * FROM workflow_stages WHERE uuid = ? AND project_uuid = ?",
                     {stage_uuid, project_uuid});
  if (!row.has_value()) {
    return NotFound("project " + project_uuid + " has no workflow stage " + stage_uuid);
  }
  return StageOf(*row);
}

std::vector<Pathway> PathwaysOf(Store& store, const std::string& stage_uuid) {
  std::vector<Pathway> pathways;
  for (const Row& row : store.Query(
           "SELECT workflow_pathways.uuid AS pathway_uuid, name, workflow_stages.*"
           " FROM workflow_pathways JOIN workflow_stages ON workflow_stages.uuid = destination_uuid"
           " WHERE stage_uuid = ? ORDER BY workflow_pathways.position",
           {stage_uuid})) {
    pathways.push_back({row.Text("pathway_uuid"), row.Text("name"), StageOf(row)});
  }
  return pathways;
}

json::array StagesJson(Store& store, const std::string& project_uuid) {
  json::array stages;
  for (const Stage& stage : StagesOf(store, project_uuid)) {
    json::object object;
    object["stageType"] = json::string(TraitsOf(stage.type).name);
    object["uuid"] = stage.uuid;
    object["title"] = stage.title;
    // Clients know pathways of agent stages only; the others' are their actions.
    if (stage.type == StageType::kAgent) {
      json::array pathways;
      for (const Pathway& pathway : PathwaysOf(store, stage.uuid)) {
        pathways.push_back(json::object{{"uuid", pathway.uuid},
                                        {"title", pathway.name},
                                        {"destinationUuid", pathway.destination.uuid}});
      }
      object["pathways"] = std::move(pathways);
    }
    stages.push_back(std::move(object));
  }
  return stages;
}

}  // namespace sandbox
