#ifndef SERVER_ENCORD_LABEL_ROWS_H_
#define SERVER_ENCORD_LABEL_ROWS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/encord/v1/label_rows.pb.h"
#include "server/encord/client.h"
#include "server/pb.h"

namespace gateway::encord {

// States of label rows: of the labels, and of the annotation task. The call filters by the second
// kind only.
inline constexpr absl::string_view kLabelStatuses[] = {"NOT_LABELLED", "LABEL_IN_PROGRESS",
                                                       "LABELLED",     "REVIEW_IN_PROGRESS",
                                                       "REVIEWED",     "REVIEWED_TWICE"};
inline constexpr absl::string_view kAnnotationTaskStatuses[] = {"QUEUED", "ASSIGNED", "IN_REVIEW",
                                                                "RETURNED", "COMPLETED"};

// What v1 labelrowmetadata GET is asked for.
struct LabelRowQuery {
  std::string project_hash = "";
  std::string data_title_like = "";                        // empty: any
  std::vector<std::string> annotation_task_statuses = {};  // upper case; empty: any
  std::vector<std::string> label_statuses = {};            // upper case; empty: any; filtered here
  pb::LabelRowFilter filter = {};
};

// v1 labelrowmetadata GET, everything in one answer. NOT_FOUND with ResourceInfo project.
boost::asio::awaitable<absl::Status> ListLabelRows(
    Call& call, const LabelRowQuery& query,
    google::protobuf::RepeatedPtrField<pb::LabelRow>& label_rows);

// Takes the label rows of a listing while it arrives, on the event loop.
class LabelRowSink {
 public:
  virtual ~LabelRowSink() = default;
  // The listing begins, perhaps anew because an attempt failed: what came before does not count.
  virtual void Begin() = 0;
  // `row` is only valid until the function returns.
  virtual void Add(const pb::LabelRow& row) = 0;
};

// As ListLabelRows, for listings of any length: holds one row at a time. The rows do not count
// unless the call ends well.
boost::asio::awaitable<absl::Status> ReadLabelRows(Call& call, const LabelRowQuery& query,
                                                   LabelRowSink& sink);

// What v1 labelrow GET is asked for.
struct LabelRowContentQuery {
  std::string project_hash = "";
  std::vector<std::string> label_hashes = {};  // at most 1000
  // Only labels of these ontology objects and classifications; empty: of all.
  std::vector<std::string> object_feature_hashes = {};
  std::vector<std::string> classification_feature_hashes = {};
};

// v1 labelrow GET: the content of label rows. `each` sees every row's label hash and JSON text; a
// row that does not exist is missing.
boost::asio::awaitable<absl::Status> GetLabelRowContents(
    Call& call, const LabelRowContentQuery& query,
    absl::FunctionRef<void(const std::string& label_hash, std::string_view json)> each);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_LABEL_ROWS_H_
