#include "server/encord/credential.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"

namespace gateway::encord {
namespace {

// Of a token's digest, for its id.
constexpr std::size_t kIdBytes = 8;

}  // namespace

Credential::Data::~Data() { sodium_memzero(authorization.data(), authorization.size()); }

Credential Credential::FromKey(std::shared_ptr<const PrivateKey> key) {
  auto data = std::make_shared<Data>();
  data->id = key->key_id();
  data->key = std::move(key);
  return Credential(std::move(data));
}

absl::StatusOr<Credential> Credential::FromBearerToken(std::string_view token) {
  if (token.empty()) return absl::InvalidArgumentError("the bearer token is empty");
  if (!std::all_of(token.begin(), token.end(), absl::ascii_isgraph)) {
    return absl::InvalidArgumentError(
        "the bearer token has a character that is no visible ASCII character");
  }
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size());
  std::array<char, 2 * kIdBytes + 1> hex;
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), kIdBytes);
  auto data = std::make_shared<Data>();
  data->id = std::string("bearer:") + hex.data();
  data->authorization = std::string("Bearer ").append(token);
  return Credential(std::move(data));
}

}  // namespace gateway::encord
