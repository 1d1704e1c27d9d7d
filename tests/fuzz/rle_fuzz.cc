// Masks as run lengths. The first four bytes are width and height, each as a base and an exponent;
// the rest is the text of the runs.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>

#include "server/coco/rle.h"
#include "tests/fuzz/check.h"

namespace gateway::coco {
namespace {

// What is spent on a mask: larger ones are only read.
constexpr uint64_t kMostVerticalChanges = 4096;

int64_t Side(uint8_t base, uint8_t exponent) {
  return std::min(kMaxMaskSide, int64_t{base} << exponent % 24);
}

uint64_t AreaOf(std::span<const uint64_t> changes, uint64_t pixels) {
  uint64_t area = 0;
  for (size_t i = 0; i < changes.size(); i += 2) {
    area += (i + 1 < changes.size() ? changes[i + 1] : pixels) - changes[i];
  }
  return area;
}

std::string Write(std::span<const uint64_t> changes, uint64_t pixels) {
  std::string text;
  {
    RunWriter writer(text);
    uint64_t before = 0;
    for (const uint64_t change : changes) {
      writer.Append(change - before);
      before = change;
    }
    writer.Append(pixels - before);
  }
  return text;
}

void Read(std::string_view text, int64_t width, int64_t height) {
  const auto pixels = static_cast<uint64_t>(width * height);
  PixelChanges changes;
  if (!DecodeRuns(text, pixels, changes).ok()) return;
  FUZZ_CHECK(std::is_sorted(changes.begin(), changes.end(), std::less_equal<>()) ||
             changes.size() < 2);
  FUZZ_CHECK(changes.empty() || changes.back() < pixels);

  const MaskExtent extent = ExtentOf(changes, width, height);
  FUZZ_CHECK(extent.area == AreaOf(changes, pixels));
  FUZZ_CHECK(extent.bbox[0] >= 0 && extent.bbox[0] + extent.bbox[2] <= width);
  FUZZ_CHECK(extent.bbox[1] >= 0 && extent.bbox[1] + extent.bbox[3] <= height);

  PixelChanges again;
  FUZZ_CHECK(DecodeRuns(Write(changes, pixels), pixels, again).ok());
  FUZZ_CHECK(again == changes);

  // Each change of the mask makes a row of vertical changes at most.
  if (changes.size() * static_cast<uint64_t>(width) > kMostVerticalChanges) return;
  static ColumnEncoder encoder;
  std::string columns;
  FUZZ_CHECK(encoder.Encode(changes, width, height, columns).ok());
  FUZZ_CHECK(DecodeRuns(columns, pixels, again).ok());
  FUZZ_CHECK(AreaOf(again, pixels) == extent.area);
  // Turned twice, the mask is itself again.
  if (again.size() * static_cast<uint64_t>(height) > kMostVerticalChanges) return;
  std::string rows;
  FUZZ_CHECK(encoder.Encode(again, height, width, rows).ok());
  FUZZ_CHECK(DecodeRuns(rows, pixels, again).ok());
  FUZZ_CHECK(again == changes);
}

}  // namespace
}  // namespace gateway::coco

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway::coco;
  constexpr std::size_t kSides = 4;
  if (size < kSides) return 0;
  const int64_t width = Side(data[0], data[1]);
  const int64_t height = Side(data[2], data[3]);
  if (width == 0 || height == 0) return 0;
  Read({reinterpret_cast<const char*>(data) + kSides, size - kSides}, width, height);
  return 0;
}
