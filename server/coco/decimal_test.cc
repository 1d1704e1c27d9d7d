#include "server/coco/decimal.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <system_error>

namespace gateway::coco {
namespace {

std::string Shortest(double value) {
  char text[kMaxDecimal];
  return {text, WriteShortest(value, text)};
}

// The digits of a number, without zeros at either end.
std::string Digits(std::string_view text) {
  std::string digits;
  for (const char c : text.substr(0, text.find('e'))) {
    if (c >= '0' && c <= '9') digits += c;
  }
  const size_t begin = digits.find_first_not_of('0');
  if (begin == digits.npos) return "";
  return digits.substr(begin, digits.find_last_not_of('0') + 1 - begin);
}

// std::to_chars knows the right digits.
void Check(double value) {
  const std::string text = Shortest(value);
  double read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  ASSERT_EQ(error, std::errc()) << text;
  ASSERT_EQ(end, text.data() + text.size()) << text;
  ASSERT_EQ(std::bit_cast<uint64_t>(read), std::bit_cast<uint64_t>(value)) << text;
  char standard[kMaxDecimal];
  const char* const standard_end =
      std::to_chars(standard, standard + sizeof(standard), value, std::chars_format::scientific)
          .ptr;
  ASSERT_EQ(Digits(text), Digits({standard, standard_end})) << text;
}

TEST(DecimalTest, AsOneWouldWriteThem) {
  EXPECT_EQ(Shortest(0), "0");
  EXPECT_EQ(Shortest(-0.0), "-0");
  EXPECT_EQ(Shortest(1), "1");
  EXPECT_EQ(Shortest(-12.5), "-12.5");
  EXPECT_EQ(Shortest(10.200000000000001), "10.200000000000001");
  EXPECT_EQ(Shortest(0.1), "0.1");
  EXPECT_EQ(Shortest(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(Shortest(99999), "99999");
  EXPECT_EQ(Shortest(100000), "100000");
  EXPECT_EQ(Shortest(123456), "123456");
  EXPECT_EQ(Shortest(1e-5), "1e-05");
  EXPECT_EQ(Shortest(1e21), "1e+21");
}

TEST(DecimalTest, AllFractionsOfAnImageTimesItsSide) {
  for (double side : {1, 3, 480, 640, 720, 1024, 1080, 1920, 99991}) {
    for (int i = 0; i <= 10'000; ++i) {
      // As a label row has them: the double that is nearest to four decimals.
      const double value = i / 1e4 * side;
      Check(value);
      Check(-value);
    }
  }
}

TEST(DecimalTest, NeighboursOfPowers) {
  for (double base : {2.0, 10.0}) {
    for (int exponent = -30; exponent <= 60; ++exponent) {
      double below = std::pow(base, exponent);
      double above = below;
      for (int i = 0; i < 100; ++i) {
        Check(below);
        Check(above);
        below = std::nextafter(below, 0);
        above = std::nextafter(above, std::numeric_limits<double>::infinity());
      }
    }
  }
}

TEST(DecimalTest, RandomNumbersOfEveryKind) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    const uint64_t bits = random();
    // All doubles, and those of the sizes that images have.
    const double any = std::bit_cast<double>(bits);
    if (std::isfinite(any)) {
      Check(any);
    }
    const double pixels = std::ldexp(static_cast<double>(bits), static_cast<int>(bits % 50) - 80);
    Check(pixels);
    // Up to nine decimals, and the products of two with four.
    const double scale = std::pow(10, static_cast<double>(bits % 10));
    const double decimal = static_cast<double>(bits % 10'000'000'000) / scale;
    Check(decimal);
    const double area = static_cast<double>(bits % 10'000) / 1e4 * 1920 *
                        (static_cast<double>(bits / 10'000 % 10'000) / 1e4 * 1080);
    Check(area);
  }
}

}  // namespace
}  // namespace gateway::coco
