#ifndef TOOLS_SANDBOX_LABEL_BRANCHES_H_
#define TOOLS_SANDBOX_LABEL_BRANCHES_H_

#include "tools/sandbox/router.h"

namespace sandbox {

// The label branches of a project as a whole: their names
// (/v2/public/projects/{project}/branches) and the copying of labels from one to
// another (/v2/public/projects/{project}/labels/copy-branch).
void RegisterLabelBranches(Router& router);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_LABEL_BRANCHES_H_
