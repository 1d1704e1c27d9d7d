#include "tools/sandbox/members.h"

#include <simdjson.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "absl/strings/ascii.h"
#include "tools/sandbox/date.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr size_t kMaximumDepth = 256;

ApiError WrongType(std::string_view name, const char* expected) {
  return InvalidArguments(std::string(name) + " must be " + expected);
}

ApiError Missing(std::string_view name) {
  return InvalidArguments(std::string(name) + " is missing");
}

template <typename T>
Result<T> Require(Result<std::optional<T>> optional, std::string_view name) {
  if (!optional.ok()) return std::move(optional).error();
  if (!optional->has_value()) return Missing(name);
  return **std::move(optional);
}

Result<std::vector<std::string>> Texts(const json::value& value, std::string_view name) {
  const json::array* array = value.if_array();
  if (array == nullptr) return WrongType(name, "a list of texts");
  std::vector<std::string> texts;
  texts.reserve(array->size());
  for (const json::value& element : *array) {
    const json::string* text = element.if_string();
    if (text == nullptr) return WrongType(name, "a list of texts");
    texts.emplace_back(text->data(), text->size());
  }
  return texts;
}

json::value FromSimdjson(simdjson::dom::element element) {
  switch (element.type()) {
    case simdjson::dom::element_type::OBJECT: {
      json::object object;
      for (auto [key, value] : simdjson::dom::object(element)) object[key] = FromSimdjson(value);
      return object;
    }
    case simdjson::dom::element_type::ARRAY: {
      json::array array;
      for (simdjson::dom::element value : simdjson::dom::array(element)) {
        array.push_back(FromSimdjson(value));
      }
      return array;
    }
    case simdjson::dom::element_type::STRING:
      return json::string(std::string_view(element));
    case simdjson::dom::element_type::INT64:
      return int64_t{element};
    case simdjson::dom::element_type::UINT64:
      return uint64_t{element};
    case simdjson::dom::element_type::DOUBLE:
      return double{element};
    case simdjson::dom::element_type::BOOL:
      return bool{element};
    case simdjson::dom::element_type::NULL_VALUE:
      return nullptr;
  }
  return nullptr;
}

}  // namespace

const json::value* FindMember(const json::value& object, std::string_view name) {
  const json::object* members = object.if_object();
  if (members == nullptr) return nullptr;
  const json::value* member = members->if_contains(name);
  return member == nullptr || member->is_null() ? nullptr : member;
}

Result<std::optional<std::string>> OptionalText(const json::value& object, std::string_view name) {
  const json::value* member = FindMember(object, name);
  if (member == nullptr) return std::nullopt;
  const json::string* text = member->if_string();
  if (text == nullptr) return WrongType(name, "a text");
  return std::string(text->data(), text->size());
}

Result<std::string> RequiredText(const json::value& object, std::string_view name) {
  return Require(OptionalText(object, name), name);
}

Result<std::string> RequiredTitle(const json::value& object, std::string_view name) {
  ASSIGN_OR_RETURN(std::string title, RequiredText(object, name));
  if (absl::StripAsciiWhitespace(title).empty()) {
    return InvalidArguments(std::string(name) + " must not be empty");
  }
  return title;
}

Result<std::optional<bool>> OptionalBool(const json::value& object, std::string_view name) {
  const json::value* member = FindMember(object, name);
  if (member == nullptr) return std::nullopt;
  const bool* boolean = member->if_bool();
  if (boolean == nullptr) return WrongType(name, "true or false");
  return *boolean;
}

Result<std::optional<int64_t>> OptionalInt(const json::value& object, std::string_view name) {
  const json::value* member = FindMember(object, name);
  if (member == nullptr) return std::nullopt;
  const int64_t* number = member->if_int64();
  if (number == nullptr) return WrongType(name, "an integer");
  return *number;
}

Result<int64_t> RequiredInt(const json::value& object, std::string_view name) {
  return Require(OptionalInt(object, name), name);
}

Result<std::optional<double>> OptionalNumber(const json::value& object, std::string_view name) {
  const json::value* member = FindMember(object, name);
  if (member == nullptr) return std::nullopt;
  if (!member->is_number()) return WrongType(name, "a number");
  return member->to_number<double>();
}

