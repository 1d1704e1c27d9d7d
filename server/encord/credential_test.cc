#include "server/encord/credential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "server/encord/auth_vectors.h"

namespace gateway::encord {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(CredentialTest, OfAKey) {
  auto key = PrivateKey::Parse(AuthVectorKey("openssh_private_key"), "");
  ASSERT_TRUE(key.ok());
  const auto shared = std::make_shared<const PrivateKey>(*std::move(key));
  const Credential credential = Credential::FromKey(shared);
  EXPECT_EQ(credential.id(), AuthVectorKey("public_key_hex"));
  EXPECT_EQ(credential.key(), shared.get());
  EXPECT_EQ(credential.authorization(), "");
  const Credential copy = credential;
  EXPECT_EQ(&copy.id(), &credential.id());
}

TEST(CredentialTest, OfABearerToken) {
  const auto credential = Credential::FromBearerToken("tok-123");
  ASSERT_TRUE(credential.ok());
  EXPECT_EQ(credential->key(), nullptr);
  EXPECT_EQ(credential->authorization(), "Bearer tok-123");
  // printf tok-123 | sha256sum
  EXPECT_EQ(credential->id(), "bearer:c8963414bf6c4c86");
}

TEST(CredentialTest, RefusesTokensThatAreNoHeaderText) {
  for (const std::string_view token :
       {std::string_view(""), std::string_view("hush hush"), std::string_view("hush\r\nX: y"),
        std::string_view("hush\t"), std::string_view("hush\0", 5),
        std::string_view("h\xc3\xbcsh")}) {
    const auto credential = Credential::FromBearerToken(token);
    EXPECT_EQ(credential.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(credential.status().message()), Not(HasSubstr("hush")));
  }
}

}  // namespace
}  // namespace gateway::encord
