#ifndef SERVER_COCO_TEXT_H_
#define SERVER_COCO_TEXT_H_

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

// simdjson speaks std::string_view; in Debian's Abseil absl::string_view is another type, which its
// string containers and functions want.
namespace gateway::coco {

inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

inline std::string_view ToStd(absl::string_view text) { return {text.data(), text.size()}; }

// absl::StrAppend and absl::StrCat for pieces that may be std::string_view.
template <typename... Pieces>
void Append(std::string& text, const Pieces&... pieces) {
  auto piece = [](const auto& value) {
    if constexpr (std::is_convertible_v<decltype(value), std::string_view>) {
      return ToAbsl(value);
    } else {
      return value;
    }
  };
  absl::StrAppend(&text, piece(pieces)...);
}

template <typename... Pieces>
std::string Concat(const Pieces&... pieces) {
  std::string text;
  Append(text, pieces...);
  return text;
}

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

// Maps and sets of strings that are searched by std::string_view.
template <typename Value>
using TextMap = absl::flat_hash_map<std::string, Value, TextHash, std::equal_to<>>;
using TextSet = absl::flat_hash_set<std::string, TextHash, std::equal_to<>>;

// The same of views, which have to outlive the map.
template <typename Value>
using TextViewMap = absl::flat_hash_map<std::string_view, Value, TextHash, std::equal_to<>>;

}  // namespace gateway::coco

#endif  // SERVER_COCO_TEXT_H_
