#ifndef TOOLS_SANDBOX_AUTH_H_
#define TOOLS_SANDBOX_AUTH_H_

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tools/sandbox/router.h"
#include "tools/sandbox/ssh_key.h"

namespace sandbox {

// Tells who sent a request, from its signature or bearer token.
class Authenticator {
 public:
  // A v2 signature must have been created within `signature_window` of now, in
  // either direction.
  Authenticator(const std::vector<AuthorizedKey>& keys, absl::Duration signature_window);

  // v1: `Authorization: <key id>:<signature>`, Ed25519 over the SHA-256 of the
  // body. v2: `Content-Digest`, `Signature-Input` and `Signature` over method,
  // target and digest. Both: `Authorization: Bearer <token>`. Anything else is
  // AUTHENTICATION_ERROR (401), which says what is wrong.
  Result<User> Authenticate(Context& context, const HttpRequest& request) const;

 private:
  Result<User> AuthenticateV1(Context& context, const HttpRequest& request) const;
  Result<User> AuthenticateV2(Context& context, const HttpRequest& request) const;
  // The user whose key signed `message`.
  Result<User> Verify(Context& context, std::string_view key_id, std::string_view message,
                      std::string_view signature) const;

  std::map<std::string, std::string, std::less<>> email_by_key_id_;
  absl::Duration signature_window_;
};

// GET /v2/public/user/bearer-token and its table. A token is random, kept as
// its SHA-256 only, and good for an hour.
void RegisterBearerTokens(Router& router);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_AUTH_H_
