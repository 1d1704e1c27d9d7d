#include "server/encord/private_key.h"

#include <libssh/libssh.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace gateway::encord {
namespace {

constexpr std::string_view kOpenSshLabel = "OPENSSH PRIVATE KEY";
constexpr std::string_view kPkcs8Label = "PRIVATE KEY";
constexpr std::string_view kEncryptedPkcs8Label = "ENCRYPTED PRIVATE KEY";
constexpr std::string_view kOpenSshMagic{"openssh-key-v1\0", 15};
constexpr std::string_view kEd25519 = "ssh-ed25519";

// Everything else a user may offer by mistake, by what it is called. Only these names, never what
// was read, may stand in a message.
constexpr std::string_view kOtherLabels[] = {"RSA PRIVATE KEY",
                                             "EC PRIVATE KEY",
                                             "DSA PRIVATE KEY",
                                             "PUBLIC KEY",
                                             "RSA PUBLIC KEY",
                                             "SSH2 PUBLIC KEY",
                                             "SSH2 ENCRYPTED PRIVATE KEY",
                                             "CERTIFICATE",
                                             "PGP PRIVATE KEY BLOCK"};
constexpr std::string_view kOtherKeyTypes[] = {
    "ssh-rsa",
    "ssh-dss",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
};

absl::Status NotEd25519(const std::string& actual) {
  return absl::InvalidArgumentError(absl::StrCat("Encord needs an Ed25519 private key, not ",
                                                 actual, "; \"ssh-keygen -t ed25519\" makes one"));
}

absl::Status Damaged() {
  return absl::InvalidArgumentError("the private key is damaged or incomplete");
}

absl::Status PassphraseMissing() {
  return absl::InvalidArgumentError("the private key is encrypted and no passphrase is given");
}

absl::Status PassphraseWrong() {
  return absl::InvalidArgumentError(
      "the private key cannot be decrypted: the passphrase is wrong, or the cipher is not "
      "supported");
}

// The parts of "-----BEGIN label-----body-----END label-----".
struct Armour {
  std::string_view label;
  std::string_view body;
};

std::optional<Armour> FindArmour(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kEnd = "-----END ";
  constexpr std::string_view kDashes = "-----";
  const std::size_t begin = text.find(kBegin);
  if (begin == text.npos) return std::nullopt;
  text.remove_prefix(begin + kBegin.size());
  const std::size_t label_end = text.find(kDashes);
  if (label_end == text.npos) return std::nullopt;
  const std::string_view label = text.substr(0, label_end);
  text.remove_prefix(label_end + kDashes.size());
  const std::size_t body_end = text.find(kEnd);
  if (body_end == text.npos) return std::nullopt;
  if (!text.substr(body_end + kEnd.size()).starts_with(label)) return std::nullopt;
  return Armour{label, text.substr(0, body_end)};
}

// The bytes behind base64 text with blanks, line ends, and line ends written as "\n" or "\r".
std::optional<Secret> DecodeBase64(std::string_view text) {
  Secret compact(text.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == 'r')) {
      ++i;
    } else {
      compact.data()[size++] = text[i];
    }
  }
  Secret decoded(size);
  std::size_t decoded_size = 0;
  if (sodium_base642bin(decoded.bytes(), decoded.size(), compact.data(), size, " \t\r\n",
                        &decoded_size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  decoded.Truncate(decoded_size);
  return decoded;
}

// Reads the wire types of SSH (RFC 4251, section 5) off the front of a text. After a read past the
// end every further one fails too.
class SshReader {
 public:
  explicit SshReader(std::string_view bytes) : rest_(bytes) {}

  bool Skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  std::optional<std::uint32_t> Uint32() {
    if (rest_.size() < 4) return Fail();
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(4);
    return value;
  }

  std::optional<std::string_view> String() {
    const std::optional<std::uint32_t> size = Uint32();
    if (!size.has_value() || *size > rest_.size()) return Fail();
    const std::string_view value = rest_.substr(0, *size);
    rest_.remove_prefix(*size);
    return value;
  }

 private:
  std::nullopt_t Fail() {
    rest_ = {};
    return std::nullopt;
  }

  std::string_view rest_;
};

// The outer layer of an OpenSSH private key, which is never encrypted (PROTOCOL.key in OpenSSH).
struct OpenSshKey {
  bool encrypted;
  std::string_view key_type;
  std::string_view private_part;
};

std::optional<OpenSshKey> ReadOpenSshKey(std::string_view bytes) {
  SshReader reader(bytes);
  if (!reader.Skip(kOpenSshMagic)) return std::nullopt;
  const auto cipher = reader.String();
  const auto kdf = reader.String();
  const auto kdf_options = reader.String();
  const auto key_count = reader.Uint32();
  const auto public_part = reader.String();
  const auto private_part = reader.String();
  if (!cipher || !kdf || !kdf_options || key_count != 1 || !public_part || !private_part) {
    return std::nullopt;
  }
  const auto key_type = SshReader(*public_part).String();
  if (!key_type) return std::nullopt;
  return OpenSshKey{*cipher != "none", *key_type, *private_part};
}

// The seed of an Ed25519 key whose private part is plain.
std::optional<std::string_view> ReadSeed(const OpenSshKey& key) {
  SshReader reader(key.private_part);
  const auto check1 = reader.Uint32();
  const auto check2 = reader.Uint32();
  const auto key_type = reader.String();
  const auto public_key = reader.String();
  const auto seed_and_public_key = reader.String();
  if (!check1 || check1 != check2 || key_type != kEd25519 || !public_key || !seed_and_public_key ||
      seed_and_public_key->size() != crypto_sign_SECRETKEYBYTES ||
      seed_and_public_key->substr(crypto_sign_SEEDBYTES) != *public_key) {
    return std::nullopt;
  }
  const std::string_view seed = seed_and_public_key->substr(0, crypto_sign_SEEDBYTES);
  // A seed that belongs to another public key would sign as somebody whom Encord does not know.
  Secret derived(crypto_sign_SECRETKEYBYTES);
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> derived_public_key;
  crypto_sign_seed_keypair(derived_public_key.data(), derived.bytes(),
                           reinterpret_cast<const unsigned char*>(seed.data()));
  if (derived.view() != *seed_and_public_key) return std::nullopt;
  return seed;
}

// The same OpenSSH key without encryption.
std::optional<Secret> DecryptOpenSsh(const Secret& encrypted, std::string_view passphrase) {
  constexpr std::string_view kHeader = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  constexpr std::string_view kFooter = "\n-----END OPENSSH PRIVATE KEY-----\n";
  const std::size_t base64_size =
      sodium_base64_encoded_len(encrypted.size(), sodium_base64_VARIANT_ORIGINAL) - 1;
  // libssh reads both texts up to their NUL: the zeroed last byte.
  Secret armoured(kHeader.size() + base64_size + kFooter.size() + 1);
  char* end = std::copy(kHeader.begin(), kHeader.end(), armoured.data());
  sodium_bin2base64(end, base64_size + 1, encrypted.bytes(), encrypted.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  std::copy(kFooter.begin(), kFooter.end(), end + base64_size);
  Secret terminated_passphrase(passphrase.size() + 1);
  std::copy(passphrase.begin(), passphrase.end(), terminated_passphrase.data());

  ssh_key imported = nullptr;
  if (ssh_pki_import_privkey_base64(armoured.data(), terminated_passphrase.data(), nullptr, nullptr,
                                    &imported) != SSH_OK) {
    return std::nullopt;
  }
  const std::unique_ptr<ssh_key_struct, decltype(&ssh_key_free)> key(imported, ssh_key_free);
  char* exported = nullptr;
  if (ssh_pki_export_privkey_base64(key.get(), nullptr, nullptr, nullptr, &exported) != SSH_OK) {
    return std::nullopt;
  }
  std::optional<Secret> decrypted;
  if (const auto armour = FindArmour(exported)) decrypted = DecodeBase64(armour->body);
  sodium_memzero(exported, std::strlen(exported));
  ssh_string_free_char(exported);
  return decrypted;
}

absl::StatusOr<Secret> ParseOpenSsh(Secret bytes, std::string_view passphrase) {
  std::optional<OpenSshKey> key = ReadOpenSshKey(bytes.view());
  if (!key) return Damaged();
  if (key->key_type != kEd25519) {
    const auto* other =
        std::find(std::begin(kOtherKeyTypes), std::end(kOtherKeyTypes), key->key_type);
    return NotEd25519(other == std::end(kOtherKeyTypes) ? "one of an unknown type"
                                                        : std::string(*other));
  }
  if (key->encrypted) {
    if (passphrase.empty()) return PassphraseMissing();
    std::optional<Secret> decrypted = DecryptOpenSsh(bytes, passphrase);
    if (!decrypted) return PassphraseWrong();
    bytes = *std::move(decrypted);
    key = ReadOpenSshKey(bytes.view());
    if (!key || key->encrypted) return Damaged();
  }
  const std::optional<std::string_view> seed = ReadSeed(*key);
  if (!seed) return Damaged();
  return Secret::Copy(*seed);
}

// An OpenSSL pem_password_cb; `context` is the passphrase as std::string_view.
int CopyPassphrase(char* buffer, int capacity, int /*for_writing*/, void* context) {
  const auto& passphrase = *static_cast<const std::string_view*>(context);
  if (passphrase.size() > static_cast<std::size_t>(capacity)) return -1;
  std::copy(passphrase.begin(), passphrase.end(), buffer);
  return static_cast<int>(passphrase.size());
}

absl::StatusOr<Secret> ParsePkcs8(const Secret& bytes, bool encrypted,
                                  std::string_view passphrase) {
  if (encrypted && passphrase.empty()) return PassphraseMissing();
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(bytes.bytes(), static_cast<int>(bytes.size())), BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      encrypted ? d2i_PKCS8PrivateKey_bio(bio.get(), nullptr, CopyPassphrase, &passphrase)
                : d2i_PrivateKey_bio(bio.get(), nullptr),
      EVP_PKEY_free);
  ERR_clear_error();
  if (key == nullptr) return encrypted ? PassphraseWrong() : Damaged();
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) return NotEd25519("one of another type");
  Secret seed(crypto_sign_SEEDBYTES);
  std::size_t size = seed.size();
  if (EVP_PKEY_get_raw_private_key(key.get(), seed.bytes(), &size) != 1 || size != seed.size()) {
    return Damaged();
  }
  return seed;
}

}  // namespace

