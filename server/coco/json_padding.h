#ifndef SERVER_COCO_JSON_PADDING_H_
#define SERVER_COCO_JSON_PADDING_H_

#include <cstddef>

namespace gateway::coco {

// Bytes that have to be readable behind a label row's JSON for it to be read without a copy. Their
// content does not matter. Equal to simdjson's, whose header is too large to include for this.
inline constexpr size_t kJsonPadding = 64;

}  // namespace gateway::coco

#endif  // SERVER_COCO_JSON_PADDING_H_
