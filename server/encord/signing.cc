#include "server/encord/signing.h"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/string_view.h"

namespace gateway::encord {
namespace {

constexpr std::chrono::seconds kBackdated{30};

// Caches: some 1.5 MB at most.
constexpr std::size_t kMaxV1Generation = 1024;
constexpr std::size_t kMaxV2 = 2048;
constexpr std::size_t kMaxCachedTarget = 512;

// Base64 of the SHA-256 of no bytes.
constexpr std::string_view kEmptyDigest = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

template <std::size_t size>
absl::string_view View(const std::array<unsigned char, size>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace

// A context and an algorithm fetched once: OpenSSL 3 otherwise looks them up at every call, which
// costs more than to hash a short body.
struct Signer::Sha256Context {
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{
      EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free};
};

Signer::Signer(Clock clock) : clock_(std::move(clock)), sha256_(new Sha256Context) {}

Signer::~Signer() = default;

Signer::Digest Signer::Sha256(std::string_view bytes) {
  Digest digest;
  EVP_MD_CTX* context = sha256_->context.get();
  if (EVP_DigestInit_ex2(context, sha256_->algorithm.get(), nullptr) != 1 ||
      EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context, digest.data(), nullptr) != 1) {
    std::abort();  // only without memory
  }
  return digest;
}

Signature Signer::StartV1(const Credential& credential, std::string_view body) {
  Signature signature(credential);
  signature.v1_ = true;
  const PrivateKey* key = credential.key();
  if (key == nullptr) {
    signature.value_ = credential.authorization();
    return signature;
  }
  const Digest digest = Sha256(body);
  std::string cache_key = absl::StrCat(key->key_id(), View(digest));
  if (const auto young = v1_young_.find(cache_key); young != v1_young_.end()) {
    signature.value_ = young->second;
  } else if (const auto old = v1_old_.find(cache_key); old != v1_old_.end()) {
    signature.value_ = old->second;
    signature.cache_key_ = std::move(cache_key);
  } else {
    signature.signed_bytes_ = std::string(View(digest));
    signature.cache_key_ = std::move(cache_key);
  }
  return signature;
}

Signature Signer::StartV2(const Credential& credential, std::string_view method,
                          std::string_view target, std::string_view body) {
  Signature signature(credential);
  const PrivateKey* key = credential.key();
  if (key == nullptr) {
    signature.value_ = credential.authorization();
    return signature;
  }
  std::string digest_base64;
  if (body.empty()) {
    digest_base64 = kEmptyDigest;
  } else {
    const Digest digest = Sha256(body);
    absl::Base64Escape(View(digest), &digest_base64);
  }
  const std::string content_digest = absl::StrCat("sha-256=:", digest_base64, ":");
  const std::int64_t created =
      std::chrono::floor<std::chrono::seconds>(clock_().time_since_epoch() - kBackdated).count();
  const std::string parameters =
      absl::StrCat("(\"@method\" \"@request-target\" \"content-digest\");created=", created,
                   ";keyid=\"", key->key_id(), "\";alg=\"ed25519\"");
  if (created != v2_created_) {
    v2_.clear();
    v2_created_ = created;
  }
  signature.headers_ = {{"Content-Digest", content_digest},
                        {"Signature-Input", absl::StrCat("encord-sig=", parameters)}};
  if (target.size() <= kMaxCachedTarget) {
    // Unambiguous: the first two have fixed lengths, and a method has no blank.
    std::string cache_key =
        absl::StrCat(key->key_id(), digest_base64, AbslView(method), " ", AbslView(target));
    if (const auto cached = v2_.find(cache_key); cached != v2_.end()) {
      signature.value_ = cached->second;
      return signature;
    }
    signature.cache_key_ = std::move(cache_key);
    signature.created_ = created;
  }
  signature.signed_bytes_ = absl::StrCat(
      "\"@method\": ", AbslView(method), "\n\"@request-target\": ", AbslView(target),
      "\n\"content-digest\": ", content_digest, "\n\"@signature-params\": ", parameters);
  return signature;
}

void Signer::Finish(Signature signature, std::vector<http::Header>& headers) {
  for (http::Header& header : signature.headers_) headers.push_back(std::move(header));
  const bool authorization = signature.v1_ || signature.credential_.key() == nullptr;
  headers.push_back({authorization ? "Authorization" : "Signature", signature.value_});
  if (signature.cache_key_.empty()) return;
  if (signature.v1_) {
    KeepV1(std::move(signature.cache_key_), std::move(signature.value_));
  } else if (signature.created_ == v2_created_ && v2_.size() < kMaxV2) {
    v2_.emplace(std::move(signature.cache_key_), std::move(signature.value_));
  }
}

void Signer::KeepV1(std::string key, std::string value) {
  if (v1_young_.size() == kMaxV1Generation) {
    v1_old_.swap(v1_young_);
    v1_young_.clear();
  }
  v1_young_.emplace(std::move(key), std::move(value));
}

void Signature::Compute() {
  const PrivateKey& key = *credential_.key();
  const auto bytes = key.Sign(signed_bytes_);
  if (v1_) {
    value_ = absl::StrCat(key.key_id(), ":", absl::BytesToHexString(View(bytes)));
    return;
  }
  std::string base64;
  absl::Base64Escape(View(bytes), &base64);
  value_ = absl::StrCat("encord-sig=:", base64, ":");
}

}  // namespace gateway::encord
