#include "tools/sandbox/label_reviews.h"

#include <set>
#include <utility>
#include <vector>

#include "tools/sandbox/label_store.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {

const char kLabelReviewsSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS label_reviews (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  project_uuid TEXT NOT NULL,
  data_hash TEXT NOT NULL,
  label_type TEXT NOT NULL,
  label_id TEXT NOT NULL,
  status TEXT NOT NULL,
  UNIQUE (project_uuid, data_hash, label_type, label_id));
)sql";

void UpdateLabelReviews(Context& context, const std::string& project_uuid,
                        const std::string& data_hash) {
  std::optional<Row> label_row = context.store.QueryOne(
      "SELECT contents FROM label_rows WHERE project_uuid = ? AND data_hash = ?"
      " AND branch_name = ?",
      {project_uuid, data_hash, kMainBranch});
  std::vector<LabelInstance> instances;
  if (label_row.has_value()) {
    LabelContents contents = ParseContents(label_row->Text("contents"));
    instances = InstancesOf(contents);
  }
  std::set<std::pair<std::string, std::string>> present;
  for (const LabelInstance& instance : instances) {
    present.emplace(instance.type, instance.hash);
    context.store.Exec(
        "INSERT INTO label_reviews (uuid, project_uuid, data_hash, label_type, label_id, status)"
        " VALUES (?, ?, ?, ?, ?, 'NEW') ON CONFLICT DO NOTHING",
        {NewUuid(), project_uuid, data_hash, instance.type, instance.hash});
  }
  for (const Row& review :
       context.store.Query("SELECT uuid, label_type, label_id FROM label_reviews"
                           " WHERE project_uuid = ? AND data_hash = ?",
                           {project_uuid, data_hash})) {
    if (present.contains({review.Text("label_type"), review.Text("label_id")})) continue;
    context.store.Exec("DELETE FROM label_reviews WHERE uuid = ?", {review.Text("uuid")});
  }
}

void SettleLabelReviews(Context& context, const std::string& project_uuid,
                        const std::string& data_hash, ReviewVerdict verdict) {
  UpdateLabelReviews(context, project_uuid, data_hash);
  const char* sql = nullptr;
  switch (verdict) {
    case ReviewVerdict::kResolve:
      sql = "UPDATE label_reviews SET status = 'RESOLVED' WHERE status = 'REJECTED'";
      break;
    case ReviewVerdict::kApprove:
      sql = "UPDATE label_reviews SET status = 'APPROVED' WHERE true";
      break;
    case ReviewVerdict::kReject:
      sql =
          "UPDATE label_reviews SET status = 'REJECTED'"
          " WHERE status IN ('NEW', 'REOPENED', 'RESOLVED')";
      break;
  }
  context.store.Exec(std::string(sql) + " AND project_uuid = ? AND data_hash = ?",
                     {project_uuid, data_hash});
}

void RemoveLabelReviews(Store& store, const std::string& project_uuid,
                        const std::string& data_hash) {
  store.Exec("DELETE FROM label_reviews WHERE project_uuid = ? AND data_hash = ?",
             {project_uuid, data_hash});
}

}  // namespace sandbox
