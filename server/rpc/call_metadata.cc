#include "server/rpc/call_metadata.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/rpc/status.h"

namespace gateway::rpc {
namespace {

constexpr std::size_t kTraceIdDigits = 32;

std::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

// The value of a key that is there exactly once.
std::optional<std::string_view> Find(const CallMetadata& metadata, const char* key) {
  const auto [first, last] = metadata.equal_range(key);
  if (first == last || std::next(first) != last) return std::nullopt;
  return View(first->second);
}

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
}

// The trace id that `text` begins with, if there is one and it is not all zeros.
std::optional<std::string> ReadTraceId(std::string_view text) {
  const std::string_view digits = text.substr(0, kTraceIdDigits);
  if (digits.size() != kTraceIdDigits || !IsHex(digits) ||
      digits.find_first_not_of('0') == digits.npos) {
    return std::nullopt;
  }
  std::string trace_id(digits);
  absl::AsciiStrToLower(&trace_id);
  return trace_id;
}

// "TRACE_ID", "TRACE_ID/SPAN_ID" or "TRACE_ID/SPAN_ID;o=OPTIONS".
std::optional<std::string> ReadCloudTraceContext(std::string_view text) {
  if (text.size() > kTraceIdDigits && text[kTraceIdDigits] != '/') return std::nullopt;
  return ReadTraceId(text);
}

// "VERSION-TRACE_ID-PARENT_ID-FLAGS"; later versions may go on after the flags.
std::optional<std::string> ReadTraceparent(std::string_view text) {
  constexpr std::size_t kSize = 2 + 1 + kTraceIdDigits + 1 + 16 + 1 + 2;
  if (text.size() < kSize || text[2] != '-' || text[35] != '-' || text[52] != '-' ||
      !IsHex(text.substr(0, 2)) || text.substr(0, 2) == "ff" || !IsHex(text.substr(36, 16)) ||
      !IsHex(text.substr(53, 2)) || (text.substr(0, 2) == "00" && text.size() != kSize)) {
    return std::nullopt;
  }
  return ReadTraceId(text.substr(3));
}

std::string RandomTraceId() {
  thread_local absl::BitGen random;
  return absl::StrCat(
      absl::Hex(absl::Uniform<std::uint64_t>(random), absl::kZeroPad16),
      absl::Hex(absl::Uniform<std::uint64_t>(absl::IntervalClosed, random, 1, ~std::uint64_t{0}),
                absl::kZeroPad16));
}

}  // namespace

absl::StatusOr<encord::Credential> CredentialOf(
    const CallMetadata& metadata, const std::optional<encord::Credential>& server_credential) {
  constexpr std::string_view kScheme = "bearer ";
  if (metadata.find("authorization") == metadata.end()) {
    if (server_credential) return *server_credential;
    return CredentialsError("CREDENTIALS_MISSING",
                            "this gateway has no key of its own: send \"authorization: Bearer "
                            "TOKEN\" with an Encord bearer token");
  }
  const auto value = Find(metadata, "authorization");
  if (value &&
      absl::EqualsIgnoreCase(std::string(value->substr(0, kScheme.size())), std::string(kScheme))) {
    auto credential = encord::Credential::FromBearerToken(value->substr(kScheme.size()));
    if (credential.ok()) return credential;
  }
  return CredentialsError("CREDENTIALS_MALFORMED",
                          "the metadata \"authorization\" must be there once, as \"Bearer TOKEN\"");
}

std::string TraceIdOf(const CallMetadata& metadata) {
  if (const auto value = Find(metadata, "x-cloud-trace-context")) {
    if (auto trace_id = ReadCloudTraceContext(*value)) return *std::move(trace_id);
  }
  if (const auto value = Find(metadata, "traceparent")) {
    if (auto trace_id = ReadTraceparent(*value)) return *std::move(trace_id);
  }
  return RandomTraceId();
}

}  // namespace gateway::rpc
