#include "server/coco/raster.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace gateway::coco {
namespace {

constexpr int kFractionBits = 16;
constexpr int64_t kOne = int64_t{1} << kFractionBits;
constexpr double kMaxCoordinate = 1 << 30;

// How many whole numbers in [0, size) lie between `a` and `b`, at most.
uint64_t Overlap(double a, double b, int64_t size) {
  const double low = std::max(std::floor(std::min(a, b)), 0.0);
  const double high = std::min(std::ceil(std::max(a, b)), static_cast<double>(size - 1));
  return high < low ? 0 : static_cast<uint64_t>(high - low) + 1;
}

// -1, 0 or 1: below, inside or above [0, last].
int Side(int64_t value, int64_t last) { return value < 0 ? -1 : value > last ? 1 : 0; }

int64_t CeilOfFraction(int64_t x) { return (x + kOne - 1) >> kFractionBits; }
int64_t FloorOfFraction(int64_t x) { return x >> kFractionBits; }

}  // namespace

double RingArea(Ring ring) {
  double sum = 0;
  const size_t n = ring.size();
  for (size_t i = 0; i + 1 < n; i += 2) {
    const size_t next = i + 3 < n ? i + 2 : 0;
    sum += ring[i] * ring[next + 1] - ring[next] * ring[i + 1];
  }
  return std::abs(sum) / 2;
}

absl::Status Rasterizer::Draw(std::span<const PolygonPart> parts, MaskRule rule, int32_t width,
                              int32_t height, PixelChanges& changes) {
  changes.clear();
  width_ = width;
  height_ = height;
  if (absl::Status status = CheckCrossings(parts); !status.ok()) return status;
  spans_.clear();
  painted_.clear();

  if (rule == MaskRule::kPixelCentres) {
    for (PolygonPart part : parts) {
      uint32_t layer = 1;
      for (size_t i = 0; i < part.size(); ++i) {
        FillByCentres(part[i], layer);
        layer = 2 * static_cast<uint32_t>(i + 1);
      }
      ResolvePaint();
    }
  } else {
    std::vector<double> areas(parts.size());
    for (size_t i = 0; i < parts.size(); ++i) {
      for (size_t r = 0; r < parts[i].size(); ++r) {
        areas[i] += r == 0 ? RingArea(parts[i][r]) : -RingArea(parts[i][r]);
      }
    }
    std::vector<size_t> order(parts.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return areas[a] > areas[b]; });
    uint32_t painted_rings = 0;
    for (size_t i : order) {
      for (size_t r = 0; r < parts[i].size(); ++r) {
        FillByBorder(parts[i][r], 2 * painted_rings++ + (r == 0 ? 1 : 0));
      }
    }
    ResolvePaint();
  }

  std::sort(painted_.begin(), painted_.end(), [](const PaintSpan& a, const PaintSpan& b) {
    return a.row != b.row ? a.row < b.row : a.left < b.left;
  });
  for (const PaintSpan& span : painted_) {
    const uint64_t row_begin = static_cast<uint64_t>(span.row) * static_cast<uint64_t>(width_);
    const uint64_t begin = row_begin + static_cast<uint64_t>(span.left);
    const uint64_t end = row_begin + static_cast<uint64_t>(span.right) + 1;
    if (!changes.empty() && begin <= changes.back()) {
      changes.back() = std::max(changes.back(), end);
    } else {
      changes.push_back(begin);
      changes.push_back(end);
    }
  }
  const uint64_t pixels = static_cast<uint64_t>(width_) * static_cast<uint64_t>(height_);
  if (!changes.empty() && changes.back() == pixels) changes.pop_back();
  return absl::OkStatus();
}

absl::Status Rasterizer::CheckCrossings(std::span<const PolygonPart> parts) const {
  uint64_t crossings = 0;
  for (PolygonPart part : parts) {
    for (Ring ring : part) {
      for (size_t i = 0; i + 1 < ring.size(); i += 2) {
        if (!(std::abs(ring[i]) <= kMaxCoordinate && std::abs(ring[i + 1]) <= kMaxCoordinate)) {
          return absl::InvalidArgumentError("a corner is too far from the image");
        }
        const size_t next = i + 3 < ring.size() ? i + 2 : 0;
        crossings +=
            Overlap(ring[i], ring[next], width_) + Overlap(ring[i + 1], ring[next + 1], height_);
      }
    }
  }
  if (crossings > kMaxEdgeCrossings) {
    return absl::InvalidArgumentError("the outline is too long to be drawn as a mask");
  }
  return absl::OkStatus();
}

