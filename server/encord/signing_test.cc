#include "server/encord/signing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

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

std::map<std::string, std::string> Headers(Signer& signer, Signature signature) {
  if (signature.missing()) signature.Compute();
  std::vector<http::Header> headers;
  signer.Finish(std::move(signature), headers);
  return Map(headers);
}

class SigningTest : public testing::Test {
 protected:
  std::map<std::string, std::string> V1(const Credential& credential, std::string_view body) {
    return Headers(signer_, signer_.StartV1(credential, body));
  }

  std::map<std::string, std::string> V2(const Credential& credential, std::string_view method,
                                        std::string_view target, std::string_view body) {
    return Headers(signer_, signer_.StartV2(credential, method, target, body));
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
    EXPECT_EQ(V1(TheKey(), absl::StrCat(i)),
              Headers(fresh, fresh.StartV1(TheKey(), absl::StrCat(i))));
    EXPECT_EQ(V2(TheKey(), "GET", absl::StrCat("/", i), ""),
              Headers(fresh, fresh.StartV2(TheKey(), "GET", absl::StrCat("/", i), "")));
  }
}

TEST_F(SigningTest, LongTargetsAreSignedInFull) {
  const std::string target = "/" + std::string(5000, 'a');
  const std::string base = V2(TheKey(), "GET", target, "").at("Signature");
  EXPECT_EQ(V2(TheKey(), "GET", target, "").at("Signature"), base);
  EXPECT_NE(V2(TheKey(), "GET", target + "a", "").at("Signature"), base);
}

TEST_F(SigningTest, OnlyWhatIsNotAtHandIsMissing) {
  EXPECT_TRUE(signer_.StartV1(TheKey(), "b").missing());
  EXPECT_TRUE(signer_.StartV2(TheKey(), "GET", "/a", "").missing());
  V1(TheKey(), "b");
  V2(TheKey(), "GET", "/a", "");
  EXPECT_FALSE(signer_.StartV1(TheKey(), "b").missing());
  EXPECT_FALSE(signer_.StartV2(TheKey(), "GET", "/a", "").missing());
  EXPECT_FALSE(signer_.StartV1(TheToken(), "b").missing());
  EXPECT_FALSE(signer_.StartV2(TheToken(), "GET", "/a", "").missing());
}

// A signature that is computed while the clock goes on is the one of its own second, and is not
// taken for one of the next.
TEST_F(SigningTest, TheClockGoesOnMeanwhile) {
  const auto before = V2(TheKey(), "GET", "/a", "");
  Signer fresh([this] { return now_; });
  Signature slow = fresh.StartV2(TheKey(), "GET", "/a", "");
  now_ += seconds(1);
  const auto after = Headers(fresh, fresh.StartV2(TheKey(), "GET", "/a", ""));
  EXPECT_EQ(Headers(fresh, std::move(slow)), before);
  EXPECT_EQ(Headers(fresh, fresh.StartV2(TheKey(), "GET", "/a", "")), after);
  EXPECT_NE(before.at("Signature"), after.at("Signature"));
}

// Signatures under way at the same time, on threads of their own.
TEST_F(SigningTest, ManyAtOnce) {
  constexpr int kRequests = 200;
  std::vector<Signature> signatures;
  for (int i = 0; i < kRequests; ++i) {
    const std::string distinct = absl::StrCat("/", i / 2);  // every request twice
    signatures.push_back(signer_.StartV1(TheKey(), distinct));
    signatures.push_back(signer_.StartV2(TheKey(), "GET", distinct, ""));
  }
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&signatures, thread] {
      for (std::size_t i = thread; i < signatures.size(); i += 4) signatures[i].Compute();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kRequests; ++i) {
    Signer fresh([this] { return now_; });
    const std::string distinct = absl::StrCat("/", i / 2);
    EXPECT_EQ(Headers(signer_, std::move(signatures[2 * i])),
              Headers(fresh, fresh.StartV1(TheKey(), distinct)));
    EXPECT_EQ(Headers(signer_, std::move(signatures[2 * i + 1])),
              Headers(fresh, fresh.StartV2(TheKey(), "GET", distinct, "")));
  }
}

TEST_F(SigningTest, KeepsTheOtherHeaders) {
  std::vector<http::Header> headers = {{"Accept", "application/json"}};
  signer_.Finish(signer_.StartV2(TheToken(), "GET", "/a", ""), headers);
  ASSERT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers[0].name, "Accept");
}

}  // namespace
}  // namespace gateway::encord
