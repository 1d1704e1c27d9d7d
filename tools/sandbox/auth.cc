#include "tools/sandbox/auth.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "tools/sandbox/access.h"
#include "tools/sandbox/date.h"

namespace sandbox {
namespace {

constexpr char kSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS bearer_tokens (
  token_sha256 TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  expires_at TEXT NOT NULL);
)sql";

constexpr absl::Duration kTokenLifetime = absl::Hours(1);
constexpr size_t kPublicKeySize = 32;
constexpr size_t kSignatureSize = 64;
constexpr std::string_view kLabel = "encord-sig=";
constexpr std::array<std::string_view, 3> kComponents = {"@method", "@request-target",
                                                         "content-digest"};

absl::string_view Abseil(std::string_view text) { return {text.data(), text.size()}; }

std::string Sha256(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return std::string(digest.begin(), digest.end());
}

std::optional<std::string> HexToBytes(std::string_view hex, size_t size) {
  if (hex.size() != 2 * size || !std::all_of(hex.begin(), hex.end(), [](unsigned char c) {
        return absl::ascii_isxdigit(c);
      })) {
    return std::nullopt;
  }
  return absl::HexStringToBytes(Abseil(hex));
}

bool VerifyEd25519(std::string_view public_key, std::string_view message,
                   std::string_view signature) {
  auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(public_key), public_key.size()),
      &EVP_PKEY_free);
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free);
  return key != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                          message.size()) == 1;
}

// The inside of a structured field's byte sequence, `prefix` + `:base64:`.
std::optional<std::string> ByteSequence(std::string_view field, std::string_view prefix) {
  if (!field.starts_with(prefix)) return std::nullopt;
  field.remove_prefix(prefix.size());
  if (field.size() < 2 || field.front() != ':' || field.back() != ':') return std::nullopt;
  std::string bytes;
  if (!absl::Base64Unescape(Abseil(field.substr(1, field.size() - 2)), &bytes)) {
    return std::nullopt;
  }
  return bytes;
}

std::string_view Unquote(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return {};
}

// The value of Signature-Input without its label.
struct SignatureParameters {
  std::vector<std::string> components;
  std::optional<int64_t> created;
  std::string key_id;
  std::string algorithm;
};

std::optional<SignatureParameters> ParseSignatureParameters(std::string_view text) {
  SignatureParameters parameters;
  size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) return std::nullopt;
  for (absl::string_view quoted :
       absl::StrSplit(Abseil(text.substr(1, end - 1)), ' ', absl::SkipEmpty())) {
    parameters.components.emplace_back(Unquote(std::string_view(quoted.data(), quoted.size())));
  }
  for (absl::string_view pair :
       absl::StrSplit(Abseil(text.substr(end + 1)), ';', absl::SkipEmpty())) {
    std::pair<std::string, std::string> parameter = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    const auto& [name, value] = parameter;
    int64_t number;
    if (name == "created" && absl::SimpleAtoi(value, &number)) parameters.created = number;
    if (name == "keyid") parameters.key_id = Unquote(value);
    if (name == "alg") parameters.algorithm = Unquote(value);
  }
  return parameters;
}

// What the signature of a v2 request is made over.
std::string SignatureBase(const HttpRequest& request, const SignatureParameters& parameters,
                          std::string_view parameters_text) {
  std::string base;
  for (const std::string& component : parameters.components) {
    base += "\"" + component + "\": ";
    if (component == "@method") base += request.method;
    if (component == "@request-target") base += request.target;
    if (component == "content-digest") base += request.Header("Content-Digest");
    base += "\n";
  }
  return base + "\"@signature-params\": " + std::string(parameters_text);
}

std::optional<std::string_view> BearerToken(const HttpRequest& request) {
  constexpr std::string_view kScheme = "Bearer ";
  std::string_view authorization = request.Header("Authorization");
  if (!absl::StartsWithIgnoreCase(Abseil(authorization), Abseil(kScheme))) return std::nullopt;
  return authorization.substr(kScheme.size());
}

Result<User> AuthenticateToken(Context& context, std::string_view token) {
  std::optional<Row> row =
      context.store.QueryOne("SELECT email, expires_at FROM bearer_tokens WHERE token_sha256 = ?",
                             {absl::BytesToHexString(Sha256(token))});
  if (!row.has_value()) return NotAuthenticated("the bearer token is unknown");
  if (ParseKeptDate(row->Text("expires_at")) <= context.clock.Now()) {
    return NotAuthenticated("the bearer token has expired");
  }
  return EnsureUser(context.store, row->Text("email"));
}

