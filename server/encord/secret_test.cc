#include "server/encord/secret.h"

#include <gtest/gtest.h>

#include <utility>

namespace gateway::encord {
namespace {

TEST(SecretTest, IsZeroAtFirst) { EXPECT_EQ(Secret(3).view(), std::string_view("\0\0\0", 3)); }

TEST(SecretTest, CopiesAndMoves) {
  Secret first = Secret::Copy("hush");
  const char* memory = first.data();
  Secret second = std::move(first);
  EXPECT_EQ(second.view(), "hush");
  EXPECT_EQ(second.data(), memory);
  Secret third = Secret::Copy("old");
  third = std::move(second);
  EXPECT_EQ(third.view(), "hush");
}

TEST(SecretTest, TruncateOverwritesTheRest) {
  Secret secret = Secret::Copy("hush-hush");
  const char* memory = secret.data();
  secret.Truncate(4);
  EXPECT_EQ(secret.view(), "hush");
  EXPECT_EQ(std::string_view(memory + 4, 5), std::string_view("\0\0\0\0\0", 5));
}

TEST(SecretTest, EmptyIsValid) {
  Secret empty = Secret::Copy("");
  empty.Truncate(0);
  EXPECT_EQ(empty.view(), "");
  EXPECT_EQ(Secret().view(), "");
}

}  // namespace
}  // namespace gateway::encord
