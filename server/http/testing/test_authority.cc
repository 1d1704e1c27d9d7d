#include "server/http/testing/test_authority.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>

namespace gateway::http::testing {
namespace {

constexpr long kVersion3 = 2;
constexpr std::chrono::hours kBackdated(24);

using Key = std::unique_ptr<EVP_PKEY, TestAuthority::Free>;
using Certificate = std::unique_ptr<X509, TestAuthority::Free>;

void Check(bool condition) {
  if (!condition) std::abort();
}

// An unsigned certificate with its key's public half. Without `issuer` it is its own.
Certificate NewCertificate(EVP_PKEY* key, const std::string& common_name, X509* issuer,
                           std::chrono::seconds validity) {
  static long serial = 0;
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), kVersion3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()),
                  -std::chrono::seconds(kBackdated).count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), validity.count());
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(),
                       issuer == nullptr ? subject : X509_get_subject_name(issuer));
  return certificate;
}

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  Check(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name) : key_(EVP_EC_gen("P-256")) {
  certificate_ = NewCertificate(key_.get(), name, nullptr, std::chrono::hours(1));
  AddExtension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate_.get(), NID_key_usage, "critical,keyCertSign");
  Check(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) != 0);

  const char* const folder = std::getenv("TEST_TMPDIR");
  ca_file_ = std::string(folder == nullptr ? "/tmp" : folder) + "/" + name + ".pem";
  FILE* const file = std::fopen(ca_file_.c_str(), "w");
  Check(file != nullptr);
  Check(PEM_write_X509(file, certificate_.get()) == 1);
  std::fclose(file);
}

TestAuthority::ServerContext TestAuthority::IssueServerContext(
    const std::string& subject_alternative_name, std::chrono::seconds validity) const {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = NewCertificate(key.get(), "server", certificate_.get(), validity);
  AddExtension(certificate.get(), NID_subject_alt_name, subject_alternative_name);
  Check(X509_sign(certificate.get(), key_.get(), EVP_sha256()) != 0);

  ServerContext context(SSL_CTX_new(TLS_server_method()));
  Check(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1);
  Check(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  return context;
}

}  // namespace gateway::http::testing
