#ifndef TOOLS_SANDBOX_QUERY_H_
#define TOOLS_SANDBOX_QUERY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/sandbox/result.h"
#include "tools/sandbox/store.h"

namespace sandbox {

// Undoes percent-encoding; a `%` that starts no code stays as it is.
std::string PercentDecode(std::string_view text);

// The decoded query of a request target: `+` and %XX decoded, keys may repeat,
// unknown keys are no error.
class Query {
 public:
  Query() = default;
  // `text` is what follows the `?`.
  explicit Query(std::string_view text);

  std::optional<std::string> Text(std::string_view name) const;
  std::vector<std::string> All(std::string_view name) const;
  // True/False in any case; anything else is an INVALID_ARGUMENTS error.
  Result<std::optional<bool>> Bool(std::string_view name) const;
  Result<std::optional<int64_t>> Int(std::string_view name) const;
  // The kept form (date.h).
  Result<std::optional<std::string>> Date(std::string_view name) const;
  // All values of a repeated key, in the canonical spelling.
  Result<std::vector<std::string>> Uuids(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

// Adds the filters createdBefore, createdAfter, editedBefore and editedAfter on
// the columns created_at and last_edited_at.
Result<void> AddDateFilters(SqlFilter& filter, const Query& query);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_QUERY_H_
