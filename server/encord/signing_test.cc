#include "server/encord/signing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/encord/auth_vectors.h"

namespace gateway::encord {
namespace {

namespace json = boost::json;

using std::chrono::seconds;
using std::chrono::system_clock;

constexpr const char* kAuthenticationHeaders[] = {"Authorization", "Content-Digest",
                                                  "Signature-Input", "Signature"};

Credential TheKey() {
  auto key = PrivateKey::Parse(AuthVectorKey("openssh_private_key"), "");
  return Credential::FromKey(std::make_shared<const PrivateKey>(*std::move(key)));
}

Credential AnotherKey() {
  auto key = PrivateKey::Parse(
      "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIE"
      "IAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n-----END PRIVATE KEY-----\n",
      "");
  return Credential::FromKey(std::make_shared<const PrivateKey>(*std::move(key)));
}

Credential TheToken() { return *Credential::FromBearerToken("tok-123"); }

std::map<std::string, std::string> Map(const std::vector<http::Header>& headers) {
  std::map<std::string, std::string> map;
  for (const http::Header& header : headers) {
    EXPECT_TRUE(map.emplace(header.name, header.value).second) << header.name;
  }
  return map;
}

class SigningTest : public testing::Test {
 protected:
  std::map<std::string, std::string> V1(const Credential& credential, std::string_view body) {
    std::vector<http::Header> headers;
    signer_.SignV1(credential, body, headers);
    return Map(headers);
  }

  std::map<std::string, std::string> V2(const Credential& credential, std::string_view method,
                                        std::string_view target, std::string_view body) {
    std::vector<http::Header> headers;
    signer_.SignV2(credential, method, target, body, headers);
    return Map(headers);
  }

  system_clock::time_point now_{seconds(AuthVectors().at("now_unix").as_int64())};
  Signer signer_{[this] { return now_; }};
};

// The authentication headers of a vector.
std::map<std::string, std::string> Expected(const json::value& vector) {
  std::map<std::string, std::string> map;
  for (const json::value& header : vector.at("headers").as_array()) {
    for (const char* name : kAuthenticationHeaders) {
      if (header.at(0).as_string() == name) map[name] = header.at(1).as_string().c_str();
    }
  }
  return map;
}

TEST_F(SigningTest, EveryVectorBitForBitCachedOrNot) {
  int vectors = 0;
  for (int round = 0; round < 2; ++round) {
    for (const json::value& vector : AuthVectors().at("v2").as_array()) {
      SCOPED_TRACE(vector.at("name").as_string().c_str());
      const auto expected = Expected(vector);
      EXPECT_EQ(expected.size(), 3u);
      EXPECT_EQ(V2(TheKey(), vector.at("method").as_string(),
                   vector.at("request_target").as_string(), vector.at("body").as_string()),
                expected);
      ++vectors;
    }
    for (const json::value& vector : AuthVectors().at("v1").as_array()) {
      SCOPED_TRACE(vector.at("name").as_string().c_str());
      const auto expected = Expected(vector);
      EXPECT_EQ(expected.size(), 1u);
      EXPECT_EQ(V1(TheKey(), vector.at("body").as_string()), expected);
      ++vectors;
    }
    for (const json::value& vector : AuthVectors().at("bearer").as_array()) {
      SCOPED_TRACE(vector.at("name").as_string().c_str());
      const auto expected = Expected(vector);
      EXPECT_EQ(expected.size(), 1u);
      EXPECT_EQ(vector.at("method").as_string() == "POST"
                    ? V1(TheToken(), vector.at("body").as_string())
                    : V2(TheToken(), vector.at("method").as_string(),
                         vector.at("request_target").as_string(), vector.at("body").as_string()),
                expected);
      ++vectors;
    }
  }
  EXPECT_EQ(vectors, 2 * (4 + 2 + 2));
}

TEST_F(SigningTest, V2IsDatedThirtySecondsBackInWholeSeconds) {
  now_ = system_clock::time_point(seconds(1000)) + std::chrono::milliseconds(999);
  EXPECT_THAT(V2(TheKey(), "GET", "/a", "").at("Signature-Input"),
              testing::HasSubstr(";created=970;"));
}

TEST_F(SigningTest, V2DependsOnEverythingCovered) {
  const std::string base = V2(TheKey(), "POST", "/a", "b").at("Signature");
  EXPECT_EQ(V2(TheKey(), "POST", "/a", "b").at("Signature"), base);
  EXPECT_NE(V2(TheKey(), "PATCH", "/a", "b").at("Signature"), base);
  EXPECT_NE(V2(TheKey(), "POST", "/a?", "b").at("Signature"), base);
  EXPECT_NE(V2(TheKey(), "POST", "/a", "c").at("Signature"), base);
  EXPECT_NE(V2(TheKey(), "POST", "/a", "").at("Signature"), base);
  EXPECT_NE(V2(AnotherKey(), "POST", "/a", "b").at("Signature"), base);
  now_ += seconds(1);
  EXPECT_NE(V2(TheKey(), "POST", "/a", "b").at("Signature"), base);
  now_ -= seconds(1);
  EXPECT_EQ(V2(TheKey(), "POST", "/a", "b").at("Signature"), base);
}

TEST_F(SigningTest, V1DependsOnBodyAndKeyAlone) {
  const std::string base = V1(TheKey(), "b").at("Authorization");
  EXPECT_NE(V1(TheKey(), "c").at("Authorization"), base);
  EXPECT_NE(V1(AnotherKey(), "b").at("Authorization"), base);
  now_ += std::chrono::hours(1);
  EXPECT_EQ(V1(TheKey(), "b").at("Authorization"), base);
}

// More requests than the caches hold, signed again by a signer whose caches are empty.
TEST_F(SigningTest, FullCachesStillSignRight) {
  constexpr int kRequests = 2500;
  for (int i = 0; i < kRequests; ++i) {
    V1(TheKey(), absl::StrCat(i));
    V2(TheKey(), "GET", absl::StrCat("/", i), "");
  }
  for (int i = 0; i < kRequests; i += 250) {
    Signer fresh([this] { return now_; });
    std::vector<http::Header> headers;
    fresh.SignV1(TheKey(), absl::StrCat(i), headers);
    EXPECT_EQ(V1(TheKey(), absl::StrCat(i)), Map(headers));
    headers.clear();
    fresh.SignV2(TheKey(), "GET", absl::StrCat("/", i), "", headers);
    EXPECT_EQ(V2(TheKey(), "GET", absl::StrCat("/", i), ""), Map(headers));
  }
}

TEST_F(SigningTest, LongTargetsAreSignedInFull) {
  const std::string target = "/" + std::string(5000, 'a');
  const std::string base = V2(TheKey(), "GET", target, "").at("Signature");
  EXPECT_EQ(V2(TheKey(), "GET", target, "").at("Signature"), base);
  EXPECT_NE(V2(TheKey(), "GET", target + "a", "").at("Signature"), base);
}

TEST_F(SigningTest, KeepsTheOtherHeaders) {
  std::vector<http::Header> headers = {{"Accept", "application/json"}};
  signer_.SignV2(TheToken(), "GET", "/a", "", headers);
  ASSERT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers[0].name, "Accept");
}

}  // namespace
}  // namespace gateway::encord
