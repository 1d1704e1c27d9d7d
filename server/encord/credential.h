// Who a call to Encord is made as.

#ifndef SERVER_ENCORD_CREDENTIAL_H_
#define SERVER_ENCORD_CREDENTIAL_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/encord/private_key.h"

namespace gateway::encord {

// A private key that signs requests, or a bearer token that accompanies them. A value: copies are
// cheap and share what they hold.
class Credential {
 public:
  // `key` must not be null.
  static Credential FromKey(std::shared_ptr<const PrivateKey> key);

  // Errors: INVALID_ARGUMENT if the token is empty or has anything but visible ASCII characters,
  // and so could not stand in a header; the message does not quote it.
  static absl::StatusOr<Credential> FromBearerToken(std::string_view token);

  // Stable and no secret: the key's id, or "bearer:" and the first 16 hexadecimal digits of the
  // token's SHA-256. For budgets, fairness and logs.
  const std::string& id() const { return data_->id; }

  // Null if this is a bearer token.
  const PrivateKey* key() const { return data_->key.get(); }

  // A bearer token's value of the header Authorization; empty if this is a key.
  const std::string& authorization() const { return data_->authorization; }

 private:
  struct Data {
    ~Data();
    std::shared_ptr<const PrivateKey> key;
    std::string authorization;
    std::string id;
  };

  explicit Credential(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  std::shared_ptr<const Data> data_;
};

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_CREDENTIAL_H_
