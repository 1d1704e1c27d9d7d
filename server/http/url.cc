#include "server/http/url.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gateway::http {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

absl::Status Malformed(absl::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat("malformed URL: ", reason));
}

// The host of an origin as it stands in an authority.
std::string Bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : absl::StrCat("[", host, "]");
}

absl::StatusOr<Origin> ToOrigin(const boost::urls::url_view& url) {
  Origin origin;
  switch (url.scheme_id()) {
    case boost::urls::scheme::http:
      origin.port = kHttpPort;
      break;
    case boost::urls::scheme::https:
      origin.https = true;
      origin.port = kHttpsPort;
      break;
    default:
      return Malformed("the scheme must be http or https");
  }
  switch (url.host_type()) {
    case boost::urls::host_type::name:
      break;
    case boost::urls::host_type::ipv4:
    case boost::urls::host_type::ipv6:
      origin.host_is_ip = true;
      break;
    default:
      return Malformed("it names no host");
  }
  origin.host = url.host_type() == boost::urls::host_type::ipv6 ? url.host_address() : url.host();
  absl::AsciiStrToLower(&origin.host);
  if (origin.host.empty()) return Malformed("it names no host");
  for (const char c : origin.host) {
    if (!absl::ascii_isgraph(c)) return Malformed("its host is not a host name");
  }
  if (url.has_port() && !url.port().empty()) {
    origin.port = url.port_number();
    if (origin.port == 0) return Malformed("the port must be 1 to 65535");
  }
  if (!url.encoded_path().empty() && url.encoded_path() != "/") {
    return Malformed("it must not have a path");
  }
  if (url.has_query() || url.has_fragment()) {
    return Malformed("it must not have a query or fragment");
  }
  return origin;
}

}  // namespace

std::string Origin::Authority() const { return absl::StrCat(Bracketed(host), ":", port); }

std::string Origin::HostHeader() const {
  return port == (https ? kHttpsPort : kHttpPort) ? Bracketed(host) : Authority();
}

absl::StatusOr<Origin> ParseOrigin(absl::string_view url) {
  const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
  if (!parsed) return Malformed("expected http://HOST[:PORT] or https://HOST[:PORT]");
  if (parsed->has_userinfo()) return Malformed("it must not have a user or password");
  return ToOrigin(*parsed);
}

absl::StatusOr<Proxy> ParseProxy(absl::string_view url) {
  const std::string full =
      url.find("://") == absl::string_view::npos ? absl::StrCat("http://", url) : std::string(url);
  const auto parsed = boost::urls::parse_uri(full);
  if (!parsed) return Malformed("expected [http://][USER:PASSWORD@]HOST[:PORT]");
  absl::StatusOr<Origin> origin = ToOrigin(*parsed);
  if (!origin.ok()) return origin.status();
  if (origin->https) return Malformed("a proxy must be an http proxy");
  return Proxy{.origin = *std::move(origin), .userinfo = parsed->userinfo()};
}

}  // namespace gateway::http
