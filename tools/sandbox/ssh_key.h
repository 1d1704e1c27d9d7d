#ifndef TOOLS_SANDBOX_SSH_KEY_H_
#define TOOLS_SANDBOX_SSH_KEY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace sandbox {

// A user's public key, from a line of an authorized_keys file.
struct AuthorizedKey {
  // The raw 32-byte public key in lower-case hex, Encord's key id.
  std::string key_id;
  // The line's comment.
  std::string email;
};

// Reads an authorized_keys file: `ssh-ed25519 BASE64 EMAIL` per line, blank
// lines and those that start with # skipped. INVALID_ARGUMENT, naming the line,
// for other key types and for comments that are no email.
absl::StatusOr<std::vector<AuthorizedKey>> ParseAuthorizedKeys(std::string_view text);

struct NewSshKey {
  AuthorizedKey public_key;
  // Unencrypted OpenSSH form, as `ssh-keygen -t ed25519` writes it.
  std::string private_key;
};

// Makes an Ed25519 key pair for a user.
NewSshKey GenerateSshKey(std::string_view email);

// Writes a private key to a file that only its owner may read (0600),
// replacing what was there.
absl::Status WritePrivateKeyFile(const std::string& path, std::string_view private_key);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_SSH_KEY_H_