bool Rasterizer::IsOutside(const Pixel& pixel) const {
  return pixel.x < 0 || pixel.x >= width_ || pixel.y < 0 || pixel.y >= height_;
}

void Rasterizer::AddSpan(int64_t row, int64_t left, int64_t right, uint32_t layer) {
  spans_.push_back(
      {static_cast<int32_t>(row), static_cast<int32_t>(left), static_cast<int32_t>(right), layer});
}

// Cuts a line to the image, rows before columns; a moved coordinate drops its fraction. False if
// nothing is left. The ends may then have been moved all the same, and FillByBorder goes on with
// the moved ones, as the official exporter does.
bool Rasterizer::Clip(Pixel& from, Pixel& to) const {
  auto same_side = [](int64_t a, int64_t b, int64_t last) {
    return Side(a, last) != 0 && Side(a, last) == Side(b, last);
  };
  auto move = [](int64_t Pixel::*across, int64_t Pixel::*along, int64_t last, Pixel& here,
                 const Pixel& there) {
    const int side = Side(here.*across, last);
    if (side == 0) return;
    const int64_t border = side < 0 ? 0 : last;
    const double product = static_cast<double>(border - here.*across) *
                           static_cast<double>(there.*along - here.*along);
    here.*along +=
        static_cast<int64_t>(product / static_cast<double>(there.*across - here.*across));
    here.*across = border;
  };
  if (same_side(from.x, to.x, width_ - 1) || same_side(from.y, to.y, height_ - 1)) return false;
  move(&Pixel::y, &Pixel::x, height_ - 1, from, to);
  move(&Pixel::y, &Pixel::x, height_ - 1, to, from);
  if (same_side(from.x, to.x, width_ - 1)) return false;
  move(&Pixel::x, &Pixel::y, width_ - 1, from, to);
  move(&Pixel::x, &Pixel::y, width_ - 1, to, from);
  return true;
}

// Eight-connected line, always walked from its left end.
void Rasterizer::DrawLine(Pixel from, Pixel to, uint32_t layer) {
  if ((IsOutside(from) || IsOutside(to)) && !Clip(from, to)) return;
  if (to.x < from.x) std::swap(from, to);
  const int64_t dx = to.x - from.x;
  const int64_t dy = std::abs(to.y - from.y);
  const int64_t step_y = to.y >= from.y ? 1 : -1;
  int64_t x = from.x;
  int64_t y = from.y;
  if (dy > dx) {
    int64_t error = dy - 2 * dx;
    for (int64_t i = 0; i <= dy; ++i) {
      AddSpan(y, x, x, layer);
      const bool aside = error < 0;
      error += (aside ? 2 * dy : 0) - 2 * dx;
      y += step_y;
      x += aside ? 1 : 0;
    }
    return;
  }
  int64_t error = dx - 2 * dy;
  int64_t left = x;
  for (int64_t i = 0; i <= dx; ++i) {
    const bool aside = error < 0;
    error += (aside ? 2 * dx : 0) - 2 * dy;
    if (aside || i == dx) {
      AddSpan(y, left, x, layer);
      left = x + 1;
      y += step_y;
    }
    ++x;
  }
}

void Rasterizer::FillByBorder(Ring ring, uint32_t layer) {
  corners_.clear();
  for (size_t i = 0; i + 1 < ring.size(); i += 2) {
    corners_.push_back({static_cast<int64_t>(ring[i]), static_cast<int64_t>(ring[i + 1])});
  }
  if (corners_.empty()) return;
  crossings_.clear();
  Pixel from = corners_.back();
  for (const Pixel& to : corners_) {
    DrawLine(from, to, layer);
    Pixel a = from;
    Pixel b = to;
    if (IsOutside(a) || IsOutside(b)) {
      Clip(a, b);
      // Clipping made it flat: the clipped columns, the original rows.
      if (a.y == b.y) {
        a.y = from.y;
        b.y = to.y;
      }
    }
    if (from.y != to.y) {
      const int64_t step = (b.x - a.x) * kOne / (b.y - a.y);
      const Pixel& reference = from.y < to.y ? a : b;
      const int64_t first = std::max<int64_t>(std::min(from.y, to.y), 0);
      const int64_t end = std::min(std::max(from.y, to.y), height_);
      for (int64_t row = first; row < end; ++row) {
        // Far outside the image the product does not fit 64 bits.
        const __int128 x = static_cast<__int128>(row - reference.y) * step + reference.x * kOne;
        constexpr __int128 kFar = __int128{1} << 60;
        crossings_.push_back(
            {static_cast<int32_t>(row), static_cast<int64_t>(std::clamp(x, -kFar, kFar))});
      }
    }
    from = to;
  }
  PairCrossings(layer, CeilOfFraction, FloorOfFraction);
}

