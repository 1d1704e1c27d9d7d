#include "tools/sandbox/date.h"

#include "absl/strings/string_view.h"

namespace sandbox {
namespace {

std::optional<absl::Time> Parse(std::string_view text) {
  std::string iso(text);
  if (iso.size() > 10 && iso[10] == ' ' && iso[4] == '-') iso[10] = 'T';
  for (const char* zone : {" UTC", " GMT"}) {
    if (iso.ends_with(zone)) iso.resize(iso.size() - 4);
  }
  for (const char* format :
       {"%Y-%m-%d%ET%H:%M:%E*S%Ez", "%Y-%m-%d%ET%H:%M:%E*S", "%Y-%m-%d", "%a, %d %b %Y %H:%M:%S"}) {
    absl::Time time;
    std::string error;
    if (absl::ParseTime(format, iso, absl::UTCTimeZone(), &time, &error)) return time;
  }
  return std::nullopt;
}

}  // namespace

std::string FormatDate(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

std::optional<std::string> NormaliseDate(std::string_view text) {
  std::optional<absl::Time> time = Parse(text);
  // "infinite-future" is a time to Abseil, and no date.
  if (!time.has_value() || *time == absl::InfiniteFuture() || *time == absl::InfinitePast()) {
    return std::nullopt;
  }
  return FormatDate(*time);
}

absl::Time ParseKeptDate(std::string_view kept) { return Parse(kept).value_or(absl::UnixEpoch()); }

std::string V1Date(std::string_view kept) {
  return std::string(kept.substr(0, kept.size() - kept.ends_with('Z')));
}

std::string V1PlainDate(std::string_view kept) {
  std::string text(kept.substr(0, 19));
  if (text.size() == 19) text[10] = ' ';
  return text;
}

}  // namespace sandbox
