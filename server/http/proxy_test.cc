#include "server/http/proxy.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace gateway::http {
namespace {

bool Bypasses(absl::string_view no_proxy, absl::string_view url) {
  return BypassesProxy(no_proxy, *ParseOrigin(url));
}

TEST(BypassesProxyTest, EmptyListBypassesNothing) {
  EXPECT_FALSE(Bypasses("", "https://api.encord.com"));
  EXPECT_FALSE(Bypasses(" , ,", "https://api.encord.com"));
}

TEST(BypassesProxyTest, HostAndItsSubdomains) {
  EXPECT_TRUE(Bypasses("encord.com", "https://encord.com"));
  EXPECT_TRUE(Bypasses("other.org, Encord.COM", "https://api.encord.com"));
  EXPECT_FALSE(Bypasses("encord.com", "https://notencord.com"));
  EXPECT_FALSE(Bypasses("api.encord.com", "https://encord.com"));
}

TEST(BypassesProxyTest, SuffixMatchesSubdomainsOnly) {
  EXPECT_TRUE(Bypasses(".encord.com", "https://api.encord.com"));
  EXPECT_FALSE(Bypasses(".encord.com", "https://encord.com"));
  EXPECT_FALSE(Bypasses(".encord.com", "https://notencord.com"));
}

TEST(BypassesProxyTest, Port) {
  EXPECT_TRUE(Bypasses("encord.com:443", "https://api.encord.com"));
  EXPECT_FALSE(Bypasses("encord.com:8443", "https://api.encord.com"));
  EXPECT_FALSE(Bypasses("encord.com:https", "https://api.encord.com"));
}

TEST(BypassesProxyTest, Star) { EXPECT_TRUE(Bypasses("x,*", "https://api.encord.com")); }

TEST(BypassesProxyTest, IpAddresses) {
  EXPECT_TRUE(Bypasses("127.0.0.1", "https://127.0.0.1:8443"));
  EXPECT_TRUE(Bypasses("127.0.0.1:8443", "https://127.0.0.1:8443"));
  EXPECT_FALSE(Bypasses("0.0.1", "https://127.0.0.1"));
  EXPECT_FALSE(Bypasses(".0.0.1", "https://127.0.0.1"));
  EXPECT_TRUE(Bypasses("::1", "https://[::1]:8443"));
  EXPECT_TRUE(Bypasses("[::1]", "https://[::1]:8443"));
  EXPECT_TRUE(Bypasses("[::1]:8443", "https://[::1]:8443"));
  EXPECT_FALSE(Bypasses("[::1]:443", "https://[::1]:8443"));
}

TEST(ProxySettingsFromEnvironmentTest, LowerCaseComesFirst) {
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"}) unsetenv(name);
  EXPECT_EQ(ProxySettingsFromEnvironment().proxy, "");
  EXPECT_EQ(ProxySettingsFromEnvironment().no_proxy, "");

  setenv("HTTPS_PROXY", "http://upper", 1);
  setenv("NO_PROXY", "upper", 1);
  EXPECT_EQ(ProxySettingsFromEnvironment().proxy, "http://upper");
  EXPECT_EQ(ProxySettingsFromEnvironment().no_proxy, "upper");

  setenv("https_proxy", "http://lower", 1);
  setenv("no_proxy", "lower", 1);
  EXPECT_EQ(ProxySettingsFromEnvironment().proxy, "http://lower");
  EXPECT_EQ(ProxySettingsFromEnvironment().no_proxy, "lower");
}

}  // namespace
}  // namespace gateway::http
