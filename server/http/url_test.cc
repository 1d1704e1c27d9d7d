#include "server/http/url.h"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

TEST(ParseOriginTest, DefaultPorts) {
  const auto https = ParseOrigin("https://api.encord.com");
  ASSERT_TRUE(https.ok()) << https.status();
  EXPECT_TRUE(https->https);
  EXPECT_EQ(https->host, "api.encord.com");
  EXPECT_EQ(https->port, 443);
  EXPECT_FALSE(https->host_is_ip);
  EXPECT_EQ(https->HostHeader(), "api.encord.com");
  EXPECT_EQ(https->Authority(), "api.encord.com:443");

  const auto http = ParseOrigin("http://localhost/");
  ASSERT_TRUE(http.ok()) << http.status();
  EXPECT_FALSE(http->https);
  EXPECT_EQ(http->port, 80);
}

TEST(ParseOriginTest, ExplicitPort) {
  const auto origin = ParseOrigin("HTTPS://API.Encord.com:8443");
  ASSERT_TRUE(origin.ok()) << origin.status();
  EXPECT_TRUE(origin->https);
  EXPECT_EQ(origin->host, "api.encord.com");
  EXPECT_EQ(origin->port, 8443);
  EXPECT_EQ(origin->HostHeader(), "api.encord.com:8443");
}

TEST(ParseOriginTest, IpAddresses) {
  const auto v4 = ParseOrigin("http://127.0.0.1:8080");
  ASSERT_TRUE(v4.ok()) << v4.status();
  EXPECT_TRUE(v4->host_is_ip);
  EXPECT_EQ(v4->host, "127.0.0.1");

  const auto v6 = ParseOrigin("https://[::1]:8443");
  ASSERT_TRUE(v6.ok()) << v6.status();
  EXPECT_TRUE(v6->host_is_ip);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->HostHeader(), "[::1]:8443");
}

TEST(ParseOriginTest, RefusesWhatIsNoOrigin) {
  for (const char* url :
       {"", "api.encord.com", "ftp://api.encord.com", "https://", "https://:443",
        "https://api.encord.com/v2", "https://api.encord.com/?q", "https://api.encord.com/#f",
        "https://user:secret@api.encord.com", "https://api.encord.com:0",
        "https://api.encord.com:65536", "https://api encord.com", "https://a%0d%0ab",
        "https://api.encord.com\r\nX: y"}) {
    const auto origin = ParseOrigin(url);
    EXPECT_EQ(origin.status().code(), absl::StatusCode::kInvalidArgument) << url;
  }
}

TEST(ParseProxyTest, WithAndWithoutScheme) {
  for (const char* url :
       {"proxy.local:3128", "http://proxy.local:3128", "http://proxy.local:3128/"}) {
    const auto proxy = ParseProxy(url);
    ASSERT_TRUE(proxy.ok()) << url << ": " << proxy.status();
    EXPECT_EQ(proxy->origin.host, "proxy.local");
    EXPECT_EQ(proxy->origin.port, 3128);
    EXPECT_EQ(proxy->userinfo, "");
  }
  EXPECT_EQ(ParseProxy("proxy.local")->origin.port, 80);
}

TEST(ParseProxyTest, Credentials) {
  const auto proxy = ParseProxy("http://user:p%40ss%3A@proxy.local:3128");
  ASSERT_TRUE(proxy.ok()) << proxy.status();
  EXPECT_EQ(proxy->userinfo, "user:p@ss:");
}

TEST(ParseProxyTest, RefusesOtherKindsWithoutTellingTheUrl) {
  for (const char* url : {"https://user:secret@proxy.local", "socks5://user:secret@proxy.local",
                          "http://user:secret@proxy.local/path", "http://user:secret@"}) {
    const auto proxy = ParseProxy(url);
    EXPECT_EQ(proxy.status().code(), absl::StatusCode::kInvalidArgument) << url;
    EXPECT_EQ(proxy.status().message().find("secret"), absl::string_view::npos);
  }
}

}  // namespace
}  // namespace gateway::http