Result<json::value> IssueToken(Context& context, const Request& request) {
  std::array<unsigned char, 32> bytes;
  RAND_bytes(bytes.data(), bytes.size());
  std::string token = absl::WebSafeBase64Escape(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  context.store.Exec("INSERT INTO bearer_tokens VALUES (?, ?, ?)",
                     {absl::BytesToHexString(Sha256(token)), request.user.email,
                      FormatDate(context.clock.Now() + kTokenLifetime)});
  return json::object{{"token", token}};
}

}  // namespace

Authenticator::Authenticator(const std::vector<AuthorizedKey>& keys,
                             absl::Duration signature_window)
    : signature_window_(signature_window) {
  for (const AuthorizedKey& key : keys) email_by_key_id_[key.key_id] = key.email;
}

Result<User> Authenticator::Authenticate(Context& context, const HttpRequest& request) const {
  if (std::optional<std::string_view> token = BearerToken(request)) {
    return AuthenticateToken(context, *token);
  }
  return IsV1(request) ? AuthenticateV1(context, request) : AuthenticateV2(context, request);
}

Result<User> Authenticator::AuthenticateV1(Context& context, const HttpRequest& request) const {
  std::string_view authorization = request.Header("Authorization");
  size_t colon = authorization.find(':');
  if (colon == std::string_view::npos) {
    return NotAuthenticated("Authorization must be <key id>:<signature> or Bearer <token>");
  }
  std::optional<std::string> signature =
      HexToBytes(authorization.substr(colon + 1), kSignatureSize);
  if (!signature.has_value()) return NotAuthenticated("the signature is no 64 bytes in hex");
  return Verify(context, authorization.substr(0, colon), Sha256(request.body), *signature);
}

Result<User> Authenticator::AuthenticateV2(Context& context, const HttpRequest& request) const {
  std::string_view input = request.Header("Signature-Input");
  if (!input.starts_with(kLabel)) {
    return NotAuthenticated("Signature-Input is missing or has no encord-sig");
  }
  input.remove_prefix(kLabel.size());
  std::optional<SignatureParameters> parameters = ParseSignatureParameters(input);
  if (!parameters.has_value()) return NotAuthenticated("Signature-Input cannot be read");
  if (parameters->components.size() != kComponents.size() ||
      !std::is_permutation(kComponents.begin(), kComponents.end(),
                           parameters->components.begin())) {
    return NotAuthenticated("the signature must cover @method, @request-target and content-digest");
  }
  if (parameters->algorithm != "ed25519") return NotAuthenticated("alg must be ed25519");
  if (!parameters->created.has_value()) return NotAuthenticated("created is missing");
  absl::Duration age = context.clock.Now() - absl::FromUnixSeconds(*parameters->created);
  if (absl::AbsDuration(age) > signature_window_) {
    return NotAuthenticated("the signature is too old, or from the future");
  }
  if (ByteSequence(request.Header("Content-Digest"), "sha-256=") != Sha256(request.body)) {
    return NotAuthenticated("Content-Digest is not that of the body");
  }
  std::optional<std::string> signature = ByteSequence(request.Header("Signature"), kLabel);
  if (!signature.has_value() || signature->size() != kSignatureSize) {
    return NotAuthenticated("Signature holds no 64 bytes in base64");
  }
  return Verify(context, parameters->key_id, SignatureBase(request, *parameters, input),
                *signature);
}

Result<User> Authenticator::Verify(Context& context, std::string_view key_id,
                                   std::string_view message, std::string_view signature) const {
  auto email = email_by_key_id_.find(key_id);
  std::optional<std::string> public_key = HexToBytes(key_id, kPublicKeySize);
  if (email == email_by_key_id_.end() || !public_key.has_value()) {
    return NotAuthenticated("the key is not an authorized one");
  }
  if (!VerifyEd25519(*public_key, message, signature)) {
    return NotAuthenticated("the signature does not verify");
  }
  return EnsureUser(context.store, email->second);
}

void RegisterBearerTokens(Router& router) {
  router.Schema(kSchema);
  router.Route("GET", "/v2/public/user/bearer-token", IssueToken);
}

}  // namespace sandbox
