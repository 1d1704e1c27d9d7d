// Which proxy to use, by the environment's conventions.

#ifndef SERVER_HTTP_PROXY_H_
#define SERVER_HTTP_PROXY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "server/http/url.h"

namespace gateway::http {

// The values for `Options::proxy` and `Options::no_proxy`.
struct ProxySettings {
  std::string proxy;
  std::string no_proxy;
};

// Reads https_proxy and no_proxy, or HTTPS_PROXY and NO_PROXY where the lower-case one is not set.
ProxySettings ProxySettingsFromEnvironment();

// Whether `no_proxy` says that `origin` is reached directly. It is a list separated by commas or
// spaces, in any letter case, of
//   host     the host and its subdomains, or an IP address (an IPv6 one with or without brackets)
//   .suffix  the subdomains of suffix only
//   *        every host
// each but the last optionally with ":port", which limits it to that port.
bool BypassesProxy(absl::string_view no_proxy, const Origin& origin);

}  // namespace gateway::http

#endif  // SERVER_HTTP_PROXY_H_
