#ifndef SERVER_ENCORD_JSON_H_
#define SERVER_ENCORD_JSON_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "boost/json/value.hpp"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "simdjson.h"

namespace gateway::encord {

using Json = simdjson::dom::element;

// A parsed JSON text; its elements live as long as the document.
class JsonDocument {
 public:
  // UNKNOWN (reason UNEXPECTED_ANSWER) if `text` is not one complete JSON value.
  static absl::StatusOr<JsonDocument> Parse(absl::string_view text);
  JsonDocument(JsonDocument&&) = default;
  JsonDocument& operator=(JsonDocument&&) = default;
  ~JsonDocument();

  Json root() const { return root_; }

 private:
  explicit JsonDocument(std::unique_ptr<simdjson::dom::parser> parser)
      : parser_(std::move(parser)) {}

  std::unique_ptr<simdjson::dom::parser> parser_;  // null once it is moved from
  Json root_;
};

// Reads the members of one JSON object of Encord. A member asked for in camelCase is also found in
// snake_case, as the official SDK accepts it. The first member that is missing or of the wrong
// type is kept as the error; what follows changes nothing.
class ObjectReader {
 public:
  // `name` is Encord's word for the object (Project, StorageItem), for error messages.
  ObjectReader(absl::string_view name, Json element);

  // Members that must be there and not null.
  void Text(absl::string_view member, std::string* out);
  void Date(absl::string_view member, google::protobuf::Timestamp* out);
  void Int(absl::string_view member, int32_t* out);
  // Calls `each` for every element of a list; the first error of `each` is kept.
  void List(absl::string_view member, absl::FunctionRef<absl::Status(Json)> each);
  Json Member(absl::string_view member);

  // Members that may be missing or null.
  std::optional<std::string> OptionalText(absl::string_view member);
  std::optional<int64_t> OptionalInt(absl::string_view member);
  std::optional<int32_t> OptionalInt32(absl::string_view member);
  std::optional<double> OptionalNumber(absl::string_view member);
  void OptionalDate(absl::string_view member,
                    absl::FunctionRef<google::protobuf::Timestamp*()> out);
  void OptionalList(absl::string_view member, absl::FunctionRef<absl::Status(Json)> each);
  // Null if missing or null.
  std::optional<Json> OptionalMember(absl::string_view member);

  absl::Status status() const { return status_; }
  // Keeps `status` as the error if there is none yet.
  void Update(const absl::Status& status);
  // UNKNOWN naming the object and the member.
  void Fail(absl::string_view member, absl::string_view expected);

 private:
  absl::string_view name_;
  simdjson::dom::object object_;
  absl::Status status_;
};

// Calls `each` for every element of a list. UNKNOWN if `element` is no list.
absl::Status ForEach(Json element, absl::string_view name,
                     absl::FunctionRef<absl::Status(Json)> each);

// Conversions between JSON and google.protobuf.Struct. Whole numbers of a Struct become integers.
boost::json::value ToJson(const google::protobuf::Value& value);
boost::json::object ToJson(const google::protobuf::Struct& object);
// UNKNOWN if the element is no object, or is nested more than 48 levels deep.
absl::Status ToStruct(Json element, google::protobuf::Struct* out);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_JSON_H_
