// Where the server's key comes from.

#ifndef SERVER_ENCORD_KEY_SOURCE_H_
#define SERVER_ENCORD_KEY_SOURCE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "server/encord/private_key.h"
#include "server/encord/secret.h"

namespace gateway::encord {

// What names or holds the key and its passphrase; an absent value is one that is not set at all.
struct KeySource {
  std::optional<std::string> flag_key_file;         // --ssh_key_file
  std::optional<std::string> environment_key_file;  // ENCORD_SSH_KEY_FILE
  std::optional<Secret> key_text;                   // ENCORD_SSH_KEY
  std::optional<Secret> passphrase;                 // ENCORD_SSH_KEY_PASSPHRASE
  std::optional<std::string> passphrase_file;       // ENCORD_SSH_KEY_PASSPHRASE_FILE
};

// Takes the source out of the process's environment: the variables that hold secrets are
// overwritten and unset. Call it before the first thread starts. An empty `flag_key_file` is none.
KeySource TakeKeySourceFromEnvironment(const std::string& flag_key_file);

// Loads the key: the file of the flag, else the file of ENCORD_SSH_KEY_FILE, else the text of
// ENCORD_SSH_KEY, as in the official SDK; "~" stands for a home directory. Null if none of the
// three is set. The passphrase is the text, else the first line of the file. Errors, which name the
// source and quote no secret: NOT_FOUND or PERMISSION_DENIED for a file that cannot be read (a
// later source is not tried), INVALID_ARGUMENT for an empty source or one that PrivateKey::Parse
// refuses.
absl::StatusOr<std::shared_ptr<const PrivateKey>> LoadKey(const KeySource& source);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_KEY_SOURCE_H_
