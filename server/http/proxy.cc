#include "server/http/proxy.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace gateway::http {
namespace {

std::string EnvironmentVariable(const char* lower_case, const char* upper_case) {
  for (const char* name : {lower_case, upper_case}) {
    if (const char* value = std::getenv(name)) return value;
  }
  return "";
}

// Takes a trailing ":port" off `entry`. False if there is one and it is not `port`.
bool TakePort(absl::string_view& entry, std::uint16_t port) {
  const std::size_t colon = entry.rfind(':');
  if (colon == absl::string_view::npos) return true;
  const bool bracketed = entry.front() == '[';
  const bool bare_ipv6 = !bracketed && entry.find(':') != colon;
  if (bare_ipv6 || (bracketed && entry.back() == ']')) return true;
  int wanted = 0;
  if (!absl::SimpleAtoi(entry.substr(colon + 1), &wanted) || wanted != port) return false;
  entry.remove_suffix(entry.size() - colon);
  return true;
}

bool EntryMatches(absl::string_view entry, const Origin& origin) {
  if (entry == "*") return true;
  if (!TakePort(entry, origin.port)) return false;
  if (entry.size() > 2 && entry.front() == '[' && entry.back() == ']') {
    entry = entry.substr(1, entry.size() - 2);
  }
  if (entry.empty()) return false;
  if (absl::EqualsIgnoreCase(entry, origin.host)) return true;
  if (origin.host_is_ip || !absl::EndsWithIgnoreCase(origin.host, entry)) return false;
  return entry.front() == '.' || origin.host[origin.host.size() - entry.size() - 1] == '.';
}

}  // namespace

ProxySettings ProxySettingsFromEnvironment() {
  return {.proxy = EnvironmentVariable("https_proxy", "HTTPS_PROXY"),
          .no_proxy = EnvironmentVariable("no_proxy", "NO_PROXY")};
}

bool BypassesProxy(absl::string_view no_proxy, const Origin& origin) {
  for (const absl::string_view entry :
       absl::StrSplit(no_proxy, absl::ByAnyChar(", \t"), absl::SkipEmpty())) {
    if (EntryMatches(entry, origin)) return true;
  }
  return false;
}

}  // namespace gateway::http
