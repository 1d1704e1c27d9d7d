#include "server/encord/query.h"

#include "gtest/gtest.h"

namespace gateway::encord {
namespace {

TEST(QueryTest, WritesWhatTheOfficialSdkWrites) {
  EXPECT_EQ(Query()
                .Add("titleLike", "%road scene/\u00e9%")
                .Add("createdAfter", "2026-01-02T03:04:05Z")
                .AddBool("includeOrgAccess", false)
                .AppendTo("/v2/public/datasets/list"),
            "/v2/public/datasets/list?titleLike=%25road+scene%2F%C3%A9%25&createdAfter="
            "2026-01-02T03%3A04%3A05Z&includeOrgAccess=False");
}

TEST(QueryTest, WithoutParametersIsThePath) { EXPECT_EQ(Query().AppendTo("/v2/x"), "/v2/x"); }

TEST(PathSegmentTest, EncodesWhatWouldEndTheSegment) {
  EXPECT_EQ(PathSegment("a/b c?d"), "a%2Fb%20c%3Fd");
}

}  // namespace
}  // namespace gateway::encord
