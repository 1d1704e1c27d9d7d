#include "server/actions/validator.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace gateway::actions {
namespace {

// A request with thousands of mistakes is answered with the first of them.
constexpr size_t kMaxViolations = 20;

int CountCharacters(absl::string_view utf8) {
  return static_cast<int>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool IsFinite(const google::protobuf::Struct& object);

bool IsFinite(const google::protobuf::Value& value) {
  if (value.has_struct_value()) return IsFinite(value.struct_value());
  const auto& values = value.list_value().values();
  return std::isfinite(value.number_value()) &&
         std::all_of(values.begin(), values.end(),
                     [](const auto& element) { return IsFinite(element); });
}

bool IsFinite(const google::protobuf::Struct& object) {
  return std::all_of(object.fields().begin(), object.fields().end(),
                     [](const auto& member) { return IsFinite(member.second); });
}

}  // namespace

bool IsUuid(absl::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !absl::ascii_isxdigit(text[i])) return false;
  }
  return true;
}

std::string Indexed(absl::string_view field, int index) {
  return absl::StrCat(field, "[", index, "]");
}

void Validator::Fail(absl::string_view field, absl::string_view description) {
  if (violations_.size() < kMaxViolations) {
    violations_.push_back({std::string(field), std::string(description)});
  }
}

absl::Status Validator::status() const {
  return ok() ? absl::OkStatus() : encord::InvalidArgument(violations_);
}

void Validator::Json(absl::string_view field, const google::protobuf::Struct& object) {
  if (!IsFinite(object)) Fail(field, "must have no number that is infinite or NaN");
}

void Validator::Uuid(absl::string_view field, absl::string_view value) {
  if (value.empty()) {
    Fail(field, "must be given: a UUID such as 123e4567-e89b-42d3-a456-426614174000");
  } else if (!IsUuid(value)) {
    Fail(field, "must be a UUID such as 123e4567-e89b-42d3-a456-426614174000");
  }
}

bool Validator::Count(absl::string_view field, int count, int least, int most) {
  if (count >= least && count <= most) return true;
  Fail(field, absl::StrCat("must have ", least, " to ", most, " values, has ", count));
  return false;
}

void Validator::NoDuplicate(absl::string_view field, std::vector<absl::string_view> values) {
  std::sort(values.begin(), values.end());
  const auto duplicate = std::adjacent_find(values.begin(), values.end());
  if (duplicate != values.end()) {
    Fail(field, absl::StrCat("must name each value once, names ", *duplicate, " twice"));
  }
}

void Validator::Text(absl::string_view field, absl::string_view value, int least, int most) {
  const int characters = CountCharacters(value);
  if (characters < least || characters > most) {
    Fail(field, absl::StrCat("must have ", least, " to ", most, " characters, has ", characters));
  } else if (absl::StrContains(value, absl::string_view("\0", 1))) {
    Fail(field, "must not contain NUL");
  } else if (least > 0 && absl::StripAsciiWhitespace(value).empty()) {
    Fail(field, "must not be blank");
  }
}

void Validator::OneOf(absl::string_view field, absl::string_view value,
                      std::span<const absl::string_view> allowed) {
  const bool found = std::any_of(allowed.begin(), allowed.end(), [&](absl::string_view candidate) {
    return absl::EqualsIgnoreCase(candidate, value);
  });
  if (!found) Fail(field, absl::StrCat("must be one of ", absl::StrJoin(allowed, ", ")));
}

void Validator::Email(absl::string_view field, absl::string_view value) {
  constexpr size_t kLongest = 320;
  const size_t at = value.find('@');
  const bool blank =
      std::any_of(value.begin(), value.end(), [](unsigned char c) { return c <= ' '; });
  if (blank || at == 0 || at == absl::string_view::npos || at + 1 == value.size() ||
      value.find('@', at + 1) != absl::string_view::npos || value.size() > kLongest) {
    Fail(field, "must be an email address");
  }
}

void Validator::Time(absl::string_view field, bool has, const google::protobuf::Timestamp& value) {
  constexpr int64_t kYear1 = -62135596800;
  constexpr int64_t kYear9999 = 253402300799;
  if (has && (value.seconds() < kYear1 || value.seconds() > kYear9999 || value.nanos() < 0 ||
              value.nanos() > 999999999)) {
    Fail(field, "must be a time from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z");
  }
}

void Validator::Range(absl::string_view field, int64_t value, int64_t least, int64_t most) {
  if (value < least || value > most) {
    Fail(field, absl::StrCat("must be ", least, " to ", most, ", is ", value));
  }
}

}  // namespace gateway::actions
