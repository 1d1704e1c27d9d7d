#include "server/coco/raster.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "simdjson.h"

namespace gateway::coco {
namespace {

using Rings = std::vector<std::vector<double>>;

// The mask of a polygon, part by part.
absl::Status Draw(const std::vector<Rings>& polygon, MaskRule rule, int32_t width, int32_t height,
                  PixelChanges& changes) {
  std::vector<std::vector<Ring>> rings;
  for (const Rings& part : polygon) rings.emplace_back(part.begin(), part.end());
  const std::vector<PolygonPart> parts(rings.begin(), rings.end());
  static Rasterizer rasterizer;
  return rasterizer.Draw(parts, rule, width, height, changes);
}

// The mask as rows of '.' and '#'.
std::string Picture(const std::vector<Rings>& polygon, MaskRule rule, int32_t width,
                    int32_t height) {
  PixelChanges changes;
  EXPECT_TRUE(Draw(polygon, rule, width, height, changes).ok());
  std::string picture;
  size_t next = 0;
  bool value = false;
  for (int32_t i = 0; i < width * height; ++i) {
    if (next < changes.size() && changes[next] == static_cast<uint64_t>(i)) {
      value = !value;
      ++next;
    }
    picture.push_back(value ? '#' : '.');
    if ((i + 1) % width == 0) picture.push_back('\n');
  }
  return picture;
}

std::vector<double> Rectangle(double left, double top, double right, double bottom) {
  return {left, top, right, top, right, bottom, left, bottom};
}

// Whether (x, y) is inside `ring` by the even-odd rule.
bool Contains(const std::vector<double>& ring, double x, double y) {
  bool inside = false;
  const size_t n = ring.size() / 2;
  for (size_t i = 0, j = n - 1; i < n; j = i++) {
    const double xi = ring[2 * i], yi = ring[2 * i + 1], xj = ring[2 * j], yj = ring[2 * j + 1];
    if ((yi > y) != (yj > y) && x < (xj - xi) * (y - yi) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

// Polygons and their masks as the official tool chain makes them (OpenCV 4.12), with rings inside,
// near, and far outside the image.
TEST(RasterizerTest, BorderPixelsEqualTheOfficialMasks) {
  simdjson::dom::parser parser;
  simdjson::dom::array samples;
  ASSERT_FALSE(parser.load("tests/coco/polygon_masks.json").get(samples));
  ColumnEncoder encoder;
  PixelChanges changes;
  std::string text;
  size_t count = 0;
  for (simdjson::dom::element sample : samples) {
    const auto width = static_cast<int32_t>(sample["width"].get_int64().value());
    const auto height = static_cast<int32_t>(sample["height"].get_int64().value());
    std::vector<Rings> polygon;
    for (simdjson::dom::element part : sample["polygons"].get_array()) {
      Rings& rings = polygon.emplace_back();
      for (simdjson::dom::element ring : part.get_array()) {
        std::vector<double>& numbers = rings.emplace_back();
        for (simdjson::dom::element number : ring.get_array()) {
          numbers.push_back(number.get_double().value() * (numbers.size() % 2 ? height : width));
        }
      }
    }
    ASSERT_TRUE(Draw(polygon, MaskRule::kBorderPixels, width, height, changes).ok());
    ASSERT_TRUE(encoder.Encode(changes, width, height, text).ok());
    ASSERT_EQ(text, sample["counts"].get_string().value()) << simdjson::minify(sample);
    ++count;
  }
  EXPECT_GE(count, 250u);
}

TEST(RasterizerTest, BorderPixelsBelongToTheMaskAndNotToTheHole) {
  EXPECT_EQ(
      Picture({{Rectangle(1, 1, 6, 5), Rectangle(3, 2.9, 4, 3.9)}}, MaskRule::kBorderPixels, 8, 7),
      "........\n"
      ".######.\n"
      ".##..##.\n"
      ".##..##.\n"
      ".######.\n"
      ".######.\n"
      "........\n");
}

TEST(RasterizerTest, CentresDecide) {
  EXPECT_EQ(
      Picture({{Rectangle(1, 1, 6, 5), Rectangle(3, 2.4, 4, 3.6)}}, MaskRule::kPixelCentres, 8, 7),
      "........\n"
      ".#####..\n"
      ".##.##..\n"
      ".##.##..\n"
      ".#####..\n"
      "........\n"
      "........\n");
}

TEST(RasterizerTest, HolesOfOnePartLeaveOtherPartsAlone) {
  const std::vector<Rings> overlapping = {{Rectangle(0, 0, 6, 3)},
                                          {Rectangle(2, 0, 5, 3), Rectangle(3, 1, 4, 2)}};
  EXPECT_EQ(Picture(overlapping, MaskRule::kPixelCentres, 6, 3), "######\n######\n######\n");
  EXPECT_EQ(Picture(overlapping, MaskRule::kBorderPixels, 6, 3), "######\n###..#\n###..#\n");
}

TEST(RasterizerTest, CentresEqualTestingEachPixel) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> anywhere(-10, 40);
  for (int round = 0; round < 500; ++round) {
    std::vector<Rings> polygon(1 + random() % 3);
    for (Rings& part : polygon) {
      part.resize(1 + random() % 3);
      for (std::vector<double>& ring : part) {
        for (unsigned i = 3 + random() % 6; i > 0; --i) {
          ring.push_back(anywhere(random));
          ring.push_back(anywhere(random));
        }
      }
    }
    std::string expected;
    for (int y = 0; y < 30; ++y) {
      for (int x = 0; x < 30; ++x) {
        bool set = false;
        for (const Rings& part : polygon) {
          bool in_part = Contains(part[0], x + 0.5, y + 0.5);
          for (size_t i = 1; i < part.size(); ++i) {
            in_part = in_part && !Contains(part[i], x + 0.5, y + 0.5);
          }
          set = set || in_part;
        }
        expected.push_back(set ? '#' : '.');
      }
      expected.push_back('\n');
    }
    ASSERT_EQ(Picture(polygon, MaskRule::kPixelCentres, 30, 30), expected);
  }
}

TEST(RasterizerTest, MemoryAndTimeDoNotDependOnTheImage) {
  PixelChanges changes;
  const int32_t side = std::numeric_limits<int32_t>::max();
  for (MaskRule rule : {MaskRule::kBorderPixels, MaskRule::kPixelCentres}) {
    EXPECT_TRUE(Draw({{Rectangle(10, 10, 20, 20)}}, rule, side, side, changes).ok());
    EXPECT_FALSE(Draw({{Rectangle(0, 0, 1e9, 1e9)}}, rule, side, side, changes).ok());
    EXPECT_FALSE(Draw({{Rectangle(0, 0, 1e300, 5)}}, rule, 640, 480, changes).ok());
    EXPECT_FALSE(Draw({{{0, 0, NAN, 5, 3, 3}}}, rule, 640, 480, changes).ok());
    std::vector<double> scribble;
    for (int i = 0; i < 1'000'000; ++i) {
      scribble.push_back(i % 2 ? 0 : 639);
      scribble.push_back(i % 480);
    }
    EXPECT_FALSE(Draw({{scribble}}, rule, 640, 480, changes).ok());
  }
}

TEST(RasterizerTest, FarCornersKeepTheirSlope) {
  PixelChanges changes;
  for (MaskRule rule : {MaskRule::kBorderPixels, MaskRule::kPixelCentres}) {
    ASSERT_TRUE(Draw({{{-1e9, -1e9, 1e9, -1e9, 1e9, 1e9}}}, rule, 50, 50, changes).ok());
    const MaskExtent extent = ExtentOf(changes, 50, 50);
    EXPECT_NEAR(static_cast<double>(extent.area), 1250, 30);
  }
}

TEST(RingAreaTest, IsNeverNegative) {
  EXPECT_EQ(RingArea(std::vector<double>{0, 0, 4, 0, 4, 3}), 6);
  EXPECT_EQ(RingArea(std::vector<double>{4, 3, 4, 0, 0, 0}), 6);
  EXPECT_EQ(RingArea(std::vector<double>{0, 0, 1, 1, 1, 0, 0, 1}), 0) << "a bow-tie cancels out";
}

}  // namespace
}  // namespace gateway::coco
