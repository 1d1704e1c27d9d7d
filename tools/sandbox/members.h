#ifndef TOOLS_SANDBOX_MEMBERS_H_
#define TOOLS_SANDBOX_MEMBERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sandbox/result.h"

namespace sandbox {

// Reading members of the JSON objects that clients send. An absent member and a
// null one are alike. A member of the wrong type is an INVALID_ARGUMENTS error
// that names it.

// The member, or nullptr if it is absent or null, or `object` is no object.
const json::value* FindMember(const json::value& object, std::string_view name);

Result<std::optional<std::string>> OptionalText(const json::value& object, std::string_view name);
Result<std::string> RequiredText(const json::value& object, std::string_view name);
// Like RequiredText, and not only blanks (titles and names).
Result<std::string> RequiredTitle(const json::value& object, std::string_view name);
Result<std::optional<bool>> OptionalBool(const json::value& object, std::string_view name);
Result<std::optional<int64_t>> OptionalInt(const json::value& object, std::string_view name);
Result<int64_t> RequiredInt(const json::value& object, std::string_view name);
Result<std::optional<double>> OptionalNumber(const json::value& object, std::string_view name);
// UUIDs in any accepted spelling, returned in the canonical one.
Result<std::optional<std::string>> OptionalUuid(const json::value& object, std::string_view name);
Result<std::string> RequiredUuid(const json::value& object, std::string_view name);
// Dates in any accepted form, returned in the kept form (date.h).
Result<std::optional<std::string>> OptionalDate(const json::value& object, std::string_view name);
Result<std::optional<std::vector<std::string>>> OptionalTextList(const json::value& object,
                                                                 std::string_view name);
Result<std::optional<std::vector<std::string>>> OptionalUuidList(const json::value& object,
                                                                 std::string_view name);
// Absent or null is an error here.
Result<std::vector<std::string>> RequiredTextList(const json::value& object, std::string_view name);
Result<std::vector<std::string>> RequiredUuidList(const json::value& object, std::string_view name);
Result<json::object> RequiredObject(const json::value& object, std::string_view name);
Result<std::optional<json::object>> OptionalObject(const json::value& object,
                                                   std::string_view name);

// A list of texts given as a JSON value of its own (v1's uid), e.g. label hashes.
Result<std::vector<std::string>> TextListOf(const json::value& value, std::string_view what);

// For answers: text, number, or null.
json::value OrNull(const std::optional<std::string>& text);
json::value OrNull(const std::optional<int64_t>& number);
json::value OrNull(const std::optional<double>& number);

// Parses JSON text that the sandbox itself has kept; null if it is none.
json::value ParseKeptJson(std::string_view text);

// Parses JSON text from a client, nested at most 256 deep, UTF-8 checked. Numbers
// keep their exact value.
std::optional<json::value> ParseJson(std::string_view text);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_MEMBERS_H_
