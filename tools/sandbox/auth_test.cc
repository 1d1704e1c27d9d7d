#include "tools/sandbox/auth.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fstream>
#include <iterator>

#include "tools/sandbox/api.h"
#include "tools/sandbox/date.h"
#include "tools/sandbox/members.h"

namespace sandbox {
namespace {

constexpr char kEmail[] = "ann@example.com";

// Requests as the official SDK signed them, with its clock frozen.
const json::object& Vectors() {
  static const json::value vectors = [] {
    std::ifstream file("tests/vectors/encord-auth-vectors.json");
    return ParseKeptJson(std::string{std::istreambuf_iterator<char>(file), {}});
  }();
  return vectors.as_object();
}

HttpRequest RequestOf(const json::value& vector) {
  HttpRequest request;
  request.method = std::string(vector.at("method").as_string());
  request.target = std::string(vector.at("request_target").as_string());
  request.body = std::string(vector.at("body").as_string());
  for (const json::value& header : vector.at("headers").as_array()) {
    request.headers.emplace_back(std::string(header.at(0).as_string()),
                                 std::string(header.at(1).as_string()));
  }
  return request;
}

void SetHeader(HttpRequest& request, std::string_view name, const std::string& value) {
  for (auto& [key, old] : request.headers) {
    if (key == name) old = value;
  }
}

class AuthTest : public testing::Test {
 protected:
  AuthTest() : clock_(absl::FromUnixSeconds(Vectors().at("now_unix").as_int64())) {
    Api::Options options;
    std::string line(Vectors().at("key").at("openssh_public_key").as_string());
    options.keys = *ParseAuthorizedKeys(line + " " + kEmail + "\n");
    api_ = *Api::Create(options, clock_);
  }

  int Status(const HttpRequest& request) {
    return std::get<HttpAnswer>(api_->Handle(request).reply).status;
  }
  std::string Sender(const HttpRequest& request) { return api_->Handle(request).user; }

  HttpRequest V2() { return RequestOf(Vectors().at("v2").at(1)); }
  HttpRequest V1() { return RequestOf(Vectors().at("v1").at(0)); }

  ManualClock clock_;
  std::unique_ptr<Api> api_;
};

TEST_F(AuthTest, KnowsTheSenderOfEveryRequestThatTheSdkSigned) {
  int checked = 0;
  for (const char* family : {"v2", "v1"}) {
    for (const json::value& vector : Vectors().at(family).as_array()) {
      EXPECT_EQ(Sender(RequestOf(vector)), kEmail) << vector.at("name");
      ++checked;
    }
  }
  EXPECT_EQ(checked, 6);
}

TEST_F(AuthTest, AcceptsTheSameSignedRequestTwice) {
  EXPECT_EQ(Sender(V2()), kEmail);
  EXPECT_EQ(Sender(V2()), kEmail);
}

TEST_F(AuthTest, RefusesAnyChangeOfWhatIsSigned) {
  HttpRequest method = V2();
  method.method = "PUT";
  HttpRequest target = V2();
  target.target += "?a=b";
  HttpRequest body = V2();
  body.body += " ";
  HttpRequest later = V2();
  std::string input(later.Header("Signature-Input"));
  input.replace(input.find("1768472400"), 10, "1768472401");
  SetHeader(later, "Signature-Input", input);
  HttpRequest v1_body = V1();
  v1_body.body += " ";
  for (const HttpRequest* request : {&method, &target, &body, &later, &v1_body}) {
    EXPECT_EQ(Status(*request), 401);
    EXPECT_EQ(Sender(*request), "");
  }
}

TEST_F(AuthTest, RefusesASignatureThatLeavesTheDigestOut) {
  HttpRequest request = V2();
  std::string input(request.Header("Signature-Input"));
  input.replace(input.find(" \"content-digest\""), 17, "");
  SetHeader(request, "Signature-Input", input);
  EXPECT_EQ(Status(request), 401);
}

TEST_F(AuthTest, TakesV2SignaturesWithinTheWindowOnly) {
  absl::Time created = absl::FromUnixSeconds(Vectors().at("created").as_int64());
  for (auto [offset, sender] : {std::pair{absl::Minutes(10), kEmail},
                                {absl::Minutes(10) + absl::Seconds(1), ""},
                                {-absl::Minutes(10), kEmail},
                                {-absl::Minutes(10) - absl::Seconds(1), ""}}) {
    clock_.Set(created + offset);
    EXPECT_EQ(Sender(V2()), sender) << offset;
  }
}

TEST_F(AuthTest, RefusesAnUnknownKey) {
  ManualClock clock(clock_.Now());
  auto other = *Api::Create({.database = ":memory:",
                             .keys = {GenerateSshKey(kEmail).public_key},
                             .signature_window = absl::Minutes(10),
                             .settings = {}},
                            clock);
  EXPECT_EQ(std::get<HttpAnswer>(other->Handle(V2()).reply).status, 401);
}

TEST_F(AuthTest, RefusesInTheFormOfTheApiGeneration) {
  HttpRequest v2 = V2();
  v2.headers.clear();
  json::value v2_body = ParseKeptJson(std::get<HttpAnswer>(api_->Handle(v2).reply).body);
  EXPECT_TRUE(v2_body.as_object().contains("message"));
  HttpRequest v1 = V1();
  v1.headers.clear();
  json::value v1_body = ParseKeptJson(std::get<HttpAnswer>(api_->Handle(v1).reply).body);
  EXPECT_EQ(v1_body.at("status"), 401);
  EXPECT_EQ(v1_body.at("response"), (json::array{"AUTHENTICATION_ERROR"}));
}

class BearerTokenTest : public AuthTest {
 protected:
  HttpRequest TokenRequest(const std::string& token) {
    HttpRequest request;
    request.method = "GET";
    request.target = "/v2/public/user/bearer-token";
    request.headers = {{"Authorization", "Bearer " + token}};
    return request;
  }
  // Issues a token straight from the handler, as a signed request would.
  std::string Issue() {
    Router router;
    RegisterBearerTokens(router);
    HttpRequest request;
    request.method = "GET";
    request.target = "/v2/public/user/bearer-token";
    auto reply =
        router.Dispatch(api_->context(), EnsureUser(api_->context().store, kEmail), request);
    return std::string(ParseKeptJson(std::get<HttpAnswer>(reply).body).at("token").as_string());
  }
};

TEST_F(BearerTokenTest, NamesTheUserUntilItExpires) {
  std::string token = Issue();
  EXPECT_EQ(Sender(TokenRequest(token)), kEmail);
  clock_.Advance(absl::Minutes(59));
  EXPECT_EQ(Sender(TokenRequest(token)), kEmail);
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(Status(TokenRequest(token)), 401);
}

TEST_F(BearerTokenTest, IsGoodForV1Too) {
  HttpRequest request = V1();
  SetHeader(request, "Authorization", "Bearer " + Issue());
  EXPECT_EQ(Sender(request), kEmail);
}

TEST_F(BearerTokenTest, IsRefusedIfUnknown) { EXPECT_EQ(Status(TokenRequest("tok-123")), 401); }

TEST_F(BearerTokenTest, IsNotKeptInTheClear) {
  std::string token = Issue();
  for (const Row& row : api_->context().store.Query("SELECT * FROM bearer_tokens")) {
    EXPECT_NE(row.Text("token_sha256"), token);
  }
}

}  // namespace
}  // namespace sandbox
