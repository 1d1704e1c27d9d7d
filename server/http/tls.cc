#include "server/http/tls.h"

#include <openssl/x509v3.h>

#include <boost/asio/ssl/error.hpp>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gateway::http {

namespace ssl = boost::asio::ssl;

namespace {

// Where an SSL keeps its TlsClient. (The application data are Asio's.)
int SessionOwnerIndex() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

TlsClient::TlsClient(const Origin& origin) : origin_(origin), context_(ssl::context::tls_client) {}

absl::StatusOr<std::unique_ptr<TlsClient>> TlsClient::Create(const Origin& origin,
                                                             const std::string& ca_file) {
  auto client = absl::WrapUnique(new TlsClient(origin));
  boost::system::error_code error;
  if (ca_file.empty()) {
    client->context_.set_default_verify_paths(error);
  } else {
    client->context_.load_verify_file(ca_file, error);
  }
  if (error) {
    return absl::InvalidArgumentError(absl::StrCat(
        "cannot read the certificate authorities",
        ca_file.empty() ? std::string() : absl::StrCat(" in ", ca_file), ": ", error.message()));
  }
  SSL_CTX* const context = client->context_.native_handle();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &TlsClient::OnNewSession);
  return client;
}

absl::Status TlsClient::Prepare(SSL* ssl) {
  const std::string& host = origin_.host;
  X509_VERIFY_PARAM* const parameters = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool prepared = origin_.host_is_ip
                            ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1
                            : X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), 0) == 1 &&
                                  SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
  if (!prepared) return absl::InternalError("cannot set the host name that TLS checks");
  SSL_set_ex_data(ssl, SessionOwnerIndex(), this);
  if (session_ != nullptr && SSL_SESSION_is_resumable(session_.get()) == 1) {
    SSL_set_session(ssl, session_.get());
  }
  return absl::OkStatus();
}

int TlsClient::OnNewSession(SSL* ssl, SSL_SESSION* session) {
  static_cast<TlsClient*>(SSL_get_ex_data(ssl, SessionOwnerIndex()))->session_.reset(session);
  return 1;  // the session is ours now
}

std::string TlsClient::DescribeFailure(const SSL* ssl, boost::system::error_code error) {
  const long result = SSL_get_verify_result(ssl);
  if (result == X509_V_OK) {
    if (error == ssl::error::stream_truncated) return "the connection was closed";
    return error.message();
  }
  absl::string_view hint;
  switch (result) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      hint = " (unknown certificate authority)";
      break;
    default:
      break;
  }
  return absl::StrCat("certificate not accepted: ", X509_verify_cert_error_string(result), hint);
}

}  // namespace gateway::http
