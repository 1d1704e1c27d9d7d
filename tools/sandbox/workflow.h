#ifndef TOOLS_SANDBOX_WORKFLOW_H_
#define TOOLS_SANDBOX_WORKFLOW_H_

#include <boost/json/array.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sandbox/context.h"
#include "tools/sandbox/result.h"

namespace sandbox {

// A workflow is the graph of stages through which a project's tasks go. It is
// made from one of the built-in templates when the project is created.

enum class StageType {
  kAnnotation,
  kReview,
  kConsensusAnnotation,
  kConsensusReview,
  kAgent,
  kDone
};

// What sets a stage type apart.
struct StageTypeTraits {
  // On the wire, e.g. "ANNOTATION".
  std::string_view name;
  // The actions that its tasks (in a consensus: its subtasks) know.
  std::span<const std::string_view> actions;
  // The task statuses, for those that have one.
  std::span<const std::string_view> statuses;
};
const StageTypeTraits& TraitsOf(StageType type);

struct PathwayTemplate {
  // SUBMIT, APPROVE or REJECT; of an agent stage any name.
  std::string_view name;
  // Index of a stage in the template.
  size_t destination;
};

struct StageTemplate {
  StageType type;
  std::string_view title;
  std::vector<PathwayTemplate> pathways;
  // Of a consensus annotation stage: how many people label each data unit.
  int annotators = 0;
};

struct WorkflowTemplate {
  // What clients send as workflow_template_id.
  std::string_view uuid;
  std::string_view name;
  std::vector<StageTemplate> stages;
};

// "annotate-review" (used when none is named), "agent" and "consensus".
std::span<const WorkflowTemplate> WorkflowTemplates();
// A template by UUID or by name; nullptr if there is none.
const WorkflowTemplate* FindWorkflowTemplate(std::string_view uuid_or_name);

struct Stage {
  std::string uuid;
  std::string project_uuid;
  StageType type = StageType::kAnnotation;
  std::string title;
  int64_t annotators = 0;
};

struct Pathway {
  std::string uuid;
  std::string name;
  Stage destination;
};

// Tables workflow_stages, workflow_pathways.
extern const char kWorkflowSchema[];

// Makes the stages and pathways of a new project.
void CreateWorkflow(Context& context, const std::string& project_uuid,
                    const WorkflowTemplate& workflow);

// The stages of a project in the order of the template.
std::vector<Stage> StagesOf(Store& store, const std::string& project_uuid);
// NOT_FOUND unless the project has the stage.
Result<Stage> RequireStage(Store& store, const std::string& project_uuid,
                           const std::string& stage_uuid);
std::vector<Pathway> PathwaysOf(Store& store, const std::string& stage_uuid);

// Encord's list of stages, as in a project's "workflow".
json::array StagesJson(Store& store, const std::string& project_uuid);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_WORKFLOW_H_
