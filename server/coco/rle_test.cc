#include "server/coco/rle.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace gateway::coco {
namespace {

std::string TextOf(const std::vector<uint64_t>& counts) {
  std::string text;
  {
    RunWriter writer(text);
    for (uint64_t count : counts) writer.Append(count);
  }
  return text;
}

// Runs of `bits`, starting with zeros.
std::vector<uint64_t> RunsOf(const std::vector<bool>& bits) {
  std::vector<uint64_t> runs = {0};
  bool value = false;
  for (bool bit : bits) {
    if (bit != value) {
      runs.push_back(0);
      value = bit;
    }
    ++runs.back();
  }
  return runs;
}

std::vector<bool> BitsOf(const PixelChanges& changes, size_t pixels) {
  std::vector<bool> bits(pixels);
  bool value = false;
  size_t next = 0;
  for (size_t i = 0; i < pixels; ++i) {
    while (next < changes.size() && changes[next] == i) {
      value = !value;
      ++next;
    }
    bits[i] = value;
  }
  return bits;
}

std::vector<bool> Transposed(const std::vector<bool>& bits, size_t width, size_t height) {
  std::vector<bool> columns;
  columns.reserve(bits.size());
  for (size_t x = 0; x < width; ++x) {
    for (size_t y = 0; y < height; ++y) columns.push_back(bits[y * width + x]);
  }
  return columns;
}

TEST(DecodeRunsTest, ReadsCountsAndDifferences) {
  PixelChanges changes;
  ASSERT_TRUE(DecodeRuns(TextOf({5, 3, 40, 1000, 2, 1}), 2000, changes).ok());
  EXPECT_EQ(changes, (PixelChanges{5, 8, 48, 1048, 1050, 1051}));
}

TEST(RunWriterTest, CountsOfAllSizes) {
  // Each size up to 2^62, and each difference of two of them.
  std::vector<uint64_t> counts;
  for (int i = 0; i <= 62; ++i) {
    for (int j = 0; j <= 62; ++j) {
      counts.insert(counts.end(), {uint64_t{1} << i, 1, uint64_t{1} << j, (uint64_t{1} << j) - 1});
    }
  }
  for (size_t count : {counts.size(), size_t{1000}, size_t{1}}) {
    std::string expected;
    for (size_t i = 0; i < count; ++i) {
      int64_t value = static_cast<int64_t>(counts[i] - (i > 2 ? counts[i - 2] : 0));
      for (bool more = true; more;) {
        const int group = static_cast<int>(value & 31);
        value >>= 5;
        more = value != (group >= 16 ? -1 : 0);
        expected += static_cast<char>(48 + group + (more ? 32 : 0));
      }
    }
    counts.resize(count);
    EXPECT_EQ(TextOf(counts), expected);
  }
}

TEST(DecodeRunsTest, FillsUpWithZeros) {
  PixelChanges changes;
  ASSERT_TRUE(DecodeRuns(TextOf({2, 3}), 10, changes).ok());
  EXPECT_EQ(changes, (PixelChanges{2, 5}));
  ASSERT_TRUE(DecodeRuns(TextOf({2, 3, 1}), 10, changes).ok());
  EXPECT_EQ(changes, (PixelChanges{2, 5}));
  ASSERT_TRUE(DecodeRuns("", 10, changes).ok());
  EXPECT_TRUE(changes.empty());
}

TEST(DecodeRunsTest, JoinsAcrossRunsOfNothing) {
  PixelChanges changes;
  ASSERT_TRUE(DecodeRuns(TextOf({1, 2, 0, 3, 4}), 10, changes).ok());
  EXPECT_EQ(changes, (PixelChanges{1, 6}));
  ASSERT_TRUE(DecodeRuns(TextOf({0, 0, 0, 0, 10}), 10, changes).ok());
  EXPECT_TRUE(changes.empty());
  ASSERT_TRUE(DecodeRuns(TextOf({10, 0}), 10, changes).ok());
  EXPECT_TRUE(changes.empty());
  ASSERT_TRUE(DecodeRuns(TextOf({4, 6, 0, 0}), 10, changes).ok());
  EXPECT_EQ(changes, (PixelChanges{4}));
}

TEST(DecodeRunsTest, RefusesWhatIsNoRunLengthText) {
  PixelChanges changes;
  EXPECT_FALSE(DecodeRuns(TextOf({5, 6}), 10, changes).ok()) << "longer than the mask";
  EXPECT_FALSE(DecodeRuns("o", 10, changes).ok()) << "breaks off inside a count";
  EXPECT_FALSE(DecodeRuns("5!", 10, changes).ok()) << "foreign character";
  EXPECT_FALSE(DecodeRuns("5p", 10, changes).ok()) << "foreign character";
  EXPECT_FALSE(DecodeRuns("O", 10, changes).ok()) << "negative";
  EXPECT_FALSE(DecodeRuns(std::string(40, 'o') + "0", 10, changes).ok()) << "overflow";
  EXPECT_FALSE(DecodeRuns("11 1", 10, changes).ok()) << "blank";
}

TEST(DecodeRunsTest, LargestCountsDoNotOverflow) {
  // The largest number that eleven continued groups and a last one hold, again and again.
  std::string text;
  for (int i = 0; i < 40; ++i) text += std::string(11, 'o') + '?';
  PixelChanges changes;
  EXPECT_FALSE(DecodeRuns(text, uint64_t{1} << 62, changes).ok());
}

TEST(ColumnEncoderTest, EqualsTransposingPixelByPixel) {
  std::mt19937 random(7);
  ColumnEncoder encoder;
  std::string text;
  for (int round = 0; round < 2000; ++round) {
    const size_t width = 1 + random() % 24;
    const size_t height = 1 + random() % 24;
    const unsigned density = random() % 101;
    std::vector<bool> bits(width * height);
    for (size_t i = 0; i < bits.size(); ++i) bits[i] = random() % 100 < density;
    PixelChanges changes;
    ASSERT_TRUE(DecodeRuns(TextOf(RunsOf(bits)), bits.size(), changes).ok());
    ASSERT_EQ(BitsOf(changes, bits.size()), bits);
    ASSERT_TRUE(encoder.Encode(changes, width, height, text).ok());
    ASSERT_EQ(text, TextOf(RunsOf(Transposed(bits, width, height))));
  }
}

TEST(ColumnEncoderTest, WideMasksWithFewPixels) {
  ColumnEncoder encoder;
  std::string text;
  const int64_t width = 1'000'000;
  // One pixel in the second row, and the last pixel of all.
  ASSERT_TRUE(encoder.Encode(PixelChanges{1'000'007, 1'000'008, 2'999'999}, width, 3, text).ok());
  EXPECT_EQ(text, TextOf({7 * 3 + 1, 1, 3'000'000 - 23 - 1, 1}));
}

TEST(ColumnEncoderTest, ClaimedSizeCostsNothing) {
  ColumnEncoder encoder;
  std::string text;
  ASSERT_TRUE(encoder.Encode(PixelChanges{}, kMaxMaskSide, kMaxMaskSide, text).ok());
  EXPECT_EQ(text, TextOf({uint64_t{1} << 48}));
  ASSERT_TRUE(encoder.Encode(PixelChanges{5, 6}, kMaxMaskSide, kMaxMaskSide, text).ok());
  EXPECT_EQ(text, TextOf({5ull << 24, 1, (uint64_t{1} << 48) - (5ull << 24) - 1}));
}

TEST(ColumnEncoderTest, RefusesSidesAndIntricacyBeyondTheLimits) {
  ColumnEncoder encoder;
  std::string text;
  EXPECT_FALSE(encoder.Encode(PixelChanges{}, 0, 5, text).ok());
  EXPECT_FALSE(encoder.Encode(PixelChanges{}, 5, 0, text).ok());
  EXPECT_FALSE(encoder.Encode(PixelChanges{}, kMaxMaskSide + 1, 1, text).ok());
  // A few bytes that would become gigabytes: every other row is set.
  PixelChanges stripes;
  for (uint64_t row = 0; row < 100; ++row) stripes.push_back(row * kMaxMaskSide);
  EXPECT_FALSE(encoder.Encode(stripes, kMaxMaskSide, 100, text).ok());
}

TEST(ExtentOfTest, AreaAndBox) {
  const int64_t width = 10;
  const int64_t height = 6;
  EXPECT_EQ(ExtentOf(PixelChanges{}, width, height).area, 0u);
  EXPECT_EQ(ExtentOf(PixelChanges{}, width, height).bbox, (std::array<double, 4>{0, 0, 0, 0}));
  // Row 1: columns 3 to 5; row 3: columns 2 to 3.
  const MaskExtent parts = ExtentOf(PixelChanges{13, 16, 32, 34}, width, height);
  EXPECT_EQ(parts.area, 5u);
  EXPECT_EQ(parts.bbox, (std::array<double, 4>{2, 1, 4, 3}));
  // A run around the end of a row.
  EXPECT_EQ(ExtentOf(PixelChanges{18, 22}, width, height).bbox,
            (std::array<double, 4>{0, 1, 10, 2}));
  // Ones up to the last pixel.
  const MaskExtent all = ExtentOf(PixelChanges{0}, width, height);
  EXPECT_EQ(all.area, 60u);
  EXPECT_EQ(all.bbox, (std::array<double, 4>{0, 0, 10, 6}));
}

}  // namespace
}  // namespace gateway::coco
