#ifndef SERVER_STRING_VIEW_H_
#define SERVER_STRING_VIEW_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace gateway {

// Debian's absl::string_view is a type of its own that does not convert from or to
// std::string_view, which simdjson and Boost speak.
inline std::string_view StdView(absl::string_view text) { return {text.data(), text.size()}; }
inline absl::string_view AbslView(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace gateway

#endif  // SERVER_STRING_VIEW_H_