PrivateKey::PrivateKey(std::string_view seed) : seed_and_public_key_(crypto_sign_SECRETKEYBYTES) {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key;
  crypto_sign_seed_keypair(public_key.data(), seed_and_public_key_.bytes(),
                           reinterpret_cast<const unsigned char*>(seed.data()));
  std::array<char, 2 * crypto_sign_PUBLICKEYBYTES + 1> hex;
  key_id_ = sodium_bin2hex(hex.data(), hex.size(), public_key.data(), public_key.size());
}

absl::StatusOr<PrivateKey> PrivateKey::Parse(std::string_view text, std::string_view passphrase) {
  const std::optional<Armour> armour = FindArmour(text);
  if (!armour) {
    return absl::InvalidArgumentError(
        "this is no private key: it must run from \"-----BEGIN OPENSSH PRIVATE KEY-----\" to "
        "\"-----END OPENSSH PRIVATE KEY-----\"");
  }
  const bool openssh = armour->label == kOpenSshLabel;
  const bool encrypted_pkcs8 = armour->label == kEncryptedPkcs8Label;
  if (!openssh && !encrypted_pkcs8 && armour->label != kPkcs8Label) {
    const auto* other = std::find(std::begin(kOtherLabels), std::end(kOtherLabels), armour->label);
    return NotEd25519(other == std::end(kOtherLabels) ? "something else" : std::string(*other));
  }
  std::optional<Secret> bytes = DecodeBase64(armour->body);
  if (!bytes) return Damaged();
  const absl::StatusOr<Secret> seed = openssh ? ParseOpenSsh(*std::move(bytes), passphrase)
                                              : ParsePkcs8(*bytes, encrypted_pkcs8, passphrase);
  if (!seed.ok()) return seed.status();
  PrivateKey key(seed->view());
  return key;
}

std::array<std::uint8_t, 64> PrivateKey::Sign(std::string_view message) const {
  std::array<std::uint8_t, crypto_sign_BYTES> signature;
  crypto_sign_detached(signature.data(), nullptr,
                       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                       seed_and_public_key_.bytes());
  return signature;
}

}  // namespace gateway::encord
