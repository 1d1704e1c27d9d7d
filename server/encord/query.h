#ifndef SERVER_ENCORD_QUERY_H_
#define SERVER_ENCORD_QUERY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace gateway::encord {

// The query part of a request target, in application/x-www-form-urlencoded form as the official
// SDK writes it: blanks as +, UTF-8 percent-encoded in upper-case hex, only A-Z a-z 0-9 - . _ ~
// left alone.
class Query {
 public:
  Query& Add(absl::string_view name, absl::string_view value);
  // Python's spelling: True or False.
  Query& AddBool(absl::string_view name, bool value);
  Query& AddInt(absl::string_view name, int value);

  // `path`, then "?" and the parameters if there are any.
  std::string AppendTo(absl::string_view path) const;

 private:
  std::string text_;
};

// One segment of a path, percent-encoded.
std::string PathSegment(absl::string_view text);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_QUERY_H_
