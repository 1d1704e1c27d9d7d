#include "server/encord/response_elements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace gateway::encord {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Split {
  std::vector<std::string> elements;
  absl::Status status;
  std::string envelope;
};

Split SplitInPieces(const std::string& text, size_t piece_size) {
  Split split;
  ResponseElements elements(
      [&](Json element) { split.elements.push_back(simdjson::minify(element)); });
  for (size_t begin = 0; begin < text.size(); begin += piece_size) {
    elements.Write(std::string_view(text).substr(begin, piece_size));
  }
  split.status = elements.status();
  split.envelope = elements.envelope();
  return split;
}

// Wherever the text is cut into pieces, the same must come of it.
Split SplitUp(const std::string& text) {
  const Split whole = SplitInPieces(text, text.size() + 1);
  for (size_t piece_size = 1; piece_size < std::min<size_t>(text.size(), 100); ++piece_size) {
    const Split pieces = SplitInPieces(text, piece_size);
    EXPECT_EQ(pieces.elements, whole.elements) << piece_size;
    EXPECT_EQ(pieces.status, whole.status) << piece_size;
    EXPECT_EQ(pieces.envelope, whole.envelope) << piece_size;
  }
  return whole;
}

bool IsJson(const std::string& text) { return JsonDocument::Parse(text).ok(); }

TEST(ResponseElementsTest, HandsOverElementsAndKeepsTheRest) {
  const Split split =
      SplitUp(R"({"status": 200, "response": [{"a": [1, {"b": 2}]}, {"c": 3}], "payload": null})");
  EXPECT_THAT(split.elements, ElementsAre(R"({"a":[1,{"b":2}]})", R"({"c":3})"));
  EXPECT_EQ(split.envelope, R"({"status": 200, "response": [], "payload": null})");
  EXPECT_TRUE(split.status.ok());
}

TEST(ResponseElementsTest, MembersInAnyOrderAndWithBlanks) {
  const Split split = SplitUp(
      " {\"payload\" : {\"response\":[1]} ,\n\t\"response\"\r : [ {} ,\n{\"a\":1}\t] , "
      "\"status\":200 "
      "} \n");
  EXPECT_THAT(split.elements, ElementsAre("{}", R"({"a":1})"));
  EXPECT_TRUE(IsJson(split.envelope)) << split.envelope;
  EXPECT_THAT(split.envelope, HasSubstr(R"({"response":[1]})"));
}

TEST(ResponseElementsTest, BracketsAndQuotesInTexts) {
  const Split split = SplitUp(
      R"({"a]": "\"[{\\", "response": [{"x": "]}\\\"", "y\"": "["}, "],[", "\\"], "z": "}"})");
  EXPECT_THAT(split.elements, ElementsAre(R"({"x":"]}\\\"","y\"":"["})", R"("],[")", R"("\\")"));
  EXPECT_EQ(split.envelope, R"({"a]": "\"[{\\", "response": [], "z": "}"})");
}

TEST(ResponseElementsTest, ElementsOfEveryKind) {
  const Split split = SplitUp(R"({"response":[ 1 ,-2.5e3,true,false,null,"text",[],[[1]],{}]})");
  EXPECT_THAT(split.elements, ElementsAre("1", "-2500.0", "true", "false", "null", R"("text")",
                                          "[]", "[[1]]", "{}"));
  EXPECT_EQ(split.envelope, R"({"response":[]})");
}

TEST(ResponseElementsTest, TheCodeOfAnErrorStays) {
  const Split split = SplitUp(
      R"({"status": 404, "response": ["RESOURCE_NOT_FOUND_ERROR", "more"], "payload": "p"})");
  EXPECT_EQ(split.envelope,
            R"({"status": 404, "response": ["RESOURCE_NOT_FOUND_ERROR"], "payload": "p"})");
}

TEST(ResponseElementsTest, WhatIsNoListStays) {
  for (const char* text :
       {R"({"status":200,"response":{}})", R"({"status":200,"response":null})",
        R"({"status":200,"response":"[1]"})", R"({"status":200,"response":{"response":[1]}})",
        R"({"status":200,"other":[1]})", R"([{"response":[1]}])", R"("response")", "", "[]", "7"}) {
    const Split split = SplitUp(text);
    EXPECT_THAT(split.elements, IsEmpty()) << text;
    EXPECT_EQ(split.envelope, text);
    EXPECT_TRUE(split.status.ok());
  }
}

// As a lookup by name finds the first one.
TEST(ResponseElementsTest, OnlyTheFirstMemberOfTheNameCounts) {
  EXPECT_THAT(SplitUp(R"({"response":[1],"response":[2]})").elements, ElementsAre("1"));
  EXPECT_THAT(SplitUp(R"({"response":{},"response":[2]})").elements, IsEmpty());
  EXPECT_THAT(SplitUp(R"({"respons\u0065":[1],"response":[2]})").elements, ElementsAre("1"));
  EXPECT_THAT(SplitUp(R"({"\response":[1]})").elements, IsEmpty());
}

