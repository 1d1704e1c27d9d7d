#include "server/coco/decimal.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace gateway::coco {
namespace {

std::string Shortest(double value) {
  char text[kMaxDecimal];
  return {text, WriteShortest(value, text)};
}

std::string StandardShortest(double value) {
  char text[kMaxDecimal];
  return {text, std::to_chars(text, text + sizeof(text), value).ptr};
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
  EXPECT_EQ(Shortest(100000), "1e+05");
  EXPECT_EQ(Shortest(123456), "123456");
  EXPECT_EQ(Shortest(1e-5), "1e-05");
  EXPECT_EQ(Shortest(1e21), "1e+21");
}

TEST(DecimalTest, AllFractionsOfAnImageTimesItsSide) {
  for (double side : {1, 3, 480, 640, 720, 1024, 1080, 1920, 99991}) {
    for (int i = 0; i <= 10'000; ++i) {
      // As a label row has them: the double that is nearest to four decimals.
      const double value = i / 1e4 * side;
      ASSERT_EQ(Shortest(value), StandardShortest(value));
      ASSERT_EQ(Shortest(-value), StandardShortest(-value));
    }
  }
}

TEST(DecimalTest, NeighboursOfPowers) {
  for (double base : {2.0, 10.0}) {
    for (int exponent = -30; exponent <= 60; ++exponent) {
      double below = std::pow(base, exponent);
      double above = below;
      for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(Shortest(below), StandardShortest(below));
        ASSERT_EQ(Shortest(above), StandardShortest(above));
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
      ASSERT_EQ(Shortest(any), StandardShortest(any));
    }
    const double pixels = std::ldexp(static_cast<double>(bits), static_cast<int>(bits % 50) - 80);
    ASSERT_EQ(Shortest(pixels), StandardShortest(pixels));
    // Up to nine decimals, and the products of two with four.
    const double scale = std::pow(10, static_cast<double>(bits % 10));
    const double decimal = static_cast<double>(bits % 10'000'000'000) / scale;
    ASSERT_EQ(Shortest(decimal), StandardShortest(decimal));
    const double area = static_cast<double>(bits % 10'000) / 1e4 * 1920 *
                        (static_cast<double>(bits / 10'000 % 10'000) / 1e4 * 1080);
    ASSERT_EQ(Shortest(area), StandardShortest(area));
  }
}

}  // namespace
}  // namespace gateway::coco
