#ifndef TOOLS_SANDBOX_DATE_H_
#define TOOLS_SANDBOX_DATE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace sandbox {

// Dates are kept as text in UTC with microseconds, "2026-01-15T10:20:30.123456Z",
// which compares like the time itself and is also v2's output form.
std::string FormatDate(absl::Time time);

// Reads a date as clients send it and returns its kept form: ISO 8601 with `Z`,
// an offset or no zone (then UTC), with `T` or a space, with or without
// fraction or time of day; or "Thu, 15 Jan 2026 10:20:30 UTC|GMT".
std::optional<std::string> NormaliseDate(std::string_view text);

// The time of a kept date.
absl::Time ParseKeptDate(std::string_view kept);

// v1's output form of a kept date, "2026-01-15T10:20:30.123456".
std::string V1Date(std::string_view kept);

// The form in v1's label rows, "2026-01-15 10:20:30".
std::string V1PlainDate(std::string_view kept);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_DATE_H_
