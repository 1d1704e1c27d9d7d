#include "tools/sandbox/query.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "tools/sandbox/date.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = absl::ascii_tolower(static_cast<unsigned char>(c));
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string FormDecode(std::string_view text) {
  std::string spaced(text);
  for (char& c : spaced) {
    if (c == '+') c = ' ';
  }
  return PercentDecode(spaced);
}

}  // namespace

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      int high = HexDigit(text[i + 1]);
      int low = HexDigit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    decoded += text[i];
  }
  return decoded;
}

Query::Query(std::string_view text) {
  while (!text.empty()) {
    size_t end = text.find('&');
    std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    size_t equals = pair.find('=');
    std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    parameters_.emplace_back(FormDecode(pair.substr(0, equals)), FormDecode(value));
  }
}

std::optional<std::string> Query::Text(std::string_view name) const {
  for (const auto& [key, value] : parameters_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string> Query::All(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : parameters_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

Result<std::optional<bool>> Query::Bool(std::string_view name) const {
  std::optional<std::string> text = Text(name);
  if (!text.has_value()) return std::nullopt;
  if (absl::EqualsIgnoreCase(*text, "true")) return true;
  if (absl::EqualsIgnoreCase(*text, "false")) return false;
  return InvalidArguments(std::string(name) + " must be true or false");
}

Result<std::optional<int64_t>> Query::Int(std::string_view name) const {
  std::optional<std::string> text = Text(name);
  if (!text.has_value()) return std::nullopt;
  int64_t number;
  if (!absl::SimpleAtoi(*text, &number)) {
    return InvalidArguments(std::string(name) + " must be an integer");
  }
  return number;
}

Result<std::optional<std::string>> Query::Date(std::string_view name) const {
  std::optional<std::string> text = Text(name);
  if (!text.has_value()) return std::nullopt;
  std::optional<std::string> date = NormaliseDate(*text);
  if (!date.has_value()) return InvalidArguments(std::string(name) + " must be a date");
  return date;
}

Result<std::vector<std::string>> Query::Uuids(std::string_view name) const {
  std::vector<std::string> uuids;
  for (const std::string& text : All(name)) {
    std::optional<std::string> uuid = NormaliseUuid(text);
    if (!uuid.has_value()) return InvalidArguments(std::string(name) + " must be a UUID");
    uuids.push_back(*std::move(uuid));
  }
  return uuids;
}

Result<void> AddDateFilters(SqlFilter& filter, const Query& query) {
  for (auto [name, condition] : {std::pair{"createdBefore", "created_at < ?"},
                                 {"createdAfter", "created_at > ?"},
                                 {"editedBefore", "last_edited_at < ?"},
                                 {"editedAfter", "last_edited_at > ?"}}) {
    ASSIGN_OR_RETURN(std::optional<std::string> date, query.Date(name));
    filter.AddIf(condition, date);
  }
  return {};
}

}  // namespace sandbox
