#include "server/rpc/call_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "server/encord/auth_vectors.h"

namespace gateway::rpc {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr const char* kTraceId = "0af7651916cd43dd8448eb211c80319c";

encord::Credential ServerKey() {
  auto key = encord::PrivateKey::Parse(encord::AuthVectorKey("openssh_private_key"), "");
  return encord::Credential::FromKey(std::make_shared<const encord::PrivateKey>(*std::move(key)));
}

TEST(CredentialOfTest, CallersTokenWinsOverTheServersKey) {
  const auto token = CredentialOf({{"authorization", "Bearer tok-123"}}, ServerKey());
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->authorization(), "Bearer tok-123");
  const auto lower_case = CredentialOf({{"authorization", "bearer tok-123"}}, std::nullopt);
  ASSERT_TRUE(lower_case.ok());
  EXPECT_EQ(lower_case->authorization(), "Bearer tok-123");
  const auto key = CredentialOf({}, ServerKey());
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->id(), encord::AuthVectorKey("public_key_hex"));
}

TEST(CredentialOfTest, NeitherIsUnauthenticated) {
  const absl::Status status = CredentialOf({}, std::nullopt).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
}

TEST(CredentialOfTest, MalformedIsUnauthenticatedEvenWithAKey) {
  for (const char* value : {"", "Bearer", "Bearer ", "Bearer hush hush", "Basic hush", "hush",
                            "Bearer\thush", "Bearer hush\x7f"}) {
    const absl::Status status = CredentialOf({{"authorization", value}}, ServerKey()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << value;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hush")));
  }
  EXPECT_FALSE(
      CredentialOf({{"authorization", "Bearer a"}, {"authorization", "Bearer b"}}, ServerKey())
          .ok());
}

TEST(TraceIdOfTest, ReadsCloudTraceContext) {
  const std::string id = kTraceId;
  for (const std::string& value : {id, id + "/1", id + "/1;o=1"}) {
    EXPECT_EQ(TraceIdOf({{"x-cloud-trace-context", value}}), id) << value;
  }
  EXPECT_EQ(TraceIdOf({{"x-cloud-trace-context", "0AF7651916CD43DD8448EB211C80319C/1"}}), id);
}

TEST(TraceIdOfTest, ReadsTraceparent) {
  const std::string id = kTraceId;
  EXPECT_EQ(TraceIdOf({{"traceparent", "00-" + id + "-b7ad6b7169203331-01"}}), id);
  EXPECT_EQ(TraceIdOf({{"traceparent", "01-" + id + "-b7ad6b7169203331-01-more"}}), id);
  EXPECT_EQ(TraceIdOf({{"x-cloud-trace-context", "bad"},
                       {"traceparent", "00-" + id + "-b7ad6b7169203331-01"}}),
            id);
}

TEST(TraceIdOfTest, MalformedOnesAreReplacedByRandomOnes) {
  const std::string id = kTraceId;
  const std::string zeros(32, '0');
  for (const auto& [key, value] : std::multimap<std::string, std::string>{
           {"x-cloud-trace-context", ""},
           {"x-cloud-trace-context", id + "0"},
           {"x-cloud-trace-context", zeros},
           {"x-cloud-trace-context", id.substr(1) + "g"},
           {"x-cloud-trace-context", id.substr(1) + "/"},
           {"traceparent", "00-" + zeros + "-b7ad6b7169203331-01"},
           {"traceparent", "00-" + id + "-b7ad6b7169203331-01-more"},
           {"traceparent", "ff-" + id + "-b7ad6b7169203331-01"},
           {"traceparent", "00-" + id + "-b7ad6b716920333-01"},
           {"traceparent", id}}) {
    const std::string trace_id = TraceIdOf({{key, value}});
    EXPECT_NE(trace_id, id) << value;
    EXPECT_THAT(trace_id, MatchesRegex("[0-9a-f]{32}")) << value;
    EXPECT_NE(trace_id, zeros);
  }
  EXPECT_NE(TraceIdOf({}), TraceIdOf({}));
}

}  // namespace
}  // namespace gateway::rpc
