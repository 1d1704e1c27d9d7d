#include "server/encord/key_source.h"

#include <fcntl.h>
#include <pwd.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace gateway::encord {
namespace {

// Far above any Ed25519 key with comments around it.
constexpr std::size_t kMaxFileBytes = 64 << 10;

std::optional<std::string> EnvironmentText(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

std::optional<Secret> TakeEnvironmentSecret(const char* name) {
  char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  Secret secret = Secret::Copy(value);
  // The variable's memory stays readable in /proc/<pid>/environ after unsetenv.
  sodium_memzero(value, std::strlen(value));
  unsetenv(name);
  return secret;
}

// The path with a leading "~" or "~user" replaced; unchanged if there is no such home.
std::string ExpandHome(const std::string& path) {
  if (path.empty() || path[0] != '~') return path;
  const std::size_t name_end = std::min(path.find('/'), path.size());
  const std::string user = path.substr(1, name_end - 1);
  if (const char* home = std::getenv("HOME"); user.empty() && home != nullptr) {
    return absl::StrCat(home, path.substr(name_end));
  }
  const passwd* entry = user.empty() ? getpwuid(getuid()) : getpwnam(user.c_str());
  if (entry == nullptr) return path;
  return absl::StrCat(entry->pw_dir, path.substr(name_end));
}

// The bytes of a file, which may be a pipe.
absl::StatusOr<Secret> ReadFile(const std::string& path) {
  const int file = open(ExpandHome(path).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open \"", path, "\""));
  const absl::Cleanup close_file = [file] { close(file); };
  Secret content(kMaxFileBytes);
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t count = read(file, content.data() + size, content.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read \"", path, "\""));
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size == content.size()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", path, "\" is too large"));
  }
  content.Truncate(size);
  return content;
}

absl::StatusOr<Secret> LoadPassphrase(const KeySource& source) {
  if (source.passphrase) return Secret::Copy(source.passphrase->view());
  if (!source.passphrase_file) return Secret();
  absl::StatusOr<Secret> content = ReadFile(*source.passphrase_file);
  if (!content.ok()) return content;
  content->Truncate(std::min(content->view().find_first_of("\r\n"), content->size()));
  return content;
}

absl::StatusOr<std::shared_ptr<const PrivateKey>> ParseKey(const KeySource& source,
                                                           std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == text.npos)
    return absl::InvalidArgumentError("it is empty");
  const absl::StatusOr<Secret> passphrase = LoadPassphrase(source);
  if (!passphrase.ok()) {
    return absl::Status(passphrase.status().code(), absl::StrCat("ENCORD_SSH_KEY_PASSPHRASE_FILE: ",
                                                                 passphrase.status().message()));
  }
  absl::StatusOr<PrivateKey> key = PrivateKey::Parse(text, passphrase->view());
  if (!key.ok()) return key.status();
  return std::make_shared<const PrivateKey>(*std::move(key));
}

absl::StatusOr<std::shared_ptr<const PrivateKey>> LoadKeyFile(const KeySource& source,
                                                              const std::string& path) {
  const absl::StatusOr<Secret> text = ReadFile(path);
  if (!text.ok()) return text.status();
  return ParseKey(source, text->view());
}

}  // namespace

KeySource TakeKeySourceFromEnvironment(const std::string& flag_key_file) {
  KeySource source;
  if (!flag_key_file.empty()) source.flag_key_file = flag_key_file;
  source.environment_key_file = EnvironmentText("ENCORD_SSH_KEY_FILE");
  source.key_text = TakeEnvironmentSecret("ENCORD_SSH_KEY");
  source.passphrase = TakeEnvironmentSecret("ENCORD_SSH_KEY_PASSPHRASE");
  source.passphrase_file = EnvironmentText("ENCORD_SSH_KEY_PASSPHRASE_FILE");
  return source;
}

absl::StatusOr<std::shared_ptr<const PrivateKey>> LoadKey(const KeySource& source) {
  const char* name = nullptr;
  absl::StatusOr<std::shared_ptr<const PrivateKey>> key;
  if (source.flag_key_file) {
    name = "--ssh_key_file";
    key = LoadKeyFile(source, *source.flag_key_file);
  } else if (source.environment_key_file) {
    name = "ENCORD_SSH_KEY_FILE";
    key = LoadKeyFile(source, *source.environment_key_file);
  } else if (source.key_text) {
    name = "ENCORD_SSH_KEY";
    key = ParseKey(source, source.key_text->view());
  } else {
    return nullptr;
  }
  if (key.ok()) return key;
  return absl::Status(key.status().code(), absl::StrCat(name, ": ", key.status().message()));
}

}  // namespace gateway::encord
