#ifndef SERVER_COCO_LABEL_ROW_LIST_H_
#define SERVER_COCO_LABEL_ROW_LIST_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace gateway::coco {

// Calls `visit` with the text of each label row in the JSON list `json`, and with how many bytes
// may be read from its start on. `readable` is that number for `json` itself; without kJsonPadding
// bytes behind the text, the text is copied first. INVALID_ARGUMENT if `json` is not a list of
// objects; the rows before the fault have been visited then.
absl::Status ForEachLabelRow(std::string_view json, size_t readable,
                             const std::function<void(std::string_view, size_t)>& visit);

// What names a label row.
struct LabelRowIdentity {
  std::string label_hash;
  std::string data_title;
};

// Reads the identity of a label row; members that are missing stay empty. INVALID_ARGUMENT if
// `json` is not an object.
absl::StatusOr<LabelRowIdentity> IdentifyLabelRow(std::string_view json);

}  // namespace gateway::coco

#endif  // SERVER_COCO_LABEL_ROW_LIST_H_
