#include "tools/sandbox/uuid.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace sandbox {
namespace {

std::string Hyphenate(std::string digits) {
  for (size_t position : {8, 13, 18, 23}) digits.insert(position, 1, '-');
  return digits;
}

std::string Format(std::array<unsigned char, 16> bytes, unsigned char version) {
  bytes[6] = (bytes[6] & 0x0f) | (version << 4);
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return Hyphenate(absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())));
}

// A random UUID, chosen once: the namespace of NamedUuid.
constexpr std::string_view kNamespace =
    "\x5e\x0c\x1d\x6b\x8a\x3f\x4b\x27\x9e\x74\x2d\x91\xc5\x60\xab\x18";

thread_local NamedUuids* named_uuids = nullptr;

}  // namespace

std::string NewUuid() {
  if (named_uuids != nullptr) return named_uuids->Next();
  std::array<unsigned char, 16> bytes;
  RAND_bytes(bytes.data(), bytes.size());
  return Format(bytes, 4);
}

std::string NamedUuid(std::string_view name) {
  std::string text = std::string(kNamespace) + std::string(name);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 16> bytes;
  std::copy_n(digest.begin(), bytes.size(), bytes.begin());
  return Format(bytes, 5);
}

NamedUuids::NamedUuids(std::string name) : name_(std::move(name)), outer_(named_uuids) {
  named_uuids = this;
}

NamedUuids::~NamedUuids() { named_uuids = outer_; }

std::string NamedUuids::Next() { return NamedUuid(name_ + "/" + std::to_string(++count_)); }

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
