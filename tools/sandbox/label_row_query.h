#ifndef TOOLS_SANDBOX_LABEL_ROW_QUERY_H_
#define TOOLS_SANDBOX_LABEL_ROW_QUERY_H_

#include <optional>
#include <string>
#include <vector>

#include "tools/sandbox/store.h"

namespace sandbox {

// Finds the label rows of a project that fit `filter`, in the order in which their
// data units arrived: one row per data unit and label branch, whether or not
// its label row exists yet. `branch` is a name, which every data unit then has
// once, or null for every branch that there is.
//
// Columns: those of data_units (datasets.h), and
//   project_uuid, branch_name
//   label_hash, contents, label_created_at, label_edited_at: null without a label row
//   label_status, annotation_task_status: Encord's words, from the state of the task
//   task_uuid, assignee, last_actioned_by: of the task, or of the subtask that the branch belongs
//   to priority, stage_uuid, stage_title
std::vector<Row> FindLabelRows(Store& store, const std::string& project_uuid,
                               const std::optional<std::string>& branch, const SqlFilter& filter);

// The label row with a label hash; nullopt if the project has none.
std::optional<Row> FindLabelRow(Store& store, const std::string& project_uuid,
                                const std::string& label_hash);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_LABEL_ROW_QUERY_H_
