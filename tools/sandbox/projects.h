#ifndef TOOLS_SANDBOX_PROJECTS_H_
#define TOOLS_SANDBOX_PROJECTS_H_

#include <optional>
#include <string>
#include <vector>

#include "tools/sandbox/router.h"
#include "tools/sandbox/workflow.h"

namespace sandbox {

// Projects and their datasets: tables `projects` and `project_datasets`,
// /v2/public/projects and v1's project, projectdataset, projectwithuserrole.
void RegisterProjects(Router& router);

struct NewProject {
  std::string title;
  std::string description;
  std::vector<std::string> dataset_uuids;
  std::string ontology_uuid;
  const WorkflowTemplate* workflow;
  // Those that a benchmark project compares with; kept, and otherwise without effect.
  std::vector<std::string> source_projects;
};

// Makes a project whose admin is `owner`, with a task for each data unit of its
// datasets, and returns its UUID.
std::string CreateProject(Context& context, const User& owner, const NewProject& project);

// Sets a project's status, one of Encord's ("inProgress", ...). INVALID_ARGUMENTS
// for others.
Result<void> SetProjectStatus(Context& context, const std::string& project_uuid,
                              const std::string& status);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_PROJECTS_H_
