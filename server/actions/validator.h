#ifndef SERVER_ACTIONS_VALIDATOR_H_
#define SERVER_ACTIONS_VALIDATOR_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "server/encord/error.h"

namespace gateway::actions {

// Collects what is wrong with a request.
class Validator {
 public:
  // A UUID in its canonical form of 36 characters, in any letter case.
  void Uuid(absl::string_view field, absl::string_view value);
  // UUIDs, each once, `least` to `most` of them.
  template <class Values>
  void Uuids(absl::string_view field, const Values& values, int least, int most);
  // Text of `least` to `most` Unicode characters, without NUL.
  void Text(absl::string_view field, absl::string_view value, int least, int most);
  // Texts of 1 to `longest` Unicode characters, each once, at most `most` of them.
  template <class Values>
  void Texts(absl::string_view field, const Values& values, int longest, int most);
  // One of the allowed values, in any letter case.
  void OneOf(absl::string_view field, absl::string_view value,
             std::span<const absl::string_view> allowed);
  // An email address: something on both sides of one @, no blanks.
  void Email(absl::string_view field, absl::string_view value);
  // A time of the years 1 to 9999.
  void Time(absl::string_view field, bool has, const google::protobuf::Timestamp& value);
  void Range(absl::string_view field, int64_t value, int64_t least, int64_t most);
  // A JSON object. JSON has no numbers that are infinite or NaN.
  void Json(absl::string_view field, const google::protobuf::Struct& object);
  void Fail(absl::string_view field, absl::string_view description);

  bool ok() const { return violations_.empty(); }
  // OK, or INVALID_ARGUMENT with every violation.
  absl::Status status() const;

 private:
  bool Count(absl::string_view field, int count, int least, int most);
  void NoDuplicate(absl::string_view field, std::vector<absl::string_view> values);

  std::vector<encord::FieldViolation> violations_;
};

// The canonical form: 8-4-4-4-12 hexadecimal digits.
bool IsUuid(absl::string_view text);

// "field[3]".
std::string Indexed(absl::string_view field, int index);

// Titles and descriptions that Encord is sent.
inline constexpr int kMaxTitle = 1000;
inline constexpr int kMaxDescription = 10000;
inline constexpr int kMaxHashes = 10000;

template <class Values>
void Validator::Uuids(absl::string_view field, const Values& values, int least, int most) {
  if (!Count(field, static_cast<int>(values.size()), least, most)) return;
  int index = 0;
  for (const auto& value : values) Uuid(Indexed(field, index++), value);
  NoDuplicate(field, {values.begin(), values.end()});
}

template <class Values>
void Validator::Texts(absl::string_view field, const Values& values, int longest, int most) {
  if (!Count(field, static_cast<int>(values.size()), 0, most)) return;
  int index = 0;
  for (const auto& value : values) Text(Indexed(field, index++), value, 1, longest);
  NoDuplicate(field, {values.begin(), values.end()});
}

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_VALIDATOR_H_
