#include "tools/sandbox/ssh_key.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tools/sandbox/access.h"

namespace sandbox {
namespace {

constexpr std::string_view kKeyType = "ssh-ed25519";
constexpr size_t kKeySize = 32;

void AppendUint32(std::string& blob, uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) blob += static_cast<char>(number >> shift);
}

// A string of the SSH wire format: its length, then its bytes.
void AppendString(std::string& blob, std::string_view text) {
  AppendUint32(blob, static_cast<uint32_t>(text.size()));
  blob += text;
}

std::optional<std::string_view> TakeString(std::string_view& blob) {
  if (blob.size() < 4) return std::nullopt;
  uint32_t size = 0;
  for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(blob[i]);
  blob.remove_prefix(4);
  if (blob.size() < size) return std::nullopt;
  std::string_view text = blob.substr(0, size);
  blob.remove_prefix(size);
  return text;
}

std::string PublicBlob(std::string_view public_key) {
  std::string blob;
  AppendString(blob, kKeyType);
  AppendString(blob, public_key);
  return blob;
}

// The raw public key in an authorized_keys line's second field.
std::optional<std::string> DecodePublicKey(const std::string& base64) {
  std::string bytes;
  if (!absl::Base64Unescape(base64, &bytes)) return std::nullopt;
  std::string_view blob = bytes;
  std::optional<std::string_view> type = TakeString(blob);
  if (type != kKeyType) return std::nullopt;
  std::optional<std::string_view> key = TakeString(blob);
  if (!key.has_value() || key->size() != kKeySize || !blob.empty()) return std::nullopt;
  return std::string(*key);
}

}  // namespace

absl::StatusOr<std::vector<AuthorizedKey>> ParseAuthorizedKeys(std::string_view text) {
  std::vector<AuthorizedKey> keys;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> fields = absl::StrSplit(line, ' ', absl::SkipEmpty());
    auto wrong = [number](const char* what) {
      return absl::InvalidArgumentError(absl::StrCat("line ", number, ": ", what));
    };
    if (fields[0] != kKeyType) return wrong("the key type must be ssh-ed25519");
    if (fields.size() != 3 || !IsEmail(fields[2])) {
      return wrong("the comment must be the user's email");
    }
    std::optional<std::string> key = DecodePublicKey(fields[1]);
    if (!key.has_value()) return wrong("this is no Ed25519 public key");
    keys.push_back({absl::BytesToHexString(*key), fields[2]});
  }
  return keys;
}

NewSshKey GenerateSshKey(std::string_view email) {
  std::array<unsigned char, kKeySize> seed;
  RAND_bytes(seed.data(), seed.size());
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()),
      &EVP_PKEY_free);
  std::array<unsigned char, kKeySize> public_bytes;
  size_t size = public_bytes.size();
  EVP_PKEY_get_raw_public_key(key.get(), public_bytes.data(), &size);
  std::string public_key(public_bytes.begin(), public_bytes.end());
  uint32_t check;
  RAND_bytes(reinterpret_cast<unsigned char*>(&check), sizeof(check));

  std::string secret;
  AppendUint32(secret, check);
  AppendUint32(secret, check);
  AppendString(secret, kKeyType);
  AppendString(secret, public_key);
  AppendString(secret, std::string(seed.begin(), seed.end()) + public_key);
  AppendString(secret, email);
  for (char padding = 1; secret.size() % 8 != 0; ++padding) secret += padding;

  std::string blob("openssh-key-v1\0", 15);
  AppendString(blob, "none");  // cipher
  AppendString(blob, "none");  // key derivation
  AppendString(blob, "");      // its options
  AppendUint32(blob, 1);       // number of keys
  AppendString(blob, PublicBlob(public_key));
  AppendString(blob, secret);

  NewSshKey result{{absl::BytesToHexString(public_key), std::string(email)},
                   "-----BEGIN OPENSSH PRIVATE KEY-----\n"};
  std::string base64 = absl::Base64Escape(blob);
  for (size_t i = 0; i < base64.size(); i += 70) {
    absl::StrAppend(&result.private_key, base64.substr(i, 70), "\n");
  }
  result.private_key += "-----END OPENSSH PRIVATE KEY-----\n";
  return result;
}

absl::Status WritePrivateKeyFile(const std::string& path, std::string_view private_key) {
  // A file made anew has the right mode from the start.
  unlink(path.c_str());
  int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    return absl::UnavailableError(absl::StrCat("cannot make ", path, ": ", std::strerror(errno)));
  }
  ssize_t written = write(file, private_key.data(), private_key.size());
  bool closed = close(file) == 0;
  if (!closed || written != static_cast<ssize_t>(private_key.size())) {
    return absl::UnavailableError(absl::StrCat("cannot write ", path));
  }
  return absl::OkStatus();
}

}  // namespace sandbox
