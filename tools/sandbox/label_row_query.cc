#include "tools/sandbox/label_row_query.h"

#include <utility>

namespace sandbox {
namespace {

constexpr std::string_view kEveryUnitOnce = R"sql(
WITH branches(project_uuid, data_hash, branch_name) AS (
  SELECT project_uuid, data_hash, ? FROM tasks
  WHERE project_uuid = ? AND consensus_task_uuid IS NULL))sql";

constexpr std::string_view kEveryBranch = R"sql(
WITH branches(project_uuid, data_hash, branch_name) AS (
  SELECT project_uuid, data_hash, branch_name FROM tasks WHERE project_uuid = ?
  UNION SELECT project_uuid, data_hash, branch_name FROM label_rows WHERE project_uuid = ?))sql";

constexpr std::string_view kOneBranch = R"sql(
WITH branches(project_uuid, data_hash, branch_name) AS (
  SELECT project_uuid, data_hash, branch_name FROM label_rows
  WHERE project_uuid = ? AND label_hash = ?))sql";

// `whole` is the data unit's task, `part` the subtask whose labels are on the
// branch, if there is one.
constexpr std::string_view kSelect = R"sql(
SELECT * FROM (
SELECT data_units.*, branches.project_uuid, branches.branch_name,
  label_rows.label_hash, label_rows.contents,
  label_rows.created_at AS label_created_at, label_rows.last_edited_at AS label_edited_at,
  coalesce(part.uuid, whole.uuid) AS task_uuid,
  CASE WHEN part.uuid IS NULL THEN whole.assignee ELSE part.assignee END AS assignee,
  CASE WHEN part.uuid IS NULL THEN whole.last_actioned_by ELSE part.last_actioned_by END
    AS last_actioned_by,
  whole.priority, stages.uuid AS stage_uuid, stages.title AS stage_title,
  CASE
    WHEN stages.stage_type = 'DONE' THEN 'COMPLETED'
    WHEN stages.stage_type IN ('REVIEW', 'CONSENSUS_REVIEW') THEN 'IN_REVIEW'
    ELSE CASE coalesce(part.status, whole.status)
      WHEN 'ASSIGNED' THEN 'ASSIGNED'
      WHEN 'REOPENED' THEN 'RETURNED'
      WHEN 'COMPLETED' THEN 'COMPLETED'
      ELSE 'QUEUED' END
  END AS annotation_task_status,
  CASE
    WHEN label_rows.label_hash IS NULL THEN 'NOT_LABELLED'
    WHEN stages.stage_type = 'DONE' AND whole.passed_review THEN 'REVIEWED'
    WHEN stages.stage_type = 'DONE' THEN 'LABELLED'
    WHEN stages.stage_type IN ('REVIEW', 'CONSENSUS_REVIEW') AND whole.status = 'ASSIGNED'
      THEN 'REVIEW_IN_PROGRESS'
    WHEN stages.stage_type IN ('REVIEW', 'CONSENSUS_REVIEW') THEN 'LABELLED'
    WHEN part.status = 'COMPLETED' THEN 'LABELLED'
    ELSE 'LABEL_IN_PROGRESS'
  END AS label_status
FROM branches
JOIN data_units ON data_units.data_hash = branches.data_hash
JOIN tasks AS whole ON whole.project_uuid = branches.project_uuid
  AND whole.data_hash = branches.data_hash AND whole.consensus_task_uuid IS NULL
JOIN workflow_stages AS stages ON stages.uuid = whole.stage_uuid
LEFT JOIN tasks AS part ON part.project_uuid = branches.project_uuid
  AND part.data_hash = branches.data_hash AND part.branch_name = branches.branch_name
  AND part.consensus_task_uuid IS NOT NULL
LEFT JOIN label_rows ON label_rows.project_uuid = branches.project_uuid
  AND label_rows.data_hash = branches.data_hash
  AND label_rows.branch_name = branches.branch_name
))sql";

std::vector<Row> Run(Store& store, std::string_view branches, std::vector<SqlValue> arguments,
                     const SqlFilter& filter) {
  arguments.insert(arguments.end(), filter.arguments().begin(), filter.arguments().end());
  return store.Query(std::string(branches) + std::string(kSelect) + filter.Where() +
                         " ORDER BY position, branch_name <> 'main', branch_name",
                     arguments);
}

}  // namespace

std::vector<Row> FindLabelRows(Store& store, const std::string& project_uuid,
                               const std::optional<std::string>& branch, const SqlFilter& filter) {
  if (branch.has_value()) return Run(store, kEveryUnitOnce, {*branch, project_uuid}, filter);
  return Run(store, kEveryBranch, {project_uuid, project_uuid}, filter);
}

std::optional<Row> FindLabelRow(Store& store, const std::string& project_uuid,
                                const std::string& label_hash) {
  std::vector<Row> rows = Run(store, kOneBranch, {project_uuid, label_hash}, SqlFilter());
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

}  // namespace sandbox
