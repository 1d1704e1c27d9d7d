#include "server/encord/json.h"

#include <string>
#include <utility>

#include "boost/json/serialize.hpp"
#include "gtest/gtest.h"

namespace gateway::encord {
namespace {

JsonDocument Parse(absl::string_view text) { return JsonDocument::Parse(text).value(); }

TEST(JsonDocumentTest, RefusesWhatIsNotOneJsonValue) {
  for (const char* text : {"", "{", "{} {}", "<html>", "{\"a\": 01}", "\"\xff\""}) {
    EXPECT_EQ(JsonDocument::Parse(text).status().code(), absl::StatusCode::kUnknown) << text;
  }
}

// Parsers are used again, but never under a document that is still in use.
TEST(JsonDocumentTest, IsNotTouchedByOthers) {
  const JsonDocument first = Parse(R"({"a": "first"})");
  EXPECT_FALSE(JsonDocument::Parse("{").ok());
  { const JsonDocument gone = Parse(R"({"a": "gone"})"); }
  JsonDocument second = Parse(R"({"a": "second"})");
  const JsonDocument moved = std::move(second);
  const JsonDocument large = Parse("\"" + std::string(1 << 20, 'x') + "\"");
  const JsonDocument third = Parse(R"({"a": "third"})");
  EXPECT_EQ(simdjson::minify(first.root()), R"({"a":"first"})");
  EXPECT_EQ(simdjson::minify(moved.root()), R"({"a":"second"})");
  EXPECT_EQ(large.root().get_string().value().size(), std::size_t{1} << 20);
  EXPECT_EQ(simdjson::minify(third.root()), R"({"a":"third"})");
}

TEST(ObjectReaderTest, FindsCamelCaseAndSnakeCase) {
  const JsonDocument document = Parse(R"({"dataHash": "a", "last_edited_at": "2026-01-15"})");
  ObjectReader reader("Row", document.root());
  std::string data_hash;
  google::protobuf::Timestamp date;
  reader.Text("dataHash", &data_hash);
  reader.Date("lastEditedAt", &date);
  EXPECT_TRUE(reader.status().ok()) << reader.status();
  EXPECT_EQ(data_hash, "a");
  EXPECT_EQ(date.seconds(), 1768435200);
}

TEST(ObjectReaderTest, KeepsTheFirstErrorAndNamesTheMember) {
  const JsonDocument document = Parse(R"({"title": 1, "uuid": null, "count": 5000000000})");
  ObjectReader reader("Thing", document.root());
  std::string text;
  reader.Text("title", &text);
  reader.Text("uuid", &text);
  EXPECT_EQ(reader.status().message(),
            "Encord's answer makes no sense: member title of Thing is not text");

  int32_t count = 0;
  ObjectReader other("Thing", document.root());
  other.Int("count", &count);
  EXPECT_FALSE(other.status().ok());
}

TEST(ObjectReaderTest, RefusesNumbersThatDoNotFit) {
  const JsonDocument document = Parse(R"({"count": 4294967301, "half": 1e300})");
  ObjectReader reader("Thing", document.root());
  EXPECT_EQ(reader.OptionalInt32("count"), std::nullopt);
  EXPECT_FALSE(reader.status().ok());
  ObjectReader other("Thing", document.root());
  EXPECT_EQ(other.OptionalInt("half"), std::nullopt);
  EXPECT_FALSE(other.status().ok());
}

TEST(ObjectReaderTest, RefusesWhatIsNoObject) {
  const JsonDocument document = Parse("[]");
  EXPECT_FALSE(ObjectReader("Thing", document.root()).status().ok());
}

TEST(StructTest, RoundTripsThroughJson) {
  constexpr char kText[] = R"({"a":1,"b":[true,null,"x",{"c":1.5E0}],"d":{"e":"\u00e9"}})";
  google::protobuf::Struct object;
  const JsonDocument document = Parse(kText);
  ASSERT_TRUE(ToStruct(document.root(), &object).ok());
  const std::string text = boost::json::serialize(ToJson(object));
  google::protobuf::Struct again;
  const JsonDocument second = Parse(text);
  ASSERT_TRUE(ToStruct(second.root(), &again).ok());
  EXPECT_EQ(object.SerializeAsString().size(), again.SerializeAsString().size());
  EXPECT_TRUE(ToJson(object) == ToJson(again)) << text;
  EXPECT_TRUE(ToJson(object).at("a").is_int64()) << "whole numbers stay integers";
}

TEST(StructTest, TakesTheLastOfEqualNames) {
  google::protobuf::Struct object;
  const JsonDocument document = Parse(R"({"a": [1], "a": [2]})");
  ASSERT_TRUE(ToStruct(document.root(), &object).ok());
  EXPECT_EQ(boost::json::serialize(ToJson(object)), R"({"a":[2]})");
}

TEST(StructTest, RefusesDeepNesting) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += R"({"a":)";
  text += "1" + std::string(200, '}');
  google::protobuf::Struct object;
  const JsonDocument document = Parse(text);
  EXPECT_FALSE(ToStruct(document.root(), &object).ok());
}

}  // namespace
}  // namespace gateway::encord
