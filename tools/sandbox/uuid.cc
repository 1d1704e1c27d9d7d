#include "tools/sandbox/uuid.h"

#include <openssl/rand.h>

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace sandbox {
namespace {

std::string Hyphenate(std::string digits) {
  for (size_t position : {8, 13, 18, 23}) digits.insert(position, 1, '-');
  return digits;
}

}  // namespace

std::string NewUuid() {
  std::array<unsigned char, 16> bytes;
  RAND_bytes(bytes.data(), bytes.size());
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return Hyphenate(absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())));
}

std::optional<std::string> NormaliseUuid(std::string_view text) {
  for (std::string_view prefix : {"urn:", "uuid:"}) {
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  }
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, text.size() - 2);
  }
  bool hyphenated = text.size() == 36;
  if (!hyphenated && text.size() != 32) return std::nullopt;
  std::string digits;
  for (size_t i = 0; i < text.size(); ++i) {
    if (hyphenated && (i == 8 || i == 13 || i == 18 || i == 23)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(text[i]))) return std::nullopt;
    digits += absl::ascii_tolower(static_cast<unsigned char>(text[i]));
  }
  return Hyphenate(std::move(digits));
}

}  // namespace sandbox
