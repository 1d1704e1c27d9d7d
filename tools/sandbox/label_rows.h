#ifndef TOOLS_SANDBOX_LABEL_ROWS_H_
#define TOOLS_SANDBOX_LABEL_ROWS_H_

#include <string>

#include "tools/sandbox/router.h"

namespace sandbox {

// The calls about labels: v1 labelrowmetadata (lists) and labelrow (create,
// read, save).
void RegisterLabelRows(Router& router);

// Makes the label row of a data unit on a branch, if there is none yet. Returns
// its label hash. NOT_FOUND if the project has no such data unit.
Result<std::string> InitialiseLabelRow(Context& context, const std::string& project_uuid,
                                       const std::string& data_hash, const std::string& branch);

// Checks and keeps the labels of a label row as a client saves it, e.g.
// {"data_units", "object_answers", "classification_answers", "object_actions"}.
// Errors are those of ReadLabelContents, and NOT_FOUND.
Result<void> WriteLabelRow(Context& context, const User& user, const std::string& project_uuid,
                           const std::string& label_hash, const json::value& row);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_LABEL_ROWS_H_
