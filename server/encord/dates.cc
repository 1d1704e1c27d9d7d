#include "server/encord/dates.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"

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

// Reads "2026-01-15T10:20:30" with up to nine digits of fraction and "Z" or "+00:00": the form of
// nearly all dates, for which absl::ParseTime takes many times as long. nullopt: any other form.
std::optional<absl::Time> ParseUsualDate(absl::string_view text) {
  constexpr absl::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() < kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '0' ? !absl::ascii_isdigit(text[i]) : text[i] != kShape[i]) {
      return std::nullopt;
    }
  }
  const auto number = [text](std::size_t begin, std::size_t size) {
    int value = 0;
    for (const char digit : text.substr(begin, size)) value = 10 * value + (digit - '0');
    return value;
  };
  const absl::CivilSecond civil(number(0, 4), number(5, 2), number(8, 2), number(11, 2),
                                number(14, 2), number(17, 2));
  // What is out of range would be carried over.
  if (civil.month() != number(5, 2) || civil.day() != number(8, 2) ||
      civil.hour() != number(11, 2) || civil.minute() != number(14, 2) ||
      civil.second() != number(17, 2)) {
    return std::nullopt;
  }
  text.remove_prefix(kShape.size());
  int64_t nanoseconds = 0;
  if (absl::ConsumePrefix(&text, ".")) {
    int64_t unit = 100'000'000;
    for (; unit > 0 && !text.empty() && absl::ascii_isdigit(text[0]); text.remove_prefix(1)) {
      nanoseconds += unit * (text[0] - '0');
      unit /= 10;
    }
    if (unit == 100'000'000) return std::nullopt;  // no digit
  }
  if (text != "Z" && text != "+00:00") return std::nullopt;
  return absl::UnixEpoch() + absl::Seconds(civil - absl::CivilSecond(1970)) +
         absl::Nanoseconds(nanoseconds);
}

}  // namespace

std::optional<absl::Time> ParseDate(absl::string_view text) {
  if (const auto usual = ParseUsualDate(text)) return IfTimestamp(*usual);
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
