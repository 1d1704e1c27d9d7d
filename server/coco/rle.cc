#include "server/coco/rle.h"

#include <algorithm>
#include <limits>

namespace gateway::coco {
namespace {

constexpr char kFirstCode = '0';
constexpr int kMoreBit = 32;
constexpr int kSignBit = 16;
// 13 groups of 5 bits hold every 64-bit count; longer numbers are not counts of pixels.
constexpr int kMaxShift = 60;

// From this many columns per changed pixel on, comparing beats counting by column.
constexpr uint64_t kFewCellsPerColumn = 8;

// Adds the place where a run ends; a run of no pixels undoes the change before it.
void AddChange(uint64_t position, PixelChanges& changes) {
  if (!changes.empty() && changes.back() == position) {
    changes.pop_back();
  } else {
    changes.push_back(position);
  }
}

// Finds the rows of ascending positions in a mask, which seldom are far apart.
class RowFinder {
 public:
  explicit RowFinder(uint64_t columns) : columns_(columns) {}

  void MoveTo(uint64_t position) {
    const uint64_t offset = position - begin_;
    if (offset < columns_) return;
    if (offset < 2 * columns_) {
      ++row_;
      begin_ += columns_;
      return;
    }
    row_ = position / columns_;
    begin_ = row_ * columns_;
  }

  // The row, and its first position.
  uint64_t row() const { return row_; }
  uint64_t begin() const { return begin_; }

