#include "server/actions/label_rows.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "server/actions/paging.h"
#include "server/actions/validator.h"
#include "server/encord/label_rows.h"

namespace gateway::actions {
namespace asio = boost::asio;

namespace {

std::vector<absl::string_view> AllStatuses() {
  std::vector<absl::string_view> all(std::begin(encord::kLabelStatuses),
                                     std::end(encord::kLabelStatuses));
  all.insert(all.end(), std::begin(encord::kAnnotationTaskStatuses),
             std::end(encord::kAnnotationTaskStatuses));
  return all;
}

// ListLabelRows and StreamLabelRows have the same filters.
template <class Request>
absl::StatusOr<encord::LabelRowQuery> ReadQuery(const Request& request) {
  const pb::LabelRowFilter& filter = request.filter();
  const std::vector<absl::string_view> all = AllStatuses();
  Validator check;
  check.Uuid("project_hash", request.project_hash());
  check.Text("data_title_like", request.data_title_like(), 0, kMaxTitle);
  check.Uuids("filter.data_hashes", filter.data_hashes(), 0, kMaxHashes);
  check.Uuids("filter.label_hashes", filter.label_hashes(), 0, kMaxHashes);
  check.Text("filter.data_title_eq", filter.data_title_eq(), 0, kMaxTitle);
  check.Time("filter.edited_before", filter.has_edited_before(), filter.edited_before());
  check.Time("filter.edited_after", filter.has_edited_after(), filter.edited_after());
  int index = 0;
  for (const std::string& status : request.label_statuses()) {
    check.OneOf(Indexed("label_statuses", index++), status, all);
  }
  if (!check.ok()) return check.status();

  encord::LabelRowQuery query{.project_hash = request.project_hash(),
                              .data_title_like = request.data_title_like(),
                              .filter = filter};
  for (const std::string& status : request.label_statuses()) {
    const std::string upper = absl::AsciiStrToUpper(status);
    const bool of_label =
        std::find(std::begin(encord::kLabelStatuses), std::end(encord::kLabelStatuses), upper) !=
        std::end(encord::kLabelStatuses);
    (of_label ? query.label_statuses : query.annotation_task_statuses).push_back(upper);
  }
  return query;
}

}  // namespace

asio::awaitable<absl::Status> ListLabelRows(CallContext& context,
                                            const pb::ListLabelRowsRequest& request,
                                            pb::ListLabelRowsResponse& response) {
  const auto query = ReadQuery(request);
  if (!query.ok()) co_return query.status();
  const auto page = ReadPage(request);
  if (!page.ok()) co_return page.status();
  const absl::Status status =
      co_await encord::ListLabelRows(context.encord, *query, *response.mutable_label_rows());
  CutPage(*page, *response.mutable_label_rows(), response.mutable_next_page_token());
  co_return status;
}

asio::awaitable<absl::Status> StreamLabelRows(CallContext& context,
                                              const pb::StreamLabelRowsRequest& request,
                                              StreamWriter<pb::StreamLabelRowsResponse>& writer) {
  constexpr int kRowsPerMessage = 1000;
  const auto query = ReadQuery(request);
  if (!query.ok()) co_return query.status();
  google::protobuf::RepeatedPtrField<pb::LabelRow> rows;
  const absl::Status status = co_await encord::ListLabelRows(context.encord, *query, rows);
  if (!status.ok()) co_return status;
  for (int begin = 0; begin < rows.size(); begin += kRowsPerMessage) {
    pb::StreamLabelRowsResponse message;
    const int end = std::min(rows.size(), begin + kRowsPerMessage);
    for (int i = begin; i < end; ++i) message.add_label_rows()->Swap(rows.Mutable(i));
    if (!co_await writer.Write(message)) co_return absl::CancelledError("the caller is gone");
  }
  co_return absl::OkStatus();
}

}  // namespace gateway::actions
