#include "server/http/request_writer.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gateway::http {
namespace {

// Up to this size a copy costs less than a second buffer.
constexpr std::size_t kSmallBody = std::size_t{16} << 10;

constexpr std::array<absl::string_view, 5> kOwnHeaders = {"host", "connection", "content-length",
                                                          "transfer-encoding", "accept-encoding"};

constexpr auto kTokenCharacters = [] {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (const char c : absl::string_view("!#$%&'*+-.^_`|~")) table[c] = true;
  return table;
}();

bool IsToken(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return kTokenCharacters[c]; });
}

bool IsTarget(absl::string_view text) {
  return absl::StartsWith(text, "/") && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return c > ' ' && c != 0x7f;
         });
}

bool IsFieldValue(absl::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool IsOwnHeader(absl::string_view name) {
  return std::any_of(kOwnHeaders.begin(), kOwnHeaders.end(),
                     [name](absl::string_view own) { return absl::EqualsIgnoreCase(name, own); });
}

}  // namespace

absl::StatusOr<SerializedRequest> Serialize(const Request& request, absl::string_view host_header) {
  if (!IsTarget(request.target)) {
    return absl::InvalidArgumentError("the request target is not a path without spaces");
  }
  constexpr std::size_t kOwnHeaderBytes = 128;
  std::size_t size = kOwnHeaderBytes + request.target.size() + host_header.size();
  for (const Header& header : request.headers) {
    // The messages name no value: it may be a secret.
    if (!IsToken(header.name)) {
      return absl::InvalidArgumentError("the name of a request header is not a token");
    }
    if (IsOwnHeader(header.name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the request header ", header.name, " is the client's own"));
    }
    if (!IsFieldValue(header.value)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the request header ", header.name, " holds CR, LF or NUL"));
    }
    size += header.name.size() + header.value.size() + absl::string_view(": \r\n").size();
  }
  const bool small_body = request.body.size() <= kSmallBody;

  SerializedRequest result;
  std::string& head = result.head;
  head.reserve(size + (small_body ? request.body.size() : 0));
  head += MethodName(request.method);
  absl::StrAppend(&head, " ", request.target, " HTTP/1.1\r\nHost: ", host_header,
                  "\r\nAccept-Encoding: gzip\r\n");
  if (!request.body.empty() || request.method != Method::kGet) {
    absl::StrAppend(&head, "Content-Length: ", request.body.size(), "\r\n");
  }
  for (const Header& header : request.headers) {
    absl::StrAppend(&head, header.name, ": ", header.value, "\r\n");
  }
  head += "\r\n";
  if (small_body) {
    head += request.body;
  } else {
    result.body = request.body;
  }
  return result;
}

}  // namespace gateway::http
