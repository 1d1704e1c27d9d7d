// Private keys. The first byte says what follows: the text of a key file (0), or the bytes that
// base64 hides in one of the three armours (1 to 3). Encrypted keys get the right passphrase.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/encord/private_key.h"
#include "tests/fuzz/check.h"

namespace gateway::encord {
namespace {

constexpr std::string_view kPassphrase = "correct horse";

std::string KeyFile(std::uint8_t kind, std::string_view bytes) {
  constexpr const char* kLabels[] = {"OPENSSH PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"};
  if (kind == 0 || kind > std::size(kLabels)) return std::string(bytes);
  const char* label = kLabels[kind - 1];
  return absl::StrCat("-----BEGIN ", label, "-----\n",
                      absl::Base64Escape(absl::string_view(bytes.data(), bytes.size())),
                      "\n-----END ", label, "-----\n");
}

// How often the passphrase is tried, so that most executions are not spent on key derivation, which
// is slow by design and takes its number of rounds from the input.
bool ShouldDecrypt(std::string_view bytes) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  // An OpenSSH key of at most one round: the last word of the derivation's options. The others
  // are left to the corpus.
  constexpr std::string_view kOneRound{"\0\0\0\1\0\0\0\1", 8};
  constexpr std::size_t kOneIn = 64;
  return bytes.find("bcrypt") != bytes.npos && bytes.find(kOneRound) != bytes.npos &&
         std::hash<std::string_view>()(bytes) % kOneIn == 0;
#else
  return !bytes.empty();
#endif
}

void Parse(std::string_view text, std::string_view passphrase) {
  const auto key = PrivateKey::Parse(text, passphrase);
  if (!key.ok()) {
    FUZZ_CHECK(key.status().code() == absl::StatusCode::kInvalidArgument);
    return;
  }
  FUZZ_CHECK(key->key_id().size() == 64);
  FUZZ_CHECK(key->Sign("message") == key->Sign("message"));
}

}  // namespace
}  // namespace gateway::encord

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway::encord;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string text = KeyFile(data[0], bytes);
  Parse(text, "");
  if (ShouldDecrypt(bytes)) Parse(text, kPassphrase);
  return 0;
}
