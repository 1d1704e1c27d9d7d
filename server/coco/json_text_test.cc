#include "server/coco/json_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace gateway::coco {
namespace {

std::string AsString(std::string_view text) {
  JsonText json;
  json.String(text);
  return std::string(json.view());
}

TEST(JsonTextTest, Pieces) {
  JsonText json;
  EXPECT_EQ(json.view(), "");
  json.Raw("");
  EXPECT_EQ(json.view(), "");
  const double numbers[] = {1, -2.5};
  json.Numbers(std::span<const double>(numbers));
  json.Numbers(std::span<const int>());
  json.Number(int64_t{-9223372036854775807} - 1);
  json.Bool(true);
  json.Bool(false);
  EXPECT_EQ(json.view(), "[1,-2.5][]-9223372036854775808truefalse");
  json.Clear();
  EXPECT_EQ(json.view(), "");
  json.Raw("null");
  EXPECT_EQ(json.view(), "null");
}

TEST(JsonTextTest, GrowsAndKeepsWhatThereIs) {
  JsonText json;
  std::string expected;
  for (int i = 0; i < 10'000; ++i) {
    json.Number(i);
    json.Raw(", ");
    expected += std::to_string(i) + ", ";
  }
  EXPECT_EQ(json.view(), expected);
}

TEST(JsonTextTest, EveryByteIsEscapedOrNotWhereverItIs) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string character(1, static_cast<char>(byte));
    std::string escaped = character;
    if (byte == '"' || byte == '\\') escaped = "\\" + character;
    if (byte < 0x20) {
      char code[8];
      std::snprintf(code, sizeof(code), "\\u%04x", byte);
      escaped = byte == '\n' ? "\\n" : byte == '\t' ? "\\t" : code;
    }
    // Beside characters that a carry could reach, at all places of a group of eight.
    for (const char* filler : {"a", " ", "!", "#", "[", "]", "\x7f", "\xc3", "\xff"}) {
      for (int before = 0; before < 18; ++before) {
        std::string left, right;
        for (int i = 0; i < before; ++i) left += filler;
        for (int i = 0; i < 17 - before; ++i) right += filler;
        ASSERT_EQ(AsString(left + character + right), "\"" + left + escaped + right + "\"")
            << byte << " behind " << before;
      }
    }
  }
}

}  // namespace
}  // namespace gateway::coco
