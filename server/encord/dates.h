#ifndef SERVER_ENCORD_DATES_H_
#define SERVER_ENCORD_DATES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace gateway::encord {

// Reads a date as Encord writes them: ISO 8601 with or without zone and fraction, with T or blank
// ("2026-01-15T10:20:30.123456Z", "2026-01-15 10:20:30"), or "Thu, 15 Jan 2026 10:20:30 GMT|UTC".
// No zone means UTC. nullopt: none of these, or not within the years 1 to 9999, which is what a
// Timestamp holds.
std::optional<absl::Time> ParseDate(absl::string_view text);

// A number as Encord writes dates now and then: Unix seconds, or milliseconds above 2e10.
// nullopt: not within the years 1 to 9999.
std::optional<absl::Time> DateFromNumber(double number);

// Writes a date for Encord's queries and payloads: "2026-01-02T03:04:05+00:00", with six digits of
// fraction if there is one (Python's isoformat).
std::string FormatDate(absl::Time time);

// The same with "Z" in place of "+00:00", as the dataset list takes it.
std::string FormatDateZ(absl::Time time);

absl::Time ToTime(const google::protobuf::Timestamp& timestamp);
void SetTimestamp(absl::Time time, google::protobuf::Timestamp* timestamp);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_DATES_H_