TEST(ResponseElementsTest, ListsThatAreNoJsonAreRefused) {
  for (const char* list : {"[,]",  "[1,]",      "[1 2]",      "[1,,2]", "[{}{}]",
                           "[{]",  "[}",        "[1}",        "[:]",    "[{]}]",
                           "[01]", "[nul]",     "[\"\x01\"]", "['a']",  "[\xEF\xBB\xBF{}]",
                           "[1]]", "[\"\\x\"]", "[\"\xFF\"]", "[\f1]",  "[//\n1]",
                           "[+1]", "[.5]"}) {
    const std::string text = absl::StrCat("{\"response\":", list, ",\"status\":200}");
    ASSERT_FALSE(IsJson(text)) << text;
    const Split split = SplitUp(text);
    EXPECT_TRUE(!split.status.ok() || !IsJson(split.envelope)) << text;
    if (!split.status.ok()) {
      EXPECT_EQ(split.status.code(), absl::StatusCode::kUnknown);
      EXPECT_THAT(std::string(split.status.message()), HasSubstr("not JSON"));
    }
  }
}

TEST(ResponseElementsTest, TextsThatAreCutOffAreNoJson) {
  const std::string text = R"({"status":200,"response":[{"a":"b"},1,"c"],"payload":"d"})";
  for (size_t size = 0; size < text.size(); ++size) {
    const Split split = SplitUp(text.substr(0, size));
    EXPECT_TRUE(split.status.ok());
    EXPECT_FALSE(IsJson(split.envelope)) << split.envelope;
  }
}

TEST(ResponseElementsTest, WrongJsonAroundTheListStaysWrong) {
  for (const char* text :
       {R"({"a" "response":[1]})", R"(["response":[1]])", R"({"response":[1]}})",
        R"({"response":[1] [2]})", R"({"response"[1]})", R"({"response"::[1]})",
        R"({"response":[1])", R"({"response":[1],})", R"({response:[1]})", R"(\"{"response":[1]})",
        R"({"response" x:[1]})", R"({"response":1[1]})"}) {
    ASSERT_FALSE(IsJson(text)) << text;
    const Split split = SplitUp(text);
    EXPECT_TRUE(!split.status.ok() || !IsJson(split.envelope)) << text << split.envelope;
  }
}

// The parser's limit applies as if the element were in its place.
TEST(ResponseElementsTest, Nesting) {
  for (const size_t depth : {1, 100, 1019, 1020, 1021, 1022, 1023, 1024, 100000}) {
    const std::string element = std::string(depth, '[') + "1" + std::string(depth, ']');
    const std::string text = absl::StrCat("{\"response\":[", element, "]}");
    const Split split = SplitInPieces(text, 1000);
    EXPECT_EQ(split.status.ok(), IsJson(text)) << depth;
    EXPECT_EQ(split.elements.size(), split.status.ok() ? 1 : 0) << depth;
  }
}

TEST(ResponseElementsTest, LargeElementsAreRefused) {
  constexpr size_t kQuotes = 2;
  const std::string fits(ResponseElements::kMostElementBytes - kQuotes, 'x');
  const auto split = [](const std::string& text) {
    return SplitInPieces(absl::StrCat("{\"response\":[0,\"", text, "\"]}"), 10000);
  };
  EXPECT_TRUE(split(fits).status.ok());
  const absl::Status status = split(fits + "x").status;
  EXPECT_EQ(status.code(), absl::StatusCode::kUnknown);
  EXPECT_THAT(std::string(status.message()), HasSubstr("too large"));
}

TEST(ResponseElementsTest, LargeEnvelopesAreRefused) {
  const std::string large(ResponseElements::kMostEnvelopeBytes, 'x');
  const Split split = SplitInPieces(absl::StrCat("{\"payload\":\"", large, "\"}"), 10000);
  EXPECT_EQ(split.status.code(), absl::StatusCode::kUnknown);
  EXPECT_THAT(std::string(split.status.message()), HasSubstr("too large"));
}

TEST(ResponseElementsTest, AListMayBeAsLongAsItLikes) {
  std::string text = R"({"status":200,"response":[{})";
  size_t count = 1;
  for (; text.size() < 3 * ResponseElements::kMostEnvelopeBytes; ++count) {
    absl::StrAppend(&text, ",{\"number\":", count, "}");
  }
  const Split split = SplitInPieces(text + "]}", 65536);
  EXPECT_TRUE(split.status.ok());
  EXPECT_EQ(split.elements.size(), count);
  EXPECT_EQ(split.elements.back(), absl::StrCat("{\"number\":", count - 1, "}"));
  EXPECT_EQ(split.envelope, R"({"status":200,"response":[]})");
}

TEST(ResponseElementsTest, NothingFollowsAnError) {
  const Split split = SplitInPieces(R"({"response":[1,2,,3]})", 1);
  EXPECT_THAT(split.elements, ElementsAre("1", "2"));
  EXPECT_EQ(split.envelope, "");
}

TEST(ResponseElementsTest, BeginsAnew) {
  std::vector<std::string> seen;
  ResponseElements elements([&](Json element) { seen.push_back(simdjson::minify(element)); });
  for (const char* start : {R"({"response":[1,{"a":)", R"({"response":[,)", R"({"a":"b)", "{"}) {
    elements.Write(start);
    elements.Restart();
  }
  seen.clear();
  elements.Write(R"({"response":["a"]})");
  EXPECT_THAT(seen, ElementsAre(R"("a")"));
  EXPECT_EQ(elements.envelope(), R"({"response":["a"]})");
  EXPECT_TRUE(elements.status().ok());
}

}  // namespace
}  // namespace gateway::encord
