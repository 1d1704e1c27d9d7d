#ifndef SERVER_COCO_RLE_H_
#define SERVER_COCO_RLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace gateway::coco {

// A mask as the ascending positions (row * width + column) at which the value of the pixels
// changes, starting from 0. An odd count means ones up to the last pixel.
using PixelChanges = std::vector<uint64_t>;

// Largest width and height of a mask in pixels.
inline constexpr int64_t kMaxMaskSide = int64_t{1} << 24;

// Most places in a mask at which a pixel differs from the one above. Bounds the memory of a mask by
// 256 MiB; a noisy mask of 4096 x 4096 pixels has half as many.
inline constexpr size_t kMaxVerticalChanges = size_t{1} << 24;

// Reads the run-length text that Encord and COCO share: counts of alternating runs of zeros and
// ones, from the fourth on as differences to the count two before, in groups of five bits from
// character 48 on. Runs that end before `pixels`, at most 2^62, are followed by zeros.
// INVALID_ARGUMENT for other characters, a text that ends inside a count, negative counts, and runs
// longer than `pixels`.
absl::Status DecodeRuns(std::string_view text, uint64_t pixels, PixelChanges& changes);

// Writes run-length text, one count after the other, in canonical form.
class RunWriter {
 public:
  // Appends to `text`, which is complete once the writer is gone.
  explicit RunWriter(std::string& text) : text_(text) {}
  ~RunWriter() { text_.append(buffer_.data(), size_); }
  RunWriter(const RunWriter&) = delete;
  RunWriter& operator=(const RunWriter&) = delete;

  void Append(uint64_t count);

 private:
  // Most characters of a count.
  static constexpr size_t kMaxCount = 13;

  std::string& text_;
  std::array<char, 512> buffer_;
  size_t size_ = 0;
  int64_t before_last_ = 0;
  int64_t last_ = 0;
  size_t written_ = 0;
};

// Facts about a mask.
struct MaskExtent {
  // Pixels that are set.
  uint64_t area = 0;
  // Left, top, width, height in pixels; zeros for an empty mask.
  std::array<double, 4> bbox = {};
};

// Area and box of the mask `changes` of `width` x `height` pixels.
MaskExtent ExtentOf(std::span<const uint64_t> changes, int64_t width, int64_t height);

// Turns masks into COCO's text, which goes column by column. Works on the changes alone: linear in
// what goes in and what comes out, whatever the size of the mask. Keeps its buffers.
class ColumnEncoder {
 public:
  // Replaces `text` by that of the mask `changes`. INVALID_ARGUMENT if a side is not in
  // [1, kMaxMaskSide] or there are more than kMaxVerticalChanges.
  absl::Status Encode(std::span<const uint64_t> changes, int64_t width, int64_t height,
                      std::string& text);

 private:
  // Columns [begin, end) of a row.
  struct RowPart {
    uint32_t row;
    uint32_t begin;
    uint32_t end;
  };
  struct Cell {
    uint32_t column;
    uint32_t row;
  };

  // Fills `parts_`, row by row, with the pixels that differ from the one above; returns how many.
  absl::StatusOr<size_t> CollectVerticalChanges(std::span<const uint64_t> changes, int64_t width,
                                                int64_t height);

  // Calls `visit` with each column of `parts_` that has pixels and the span of their rows, both
  // ascending.
  template <typename Visitor>
  void ForEachColumn(size_t pixels, Visitor visit);

  std::vector<RowPart> parts_;
  // Columns [left_, right_) that `parts_` touches.
  uint32_t left_ = 0;
  uint32_t right_ = 0;
  std::vector<uint32_t> column_ends_;
  std::vector<Cell> cells_;
  std::vector<uint32_t> rows_;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_RLE_H_
