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

void Signer::SignV1(const Credential& credential, std::string_view body,
                    std::vector<http::Header>& headers) {
  const PrivateKey* key = credential.key();
  if (key == nullptr) {
    headers.push_back({"Authorization", credential.authorization()});
    return;
  }
  const Digest digest = Sha256(body);
  scratch_.clear();
  absl::StrAppend(&scratch_, key->key_id(), View(digest));
  auto cached = v1_young_.find(scratch_);
  if (cached == v1_young_.end()) {
    if (v1_young_.size() == kMaxV1Generation) {
      v1_old_.swap(v1_young_);
      v1_young_.clear();
    }
    std::string authorization;
    if (const auto old = v1_old_.find(scratch_); old != v1_old_.end()) {
      authorization = old->second;
    } else {
      const auto signature =
          key->Sign({reinterpret_cast<const char*>(digest.data()), digest.size()});
      authorization = absl::StrCat(key->key_id(), ":", absl::BytesToHexString(View(signature)));
    }
    cached = v1_young_.emplace(scratch_, std::move(authorization)).first;
  }
  headers.push_back({"Authorization", cached->second});
}

void Signer::SignV2(const Credential& credential, std::string_view method, std::string_view target,
                    std::string_view body, std::vector<http::Header>& headers) {
  const PrivateKey* key = credential.key();
  if (key == nullptr) {
    headers.push_back({"Authorization", credential.authorization()});
    return;
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
  const std::string signature_params =
      absl::StrCat("(\"@method\" \"@request-target\" \"content-digest\");created=", created,
                   ";keyid=\"", key->key_id(), "\";alg=\"ed25519\"");
  if (created != v2_created_) {
    v2_.clear();
    v2_created_ = created;
  }

  const auto sign = [&] {
    const auto bytes = key->Sign(absl::StrCat(
        "\"@method\": ", AbslView(method), "\n\"@request-target\": ", AbslView(target),
        "\n\"content-digest\": ", content_digest, "\n\"@signature-params\": ", signature_params));
    std::string base64;
    absl::Base64Escape(View(bytes), &base64);
    return absl::StrCat("encord-sig=:", base64, ":");
  };
  std::string signature;
  if (target.size() > kMaxCachedTarget) {
    signature = sign();
  } else {
    // Unambiguous: the first two have fixed lengths, and a method has no blank.
    scratch_.clear();
    absl::StrAppend(&scratch_, key->key_id(), digest_base64, AbslView(method), " ",
                    AbslView(target));
    const auto cached = v2_.find(scratch_);
    if (cached != v2_.end()) {
      signature = cached->second;
    } else {
      signature = sign();
      if (v2_.size() < kMaxV2) v2_.emplace(scratch_, signature);
    }
  }
  headers.push_back({"Content-Digest", content_digest});
  headers.push_back({"Signature-Input", absl::StrCat("encord-sig=", signature_params)});
  headers.push_back({"Signature", std::move(signature)});
}

}  // namespace gateway::encord
