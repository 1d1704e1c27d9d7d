#include "server/encord/json.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "boost/json/array.hpp"
#include "boost/json/object.hpp"
#include "server/encord/dates.h"
#include "server/encord/error.h"
#include "server/string_view.h"

namespace gateway::encord {
namespace {

// gRPC clients read messages nested up to 100 levels; every JSON level takes two.
constexpr int kMaxDepth = 48;

std::string SnakeCase(absl::string_view camel_case) {
  std::string out;
  for (const char c : camel_case) {
    if (absl::ascii_isupper(c)) out += '_';
    out += static_cast<char>(absl::ascii_tolower(c));
  }
  return out;
}

// A parser allocates some 20 KiB before it sees any JSON, and some 14 bytes for each byte of a
// text, most of which it never touches. So each thread keeps one for the next text, unless a text
// has made it larger than the answers of an export do.
constexpr size_t kLargestSpareCapacity = 2 << 20;
thread_local std::unique_ptr<simdjson::dom::parser> spare_parser;

absl::Status ToValue(Json element, int depth, google::protobuf::Value* out);

absl::Status ToStruct(simdjson::dom::object object, int depth, google::protobuf::Struct* out) {
  auto* fields = out->mutable_fields();
  for (const auto [key, value] : object) {
    if (auto status = ToValue(value, depth, &(*fields)[std::string(key)]); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status ToValue(Json element, int depth, google::protobuf::Value* out) {
  // Of members with the same name the last one counts.
  out->Clear();
  if (depth > kMaxDepth) return UnexpectedAnswer("JSON is nested too deeply");
  switch (element.type()) {
    case simdjson::dom::element_type::ARRAY: {
      const simdjson::dom::array array = element.get_array().value_unsafe();
      out->mutable_list_value();
      for (const Json item : array) {
        auto status = ToValue(item, depth + 1, out->mutable_list_value()->add_values());
        if (!status.ok()) return status;
      }
      break;
    }
    case simdjson::dom::element_type::OBJECT:
      return ToStruct(element.get_object().value_unsafe(), depth + 1, out->mutable_struct_value());
    case simdjson::dom::element_type::STRING:
      out->set_string_value(std::string(element.get_string().value_unsafe()));
      break;
    case simdjson::dom::element_type::BOOL:
      out->set_bool_value(element.get_bool().value_unsafe());
      break;
    case simdjson::dom::element_type::NULL_VALUE:
      out->set_null_value(google::protobuf::NULL_VALUE);
      break;
    default:
      out->set_number_value(element.get_double().value_unsafe());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<JsonDocument> JsonDocument::Parse(absl::string_view text) {
  if (spare_parser == nullptr) spare_parser = std::make_unique<simdjson::dom::parser>();
  JsonDocument document(std::move(spare_parser));
  const auto error = document.parser_->parse(text.data(), text.size()).get(document.root_);
  if (error != simdjson::SUCCESS) {
    return UnexpectedAnswer(absl::StrCat("not JSON: ", simdjson::error_message(error)));
  }
  return document;
}

JsonDocument::~JsonDocument() {
  if (parser_ == nullptr || parser_->capacity() > kLargestSpareCapacity) return;
  spare_parser = std::move(parser_);
}

ObjectReader::ObjectReader(absl::string_view name, Json element) : name_(name) {
  if (element.get_object().get(object_) != simdjson::SUCCESS) {
    status_ = UnexpectedAnswer(absl::StrCat(name, " is not an object"));
  }
}

void ObjectReader::Update(const absl::Status& status) {
  if (status_.ok()) status_ = status;
}

void ObjectReader::Fail(absl::string_view member, absl::string_view expected) {
  Update(UnexpectedAnswer(absl::StrCat("member ", member, " of ", name_, " is not ", expected)));
}

std::optional<Json> ObjectReader::OptionalMember(absl::string_view member) {
  if (!status_.ok()) return std::nullopt;
  Json element;
  if (object_.at_key(StdView(member)).get(element) != simdjson::SUCCESS) {
    const std::string snake_case = SnakeCase(member);
    if (snake_case == StdView(member) ||
        object_.at_key(snake_case).get(element) != simdjson::SUCCESS) {
      return std::nullopt;
    }
  }
  if (element.is_null()) return std::nullopt;
  return element;
}

Json ObjectReader::Member(absl::string_view member) {
  const std::optional<Json> element = OptionalMember(member);
  if (!element) Fail(member, "there");
  return element.value_or(Json());
}

std::optional<std::string> ObjectReader::OptionalText(absl::string_view member) {
  const std::optional<Json> element = OptionalMember(member);
  if (!element) return std::nullopt;
  std::string_view text;
  if (element->get_string().get(text) != simdjson::SUCCESS) {
    Fail(member, "text");
    return std::nullopt;
  }
  return std::string(text);
}

void ObjectReader::Text(absl::string_view member, std::string* out) {
  if (auto text = OptionalText(member)) {
    *out = *std::move(text);
  } else {
    Fail(member, "text");
  }
}

std::optional<double> ObjectReader::OptionalNumber(absl::string_view member) {
  const std::optional<Json> element = OptionalMember(member);
  if (!element) return std::nullopt;
  double number = 0;
  if (element->get_double().get(number) != simdjson::SUCCESS) {
    Fail(member, "a number");
    return std::nullopt;
  }
  return number;
}

std::optional<int64_t> ObjectReader::OptionalInt(absl::string_view member) {
  const std::optional<double> number = OptionalNumber(member);
  if (!number) return std::nullopt;
  constexpr double kLargestExact = 9007199254740992.0;
  if (!(std::abs(*number) <= kLargestExact)) {
    Fail(member, "an integer");
    return std::nullopt;
  }
  return static_cast<int64_t>(*number);
}

std::optional<int32_t> ObjectReader::OptionalInt32(absl::string_view member) {
  const std::optional<int64_t> number = OptionalInt(member);
  if (!number) return std::nullopt;
  if (*number < INT32_MIN || *number > INT32_MAX) {
    Fail(member, "an integer of 32 bits");
    return std::nullopt;
  }
  return static_cast<int32_t>(*number);
}

void ObjectReader::Int(absl::string_view member, int32_t* out) {
  if (auto number = OptionalInt32(member)) {
    *out = *number;
  } else {
    Fail(member, "an integer of 32 bits");
  }
}

void ObjectReader::OptionalDate(absl::string_view member,
                                absl::FunctionRef<google::protobuf::Timestamp*()> out) {
  const std::optional<Json> element = OptionalMember(member);
  if (!element) return;
  std::string_view text;
  double number = 0;
  if (element->get_string().get(text) == simdjson::SUCCESS) {
    if (auto time = ParseDate(AbslView(text))) {
      SetTimestamp(*time, out());
      return;
    }
  } else if (element->get_double().get(number) == simdjson::SUCCESS) {
    if (auto time = DateFromNumber(number)) {
      SetTimestamp(*time, out());
      return;
    }
  }
  Fail(member, "a date");
}

void ObjectReader::Date(absl::string_view member, google::protobuf::Timestamp* out) {
  bool found = false;
  OptionalDate(member, [&] {
    found = true;
    return out;
  });
  if (!found) Fail(member, "a date");
}

void ObjectReader::OptionalList(absl::string_view member,
                                absl::FunctionRef<absl::Status(Json)> each) {
  if (const std::optional<Json> element = OptionalMember(member)) {
    Update(ForEach(*element, member, each));
  }
}

void ObjectReader::List(absl::string_view member, absl::FunctionRef<absl::Status(Json)> each) {
  const std::optional<Json> element = OptionalMember(member);
  if (!element) {
    Fail(member, "a list");
    return;
  }
  Update(ForEach(*element, member, each));
}

absl::Status ForEach(Json element, absl::string_view name,
                     absl::FunctionRef<absl::Status(Json)> each) {
  simdjson::dom::array array;
  if (element.get_array().get(array) != simdjson::SUCCESS) {
    return UnexpectedAnswer(absl::StrCat(name, " is not a list"));
  }
  for (const Json item : array) {
    if (auto status = each(item); !status.ok()) return status;
  }
  return absl::OkStatus();
}

boost::json::value ToJson(const google::protobuf::Value& value) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kNumberValue: {
      const double number = value.number_value();
      constexpr double kLargestExact = 9007199254740992.0;
      if (std::trunc(number) == number && std::abs(number) <= kLargestExact) {
        return static_cast<int64_t>(number);
      }
      return number;
    }
    case google::protobuf::Value::kStringValue:
      return boost::json::value(value.string_value());
    case google::protobuf::Value::kBoolValue:
      return value.bool_value();
    case google::protobuf::Value::kStructValue:
      return ToJson(value.struct_value());
    case google::protobuf::Value::kListValue: {
      boost::json::array array;
      array.reserve(value.list_value().values_size());
      for (const auto& item : value.list_value().values()) array.push_back(ToJson(item));
      return array;
    }
    default:
      return nullptr;
  }
}

boost::json::object ToJson(const google::protobuf::Struct& object) {
  boost::json::object out;
  for (const auto& [key, value] : object.fields()) out[key] = ToJson(value);
  return out;
}

absl::Status ToStruct(Json element, google::protobuf::Struct* out) {
  simdjson::dom::object object;
  if (element.get_object().get(object) != simdjson::SUCCESS) {
    return UnexpectedAnswer("an object was expected");
  }
  return ToStruct(object, 1, out);
}

}  // namespace gateway::encord
