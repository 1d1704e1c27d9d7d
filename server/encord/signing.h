// The authentication headers of requests to Encord.

#ifndef SERVER_ENCORD_SIGNING_H_
#define SERVER_ENCORD_SIGNING_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/encord/credential.h"
#include "server/http/message.h"

namespace gateway::encord {

// The authentication of one request, from Signer::StartV1 or StartV2 to Signer::Finish.
class Signature {
 public:
  // Whether Compute must be called before Finish.
  bool missing() const { return value_.empty(); }

  // Computes the missing signature, which takes some 20 us. On any thread.
  void Compute();

 private:
  friend class Signer;

  explicit Signature(const Credential& credential) : credential_(credential) {}

  Credential credential_;
  bool v1_ = false;
  std::vector<http::Header> headers_;  // beside the one with the value
  std::string signed_bytes_;           // empty if nothing has to be signed
  std::string value_;
  // Under which Finish keeps the value; empty if it is kept already or should not be.
  std::string cache_key_;
  std::int64_t created_ = 0;  // v2, Unix seconds
};

// Adds to a request exactly the headers that authenticate it, and nothing else. One per event loop,
// used by one thread.
//
// A signature costs some 20 us, and equal requests have equal ones: in the v1 API for ever, in v2
// within the same second. So recent signatures are kept, at most a few thousand of them. One that
// is missing can be computed on another thread, between start and finish.
class Signer {
 public:
  using Clock = std::function<std::chrono::system_clock::time_point()>;

  explicit Signer(Clock clock = &std::chrono::system_clock::now);
  ~Signer();

  // For the v1 API (POST /public, POST /public/user): Authorization, which covers `body` alone.
  Signature StartV1(const Credential& credential, std::string_view body);

  // For the v2 API (/v2/public/...): Content-Digest, Signature-Input and Signature; Authorization
  // for a bearer token. `method` in upper case; `target` is the path and query exactly as sent.
  // Dated 30 seconds back, as in the official SDK, against clocks that run apart.
  Signature StartV2(const Credential& credential, std::string_view method, std::string_view target,
                    std::string_view body);

  // Adds the headers of a signature that is not missing.
  void Finish(Signature signature, std::vector<http::Header>& headers);

 private:
  using Digest = std::array<unsigned char, 32>;

  Digest Sha256(std::string_view bytes);
  void KeepV1(std::string key, std::string value);

  struct Sha256Context;

  Clock clock_;
  std::unique_ptr<Sha256Context> sha256_;

  // v1: key id and digest of the body -> value of Authorization. Two generations: when the younger
  // one is full, the older one is forgotten.
  absl::flat_hash_map<std::string, std::string> v1_young_;
  absl::flat_hash_map<std::string, std::string> v1_old_;

  // v2: key id, digest, method and target -> value of Signature, of requests dated `v2_created_`.
  std::int64_t v2_created_ = 0;
  absl::flat_hash_map<std::string, std::string> v2_;
};

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_SIGNING_H_
