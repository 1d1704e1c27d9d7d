#ifndef SERVER_ACTIONS_VALIDATOR_H_
#define SERVER_ACTIONS_VALIDATOR_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/timestamp.pb.h"
#include "server/encord/error.h"

namespace gateway::actions {

// Collects what is wrong with a request.
class Validator {
 public:
  // A UUID in its canonical form of 36 characters, in any letter case.
  void Uuid(std::string_view field, std::string_view value);
  // UUIDs, each once, `least` to `most` of them.
  template <class Values>
  void Uuids(std::string_view field, const Values& values, int least, int most);
  // Text of `least` to `most` Unicode characters, without NUL.
  void Text(std::string_view field, std::string_view value, int least, int most);
  // One of the allowed values, in any letter case.
  void OneOf(std::string_view field, std::string_view value,
             std::span<const std::string_view> allowed);
  // An email address: something on both sides of one @, no blanks.
  void Email(std::string_view field, std::string_view value);
  // A time of the years 1 to 9999.
  void Time(std::string_view field, bool has, const google::protobuf::Timestamp& value);
  void Range(std::string_view field, int64_t value, int64_t least, int64_t most);
  void Fail(std::string_view field, std::string_view description);

  bool ok() const { return violations_.empty(); }
  // OK, or INVALID_ARGUMENT with every violation.
  absl::Status status() const;

 private:
  bool Count(std::string_view field, int count, int least, int most);
  void NoDuplicate(std::string_view field, std::vector<std::string_view> values);

  std::vector<encord::FieldViolation> violations_;
};

// The canonical form: 8-4-4-4-12 hexadecimal digits.
bool IsUuid(std::string_view text);

// "field[3]".
std::string Indexed(std::string_view field, int index);

// Titles and descriptions that Encord is sent.
inline constexpr int kMaxTitle = 1000;
inline constexpr int kMaxDescription = 10000;
inline constexpr int kMaxHashes = 10000;

template <class Values>
void Validator::Uuids(std::string_view field, const Values& values, int least, int most) {
  if (!Count(field, static_cast<int>(values.size()), least, most)) return;
  int index = 0;
  for (const auto& value : values) Uuid(Indexed(field, index++), value);
  NoDuplicate(field, {values.begin(), values.end()});
}

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_VALIDATOR_H_
