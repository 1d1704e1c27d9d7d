// The Ed25519 private key that signs requests to Encord.

#ifndef SERVER_ENCORD_PRIVATE_KEY_H_
#define SERVER_ENCORD_PRIVATE_KEY_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/encord/secret.h"

namespace gateway::encord {

// An Ed25519 key pair. Safe to share between threads.
class PrivateKey {
 public:
  // Reads a key as ssh-keygen writes it ("BEGIN OPENSSH PRIVATE KEY"), or PKCS#8 PEM ("BEGIN
  // PRIVATE KEY", "BEGIN ENCRYPTED PRIVATE KEY"). As in the official SDK the text may begin before
  // the header, have CRLF line ends, no final newline, or spaces for newlines; beyond the SDK,
  // newlines may also be written as the two characters "\n". `passphrase` is ignored unless the key
  // is encrypted. Errors, none of which quotes the text: INVALID_ARGUMENT if it is no key, no
  // Ed25519 key, damaged, or encrypted and the passphrase is missing or wrong.
  static absl::StatusOr<PrivateKey> Parse(std::string_view text, std::string_view passphrase);

  // The Ed25519 signature of `message`.
  std::array<std::uint8_t, 64> Sign(std::string_view message) const;

  // What Encord knows the key by: the raw public key, 64 lower-case hexadecimal digits.
  const std::string& key_id() const { return key_id_; }

 private:
  explicit PrivateKey(std::string_view seed);

  Secret seed_and_public_key_;
  std::string key_id_;
};

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_PRIVATE_KEY_H_