Result<std::optional<std::string>> OptionalUuid(const json::value& object, std::string_view name) {
  ASSIGN_OR_RETURN(std::optional<std::string> text, OptionalText(object, name));
  if (!text.has_value()) return std::nullopt;
  std::optional<std::string> uuid = NormaliseUuid(*text);
  if (!uuid.has_value()) return WrongType(name, "a UUID");
  return uuid;
}

Result<std::string> RequiredUuid(const json::value& object, std::string_view name) {
  return Require(OptionalUuid(object, name), name);
}

Result<std::optional<std::string>> OptionalDate(const json::value& object, std::string_view name) {
  ASSIGN_OR_RETURN(std::optional<std::string> text, OptionalText(object, name));
  if (!text.has_value()) return std::nullopt;
  std::optional<std::string> date = NormaliseDate(*text);
  if (!date.has_value()) return InvalidDateFormat(std::string(name) + " must be a date");
  return date;
}

Result<std::optional<std::vector<std::string>>> OptionalTextList(const json::value& object,
                                                                 std::string_view name) {
  const json::value* member = FindMember(object, name);
  if (member == nullptr) return std::nullopt;
  ASSIGN_OR_RETURN(std::vector<std::string> texts, Texts(*member, name));
  return std::optional(std::move(texts));
}

Result<std::optional<std::vector<std::string>>> OptionalUuidList(const json::value& object,
                                                                 std::string_view name) {
  ASSIGN_OR_RETURN(std::optional<std::vector<std::string>> texts, OptionalTextList(object, name));
  if (!texts.has_value()) return std::nullopt;
  for (std::string& text : *texts) {
    std::optional<std::string> uuid = NormaliseUuid(text);
    if (!uuid.has_value()) return WrongType(name, "a list of UUIDs");
    text = *std::move(uuid);
  }
  return texts;
}

Result<std::vector<std::string>> RequiredTextList(const json::value& object,
                                                  std::string_view name) {
  return Require(OptionalTextList(object, name), name);
}

Result<std::vector<std::string>> RequiredUuidList(const json::value& object,
                                                  std::string_view name) {
  return Require(OptionalUuidList(object, name), name);
}

Result<std::optional<json::object>> OptionalObject(const json::value& object,
                                                   std::string_view name) {
  const json::value* member = FindMember(object, name);
  if (member == nullptr) return std::nullopt;
  const json::object* members = member->if_object();
  if (members == nullptr) return WrongType(name, "an object");
  return *members;
}

Result<json::object> RequiredObject(const json::value& object, std::string_view name) {
  return Require(OptionalObject(object, name), name);
}

Result<std::vector<std::string>> TextListOf(const json::value& value, std::string_view what) {
  return Texts(value, what);
}

json::value OrNull(const std::optional<std::string>& text) {
  return text.has_value() ? json::value(*text) : json::value(nullptr);
}

json::value OrNull(const std::optional<int64_t>& number) {
  return number.has_value() ? json::value(*number) : json::value(nullptr);
}

json::value OrNull(const std::optional<double>& number) {
  return number.has_value() ? json::value(*number) : json::value(nullptr);
}

json::value ParseKeptJson(std::string_view text) { return ParseJson(text).value_or(nullptr); }

std::optional<json::value> ParseJson(std::string_view text) {
  // Boost.JSON reads about every tenth coordinate off by one unit in the last
  // place, so that labels would not come back as they were sent.
  simdjson::dom::parser parser;
  if (parser.allocate(text.size(), kMaximumDepth) != simdjson::SUCCESS) return std::nullopt;
  simdjson::dom::element root;
  simdjson::error_code error = parser.parse(simdjson::padded_string(text)).get(root);
  if (error == simdjson::SUCCESS) return FromSimdjson(root);
  if (error != simdjson::NUMBER_ERROR) return std::nullopt;
  // simdjson has no place for integers beyond 64 bits.
  json::parse_options options;
  options.max_depth = kMaximumDepth;
  json::error_code boost_error;
  json::value value = json::parse(text, boost_error, {}, options);
  if (boost_error) return std::nullopt;
  return value;
}

}  // namespace sandbox
