#include "server/encord/query.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace gateway::encord {
namespace {

void AppendEncoded(absl::string_view text, absl::string_view blank, std::string& out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else if (c == ' ') {
      absl::StrAppend(&out, blank);
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

}  // namespace

Query& Query::Add(absl::string_view name, absl::string_view value) {
  if (!text_.empty()) text_ += '&';
  AppendEncoded(name, "+", text_);
  text_ += '=';
  AppendEncoded(value, "+", text_);
  return *this;
}

Query& Query::AddBool(absl::string_view name, bool value) {
  return Add(name, value ? "True" : "False");
}

Query& Query::AddInt(absl::string_view name, int value) { return Add(name, absl::StrCat(value)); }

std::string Query::AppendTo(absl::string_view path) const {
  return text_.empty() ? std::string(path) : absl::StrCat(path, "?", text_);
}

std::string PathSegment(absl::string_view text) {
  std::string out;
  AppendEncoded(text, "%20", out);
  return out;
}

}  // namespace gateway::encord