 private:
  const uint64_t columns_;
  uint64_t row_ = 0;
  uint64_t begin_ = 0;
};

}  // namespace

absl::Status DecodeRuns(std::string_view text, uint64_t pixels, PixelChanges& changes) {
  changes.clear();
  uint64_t position = 0;
  int64_t before_last = 0;
  int64_t last = 0;
  size_t i = 0;
  // Whether the run to be read is one of ones.
  bool is_ones = false;
  for (size_t count_index = 0; i < text.size(); ++count_index) {
    uint64_t bits = 0;
    int shift = 0;
    int code = kMoreBit;
    while ((code & kMoreBit) != 0) {
      if (i == text.size()) return absl::InvalidArgumentError("the run lengths break off");
      code = static_cast<unsigned char>(text[i++]) - kFirstCode;
      if (code < 0 || code > 63) {
        return absl::InvalidArgumentError(
            "the run lengths have a character that is none of theirs");
      }
      if (shift >= kMaxShift) return absl::InvalidArgumentError("a run length is too large");
      bits |= static_cast<uint64_t>(code & 31) << shift;
      shift += 5;
    }
    int64_t count = static_cast<int64_t>(bits);
    if ((code & kSignBit) != 0) count -= int64_t{1} << shift;
    // At most 2^60 plus a count that fits the mask: no overflow.
    if (count_index > 2) count += before_last;
    if (count < 0) return absl::InvalidArgumentError("a run length is negative");
    if (static_cast<uint64_t>(count) > pixels - position) {
      return absl::InvalidArgumentError("the run lengths are longer than the mask");
    }
    before_last = last;
    last = count;
    position += static_cast<uint64_t>(count);
    AddChange(position, changes);
    is_ones = !is_ones;
  }
  // Nothing follows the last run: after zeros there are no ones, and at the end no zeros.
  if (is_ones) AddChange(position, changes);
  if (!changes.empty() && changes.back() == pixels) changes.pop_back();
  return absl::OkStatus();
}

void RunWriter::Append(uint64_t count) {
  int64_t value = static_cast<int64_t>(count);
  if (written_ > 2) value -= before_last_;
  before_last_ = last_;
  last_ = static_cast<int64_t>(count);
  ++written_;
  if (buffer_.size() - size_ < kMaxCount) {
    text_.append(buffer_.data(), size_);
    size_ = 0;
  }
  char* out = buffer_.data() + size_;
  // Nearly all have one or two groups, in no order that a processor could foresee.
  if (value >= -512 && value < 512) {
    const bool more = value < -16 || value > 15;
    out[0] = static_cast<char>(kFirstCode + (value & 31) + (more ? kMoreBit : 0));
    out[1] = static_cast<char>(kFirstCode + (value >> 5 & 31));
    size_ += more ? 2 : 1;
    return;
  }
  bool more = true;
  while (more) {
    int low = static_cast<int>(value & 31);
    value >>= 5;
    more = (low & kSignBit) != 0 ? value != -1 : value != 0;
    *out++ = static_cast<char>(kFirstCode + low + (more ? kMoreBit : 0));
  }
  size_ = static_cast<size_t>(out - buffer_.data());
}

MaskExtent ExtentOf(std::span<const uint64_t> changes, int64_t width, int64_t height) {
  const uint64_t columns = static_cast<uint64_t>(width);
  const uint64_t pixels = columns * static_cast<uint64_t>(height);
  MaskExtent extent;
  if (changes.empty()) return extent;
  uint64_t left = columns;
  uint64_t right = 0;
  RowFinder rows(columns);
  for (size_t i = 0; i < changes.size(); i += 2) {
    const uint64_t begin = changes[i];
    const uint64_t last = (i + 1 < changes.size() ? changes[i + 1] : pixels) - 1;
    extent.area += last - begin + 1;
    rows.MoveTo(begin);
    const uint64_t first_row = rows.row();
    const uint64_t first_column = begin - rows.begin();
    rows.MoveTo(last);
    left = std::min(left, first_row == rows.row() ? first_column : 0);
    right = std::max(right, first_row == rows.row() ? last - rows.begin() : columns - 1);
  }
  const uint64_t bottom = rows.row();
  const uint64_t top = changes.front() / columns;
  extent.bbox = {static_cast<double>(left), static_cast<double>(top),
                 static_cast<double>(right - left + 1), static_cast<double>(bottom - top + 1)};
  return extent;
}

absl::Status ColumnEncoder::Encode(std::span<const uint64_t> changes, int64_t width, int64_t height,
                                   std::string& text) {
  text.clear();
  if (width < 1 || height < 1 || width > kMaxMaskSide || height > kMaxMaskSide) {
    return absl::InvalidArgumentError("the mask has a side of no or too many pixels");
  }
  const absl::StatusOr<size_t> vertical_changes = CollectVerticalChanges(changes, width, height);
  if (!vertical_changes.ok()) return vertical_changes.status();

  // The places where the value changes down the columns, one column after the other. Each column
  // starts at 0 again: a column that ends with ones is followed by a change, which meets and undoes
  // that of a next column that starts with ones.
  RunWriter writer(text);
  const uint64_t rows = static_cast<uint64_t>(height);
  const uint64_t pixels = rows * static_cast<uint64_t>(width);
  uint64_t run_begin = 0;
  uint64_t change = 0;
  bool has_change = false;
  auto add_change = [&](uint64_t position) {
    if (has_change && change == position) {
      has_change = false;
      return;
    }
    if (has_change) {
      writer.Append(change - run_begin);
      run_begin = change;
    }
    change = position;
    has_change = true;
  };
  ForEachColumn(*vertical_changes, [&](uint64_t column, std::span<const uint32_t> rows_of_column) {
    const uint64_t begin = column * rows;
    for (uint32_t row : rows_of_column) add_change(begin + row);
    if (rows_of_column.size() % 2 != 0) add_change(begin + rows);
  });
  if (has_change && change < pixels) add_change(pixels);
  writer.Append(pixels - run_begin);
  return absl::OkStatus();
}

absl::StatusOr<size_t> ColumnEncoder::CollectVerticalChanges(std::span<const uint64_t> changes,
                                                             int64_t width, int64_t height) {
  const uint64_t columns = static_cast<uint64_t>(width);
  const uint64_t pixels = columns * static_cast<uint64_t>(height);
  constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();

  parts_.clear();
  left_ = std::numeric_limits<uint32_t>::max();
  right_ = 0;
  RowFinder rows(columns);
  auto add_parts = [&](uint64_t begin, uint64_t end) {
    while (begin < end) {
      rows.MoveTo(begin);
      const uint64_t part_end = std::min(end, rows.begin() + columns);
      const RowPart part{static_cast<uint32_t>(rows.row()),
                         static_cast<uint32_t>(begin - rows.begin()),
                         static_cast<uint32_t>(part_end - rows.begin())};
      left_ = std::min(left_, part.begin);
      right_ = std::max(right_, part.end);
      parts_.push_back(part);
      begin = part_end;
    }
  };

  // A pixel differs from the one above where the mask differs from itself moved down by a row.
  uint64_t total = 0;
  bool differs = false;
  uint64_t begin = 0;
  for (size_t i = 0, moved = 0;;) {
    const uint64_t here = i < changes.size() ? changes[i] : kNone;
    const uint64_t above = moved < changes.size() ? changes[moved] + columns : kNone;
    const uint64_t position = std::min({here, above, pixels});
    if (differs && position > begin) {
      total += position - begin;
      if (total > kMaxVerticalChanges)
        return absl::InvalidArgumentError("the mask is too intricate");
      add_parts(begin, position);
    }
    if (position == pixels) break;
    if (here == position) {
      differs = !differs;
      ++i;
    }
    if (above == position) {
      differs = !differs;
      ++moved;
    }
    begin = position;
  }
  return total;
}

template <typename Visitor>
void ColumnEncoder::ForEachColumn(size_t pixels, Visitor visit) {
  if (pixels == 0) return;
  rows_.resize(pixels);
  if (right_ - left_ > kFewCellsPerColumn * pixels) {
    cells_.clear();
    for (const RowPart& part : parts_) {
      for (uint32_t c = part.begin; c < part.end; ++c) cells_.push_back({c, part.row});
    }
    std::stable_sort(cells_.begin(), cells_.end(),
                     [](const Cell& a, const Cell& b) { return a.column < b.column; });
    for (size_t i = 0; i < cells_.size(); ++i) rows_[i] = cells_[i].row;
    for (size_t begin = 0, end = 0; begin < cells_.size(); begin = end) {
      const uint32_t column = cells_[begin].column;
      while (end < cells_.size() && cells_[end].column == column) ++end;
      visit(column, std::span<const uint32_t>(rows_).subspan(begin, end - begin));
    }
    return;
  }
  // By how much the number of pixels changes from column to column, then where those of each column
  // begin in `rows_`, then where they end.
  column_ends_.assign(right_ - left_ + size_t{1}, 0);
  uint32_t* const ends = column_ends_.data();
  for (const RowPart& part : parts_) {
    ++ends[part.begin - left_];
    --ends[part.end - left_];
  }
  uint32_t count = 0;
  uint32_t sum = 0;
  for (uint32_t& end : column_ends_) {
    count += end;
    end = sum;
    sum += count;
  }
  for (const RowPart& part : parts_) {
    for (uint32_t c = part.begin; c < part.end; ++c) rows_[ends[c - left_]++] = part.row;
  }
  size_t begin = 0;
  for (uint32_t c = left_; c < right_; ++c) {
    const size_t end = ends[c - left_];
    if (end > begin) visit(c, std::span<const uint32_t>(rows_).subspan(begin, end - begin));
    begin = end;
  }
}

}  // namespace gateway::coco
