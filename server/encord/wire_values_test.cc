#include "server/encord/wire_values.h"

#include "gtest/gtest.h"

namespace gateway::encord {
namespace {

TEST(ProjectRoleTest, GoesBothWays) {
  for (int number = 0; number <= 5; ++number) {
    EXPECT_EQ(ProjectRoleNumber(ProjectRoleName(number)), number);
  }
  EXPECT_EQ(ProjectRoleNumber("Annotator_Reviewer"), 3);
  EXPECT_EQ(ProjectRoleNumber("owner"), std::nullopt);
  EXPECT_EQ(ProjectRoleName(7), "7");
}

TEST(LikePatternTest, TurnsPlainWordsIntoContains) {
  EXPECT_EQ(LikePattern("cat"), "%cat%");
  EXPECT_EQ(LikePattern("cat%"), "cat%");
}

}  // namespace
}  // namespace gateway::encord
