// TLS to one origin.

#ifndef SERVER_HTTP_TLS_H_
#define SERVER_HTTP_TLS_H_

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/http/url.h"

namespace gateway::http {

// Settings and session of TLS connections to one origin: version 1.2 or newer, with the server's
// certificate checked, its chain as well as its host name or IP address. Sessions are resumed. Not
// thread-safe.
class TlsClient {
 public:
  // `ca_file`: PEM file of the authorities to trust, or empty for the system's. INVALID_ARGUMENT if
  // it cannot be used.
  static absl::StatusOr<std::unique_ptr<TlsClient>> Create(const Origin& origin,
                                                           const std::string& ca_file);
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // For the streams of the connections, which it must outlive.
  boost::asio::ssl::context& context() { return context_; }

  // Prepares a new stream for its handshake. INTERNAL if OpenSSL refuses.
  absl::Status Prepare(SSL* ssl);

  // What went wrong in the handshake of `ssl`, for people.
  static std::string DescribeFailure(const SSL* ssl, boost::system::error_code error);

 private:
  explicit TlsClient(const Origin& origin);
  static int OnNewSession(SSL* ssl, SSL_SESSION* session);

  const Origin origin_;
  boost::asio::ssl::context context_;

  struct FreeSession {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };
  std::unique_ptr<SSL_SESSION, FreeSession> session_;  // the newest
};

}  // namespace gateway::http

#endif  // SERVER_HTTP_TLS_H_
