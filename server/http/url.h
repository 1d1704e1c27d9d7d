// The URLs of an origin and of a proxy.

#ifndef SERVER_HTTP_URL_H_
#define SERVER_HTTP_URL_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace gateway::http {

// A scheme, host and port: all that a connection depends on.
struct Origin {
  bool https = false;
  std::string host;  // name or IP address, lower case, an IPv6 address without brackets
  std::uint16_t port = 0;
  bool host_is_ip = false;

  // "host:port", an IPv6 address in brackets: the target of CONNECT.
  std::string Authority() const;

  // As Authority, without the port where it is the scheme's default: the Host header.
  std::string HostHeader() const;
};

// An HTTP proxy and the credentials in its URL.
struct Proxy {
  Origin origin;         // never https
  std::string userinfo;  // "user:password", decoded; empty if there is none. A secret.
};

// Parses "http://host[:port][/]" or "https://...". INVALID_ARGUMENT for anything else; the message
// does not repeat the URL, which may hold a password.
absl::StatusOr<Origin> ParseOrigin(absl::string_view url);

// Parses "[http://][user[:password]@]host[:port][/]"; the port is 80 by default. INVALID_ARGUMENT
// for anything else, such as an https or socks5 proxy.
absl::StatusOr<Proxy> ParseProxy(absl::string_view url);

}  // namespace gateway::http

#endif  // SERVER_HTTP_URL_H_