void Rasterizer::FillByCentres(Ring ring, uint32_t layer) {
  crossings_.clear();
  for (size_t i = 0; i + 1 < ring.size(); i += 2) {
    const size_t next = i + 3 < ring.size() ? i + 2 : 0;
    double x1 = ring[i];
    double y1 = ring[i + 1];
    double x2 = ring[next];
    double y2 = ring[next + 1];
    if (y1 == y2) continue;
    if (y1 > y2) {
      std::swap(x1, x2);
      std::swap(y1, y2);
    }
    // Rows whose centre is in [y1, y2).
    const int64_t first = std::max<int64_t>(static_cast<int64_t>(std::ceil(y1 - 0.5)), 0);
    const int64_t end = std::min<int64_t>(static_cast<int64_t>(std::ceil(y2 - 0.5)), height_);
    for (int64_t row = first; row < end; ++row) {
      const double t = (static_cast<double>(row) + 0.5 - y1) / (y2 - y1);
      // The first pixel whose centre is at or right of the edge.
      const double pixel = std::ceil(x1 + t * (x2 - x1) - 0.5);
      crossings_.push_back({static_cast<int32_t>(row), static_cast<int64_t>(pixel)});
    }
  }
  PairCrossings(
      layer, [](int64_t x) { return x; }, [](int64_t x) { return x - 1; });
}

template <typename FirstPixel, typename LastPixel>
void Rasterizer::PairCrossings(uint32_t layer, FirstPixel first_pixel, LastPixel last_pixel) {
  std::sort(crossings_.begin(), crossings_.end(), [](const Crossing& a, const Crossing& b) {
    return a.row != b.row ? a.row < b.row : a.x < b.x;
  });
  // A closed ring crosses each row an even number of times.
  for (size_t i = 0; i + 1 < crossings_.size(); i += 2) {
    const int64_t left = std::max<int64_t>(first_pixel(crossings_[i].x), 0);
    const int64_t right = std::min(last_pixel(crossings_[i + 1].x), width_ - 1);
    if (left <= right) AddSpan(crossings_[i].row, left, right, layer);
  }
}

void Rasterizer::ResolvePaint() {
  const bool wipes = std::any_of(spans_.begin(), spans_.end(),
                                 [](const PaintSpan& span) { return (span.layer & 1) == 0; });
  if (!wipes) {
    painted_.insert(painted_.end(), spans_.begin(), spans_.end());
    spans_.clear();
    return;
  }
  std::sort(spans_.begin(), spans_.end(),
            [](const PaintSpan& a, const PaintSpan& b) { return a.row < b.row; });
  for (size_t begin = 0; begin < spans_.size();) {
    size_t end = begin;
    while (end < spans_.size() && spans_[end].row == spans_[begin].row) ++end;
    ResolveRow(std::span(spans_).subspan(begin, end - begin));
    begin = end;
  }
  spans_.clear();
}

void Rasterizer::ResolveRow(std::span<const PaintSpan> row) {
  ends_.clear();
  for (const PaintSpan& span : row) {
    ends_.push_back({span.left, span.layer, true});
    ends_.push_back({span.right + 1, span.layer, false});
  }
  std::sort(ends_.begin(), ends_.end(),
            [](const SpanEnd& a, const SpanEnd& b) { return a.x < b.x; });
  // Two heaps of layers: those opened so far, and those of them that are closed again.
  open_layers_.clear();
  closed_layers_.clear();
  auto push = [](std::vector<uint32_t>& heap, uint32_t layer) {
    heap.push_back(layer);
    std::push_heap(heap.begin(), heap.end());
  };
  auto pop = [](std::vector<uint32_t>& heap) {
    std::pop_heap(heap.begin(), heap.end());
    heap.pop_back();
  };
  bool is_painted = false;
  int32_t left = 0;
  for (size_t i = 0; i < ends_.size();) {
    const int32_t x = ends_[i].x;
    for (; i < ends_.size() && ends_[i].x == x; ++i) {
      push(ends_[i].is_start ? open_layers_ : closed_layers_, ends_[i].layer);
    }
    while (!closed_layers_.empty() && open_layers_.front() == closed_layers_.front()) {
      pop(open_layers_);
      pop(closed_layers_);
    }
    const bool paints = !open_layers_.empty() && (open_layers_.front() & 1) != 0;
    if (paints == is_painted) continue;
    if (paints) {
      left = x;
    } else {
      painted_.push_back({row.front().row, left, x - 1, 1});
    }
    is_painted = paints;
  }
}

}  // namespace gateway::coco
