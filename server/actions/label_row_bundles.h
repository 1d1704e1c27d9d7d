#ifndef SERVER_ACTIONS_LABEL_ROW_BUNDLES_H_
#define SERVER_ACTIONS_LABEL_ROW_BUNDLES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "boost/asio/awaitable.hpp"
#include "proto/encord/v1/label_rows.pb.h"
#include "server/actions/export_rows.h"
#include "server/encord/client.h"
#include "server/encord/label_rows.h"
#include "server/pb.h"

namespace gateway::actions {

// Some label rows that follow each other in a listing, and what they hold.
struct LabelRowBundle {
  // As ExportRows gives them.
  std::vector<pb::LabelRow> rows;
  // How many rows of the listing are done with these.
  int end = 0;
  // Label hash -> the label row's JSON, followed by coco::kJsonPadding blanks. Rows that Encord did
  // not return are missing.
  absl::flat_hash_map<std::string, std::string> contents;
  // Size of all contents.
  size_t bytes = 0;
};

// Takes the rows, fetches the content of those that have one, and hands it to `each` in the order
// of the listing. Three bundles are fetched at once and ahead of `each`, which is called when its
// predecessor has ended; so a slow one slows the fetching down. A bundle is at most 100 rows and,
// judged by the rows before it, about a mebibyte, or one row that is larger; the first has
// 20 at most. Ends with the first error, of Encord or of `each`. `query` says all but the label
// hashes.
boost::asio::awaitable<absl::Status> ForEachBundle(
    encord::Call& call, const encord::LabelRowContentQuery& query, ExportRows& rows,
    absl::FunctionRef<boost::asio::awaitable<absl::Status>(const LabelRowBundle&)> each);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_LABEL_ROW_BUNDLES_H_
