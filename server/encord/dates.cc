#include "server/encord/dates.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace gateway::encord {
namespace {

std::string FormatWithoutZone(absl::Time time) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const bool whole = utc.At(time).subsecond < absl::Microseconds(1);
  return absl::FormatTime(whole ? "%E4Y-%m-%dT%H:%M:%S" : "%E4Y-%m-%dT%H:%M:%E6S", time, utc);
}

std::optional<absl::Time> IfTimestamp(absl::Time time) {
  constexpr absl::CivilSecond kFirst(1, 1, 1);
  constexpr absl::CivilSecond kEnd(10000, 1, 1);
  const absl::TimeZone utc = absl::UTCTimeZone();
  if (time < absl::FromCivil(kFirst, utc) || time >= absl::FromCivil(kEnd, utc)) {
    return std::nullopt;
  }
  return time;
}

}  // namespace

std::optional<absl::Time> ParseDate(absl::string_view text) {
  constexpr const char* kFormats[] = {
      "%Y-%m-%d%ET%H:%M:%E*S%Ez",
      "%Y-%m-%d%ET%H:%M:%E*S",
      "%Y-%m-%d %H:%M:%E*S",
      "%Y-%m-%d %H:%M:%E*S%Ez",
      "%Y-%m-%d",
  };
  absl::Time time;
  std::string error;
  for (const char* format : kFormats) {
    if (absl::ParseTime(format, text, absl::UTCTimeZone(), &time, &error)) {
      return IfTimestamp(time);
    }
  }
  if (absl::EndsWith(text, " GMT") || absl::EndsWith(text, " UTC")) {
    text.remove_suffix(4);
    if (absl::ParseTime("%a, %d %b %Y %H:%M:%S", text, absl::UTCTimeZone(), &time, &error)) {
      return IfTimestamp(time);
    }
  }
  return std::nullopt;
}

std::optional<absl::Time> DateFromNumber(double number) {
  constexpr double kLargestSeconds = 2e10;
  return IfTimestamp(absl::UnixEpoch() + (number > kLargestSeconds ? absl::Milliseconds(number)
                                                                   : absl::Seconds(number)));
}

std::string FormatDate(absl::Time time) { return absl::StrCat(FormatWithoutZone(time), "+00:00"); }

std::string FormatDateZ(absl::Time time) { return absl::StrCat(FormatWithoutZone(time), "Z"); }

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::UnixEpoch() + absl::Seconds(timestamp.seconds()) +
         absl::Nanoseconds(timestamp.nanos());
}

void SetTimestamp(absl::Time time, google::protobuf::Timestamp* timestamp) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp->set_seconds(seconds);
  timestamp->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

}  // namespace gateway::encord
