// Dates, UUIDs, queries and members: what clients write in many ways.

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tools/sandbox/date.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/query.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

TEST(DateTest, EveryInputFormGivesTheKeptForm) {
  for (const char* text :
       {"2026-01-15T10:20:30Z", "2026-01-15T10:20:30+00:00", "2026-01-15T10:20:30",
        "2026-01-15 10:20:30", "2026-01-15T10:20:30.000000Z", "2026-01-15T12:20:30+02:00",
        "Thu, 15 Jan 2026 10:20:30 UTC", "Thu, 15 Jan 2026 10:20:30 GMT"}) {
    EXPECT_EQ(NormaliseDate(text), "2026-01-15T10:20:30.000000Z") << text;
  }
  EXPECT_EQ(NormaliseDate("2026-01-15T10:20:30.123456"), "2026-01-15T10:20:30.123456Z");
  EXPECT_EQ(NormaliseDate("2026-01-15"), "2026-01-15T00:00:00.000000Z");
}

TEST(DateTest, OthersAreNone) {
  for (const char* text : {"", "yesterday", "1768472430", "infinite-future", "2026-13-01"}) {
    EXPECT_EQ(NormaliseDate(text), std::nullopt) << text;
  }
}

TEST(DateTest, OutputForms) {
  EXPECT_EQ(V1Date("2026-01-15T10:20:30.123456Z"), "2026-01-15T10:20:30.123456");
  EXPECT_EQ(V1PlainDate("2026-01-15T10:20:30.123456Z"), "2026-01-15 10:20:30");
  EXPECT_EQ(FormatDate(ParseKeptDate("2026-01-15T10:20:30.123456Z")),
            "2026-01-15T10:20:30.123456Z");
}

TEST(UuidTest, EverySpellingGivesTheCanonicalOne) {
  for (const char* text :
       {"66666666-7777-4888-9999-aaaaaaaaaaaa", "66666666777748889999AAAAAAAAAAAA",
        "{66666666-7777-4888-9999-AAAAAAAAAAAA}",
        "urn:uuid:66666666-7777-4888-9999-aaaaaaaaaaaa"}) {
    EXPECT_EQ(NormaliseUuid(text), "66666666-7777-4888-9999-aaaaaaaaaaaa") << text;
  }
}

TEST(UuidTest, OthersAreNone) {
  for (const char* text :
       {"", "list", "66666666-7777-4888-9999-aaaaaaaaaaa", "66666666-7777-4888-9999-aaaaaaaaaaag",
        "666666667777-4888-9999-aaaaaaaaaaaa--"}) {
    EXPECT_EQ(NormaliseUuid(text), std::nullopt) << text;
  }
}

TEST(UuidTest, NewOnesDifferAndAreCanonical) {
  std::string uuid = NewUuid();
  EXPECT_EQ(NormaliseUuid(uuid), uuid);
  EXPECT_NE(NewUuid(), uuid);
}

TEST(QueryTest, DecodesWhatTheSdkWrites) {
  Query query("titleLike=%25road+scene%2F%C3%A9%25&a=1&a=2&flag=True&other=FALSE&none&x=%zz");
  EXPECT_EQ(query.Text("titleLike"), "%road scene/é%");
  EXPECT_EQ(query.All("a"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(*query.Bool("flag"), true);
  EXPECT_EQ(*query.Bool("other"), false);
  EXPECT_EQ(*query.Bool("absent"), std::nullopt);
  EXPECT_EQ(query.Text("none"), "");
  EXPECT_EQ(query.Text("x"), "%zz");
  EXPECT_FALSE(query.Bool("a").ok());
  EXPECT_EQ(*query.Int("a"), 1);
  EXPECT_FALSE(query.Int("flag").ok());
}

TEST(MembersTest, AbsentAndNullAreAlike) {
  json::value object = json::object{{"null", nullptr}, {"text", "a"}};
  EXPECT_EQ(*OptionalText(object, "null"), std::nullopt);
  EXPECT_EQ(*OptionalText(object, "absent"), std::nullopt);
  EXPECT_EQ(*OptionalText(object, "text"), "a");
  EXPECT_EQ(*OptionalText(nullptr, "text"), std::nullopt);
  EXPECT_FALSE(RequiredText(object, "null").ok());
}

TEST(MembersTest, WrongTypesAreNamed) {
  json::value object = json::object{{"a", 1}, {"b", "x"}, {"c", json::array{1}}};
  for (const ApiError& error :
       {OptionalText(object, "a").error(), OptionalBool(object, "a").error(),
        OptionalUuidList(object, "a").error(), OptionalObject(object, "a").error()}) {
    EXPECT_EQ(error.http_status, 400);
    EXPECT_EQ(error.message[0], 'a') << error.message;
  }
  EXPECT_FALSE(OptionalInt(object, "b").ok());
  EXPECT_FALSE(OptionalUuid(object, "b").ok());
  EXPECT_FALSE(OptionalDate(object, "b").ok());
  EXPECT_FALSE(OptionalTextList(object, "c").ok());
}

TEST(MembersTest, JsonMayBeNestedDeeplyButNotWithoutEnd) {
  EXPECT_TRUE(ParseJson(std::string(200, '[') + std::string(200, ']')).has_value());
  EXPECT_FALSE(ParseJson(std::string(2000, '[') + std::string(2000, ']')).has_value());
  EXPECT_FALSE(ParseJson("\"\xff\"").has_value());
}

}  // namespace
}  // namespace sandbox
