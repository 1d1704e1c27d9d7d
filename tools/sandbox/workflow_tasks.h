#ifndef TOOLS_SANDBOX_WORKFLOW_TASKS_H_
#define TOOLS_SANDBOX_WORKFLOW_TASKS_H_

#include "tools/sandbox/router.h"

namespace sandbox {

// The calls about workflow tasks: /v2/public/projects/{project}/workflow/...,
// .../priorities, and v1 labelworkflowgraphnode. Also makes the tables of
// workflow.h, tasks.h and label_reviews.h.
void RegisterWorkflowTasks(Router& router);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_WORKFLOW_TASKS_H_
