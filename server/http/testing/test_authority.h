// A certificate authority for tests, made anew in every run.

#ifndef SERVER_HTTP_TESTING_TEST_AUTHORITY_H_
#define SERVER_HTTP_TESTING_TEST_AUTHORITY_H_

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <string>

namespace gateway::http::testing {

// Issues server certificates.
class TestAuthority {
 public:
  struct Free {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  using ServerContext = std::unique_ptr<SSL_CTX, Free>;

  // `name` tells the authorities of one test apart.
  explicit TestAuthority(const std::string& name);

  // PEM file with the authority's own certificate, in the test's temporary folder.
  const std::string& ca_file() const { return ca_file_; }

  // The context of a TLS server whose certificate is for `subject_alternative_name`, in OpenSSL's
  // notation ("DNS:localhost", "IP:127.0.0.1"), and expires `validity` from now.
  ServerContext IssueServerContext(const std::string& subject_alternative_name,
                                   std::chrono::seconds validity = std::chrono::hours(1)) const;

 private:
  std::string ca_file_;
  std::unique_ptr<EVP_PKEY, Free> key_;
  std::unique_ptr<X509, Free> certificate_;
};

}  // namespace gateway::http::testing

#endif  // SERVER_HTTP_TESTING_TEST_AUTHORITY_H_
