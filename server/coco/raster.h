#ifndef SERVER_COCO_RASTER_H_
#define SERVER_COCO_RASTER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "server/coco/rle.h"

namespace gateway::coco {

// A closed ring: x1, y1, x2, y2, ... in pixels, the last point joined to the first.
using Ring = std::span<const double>;

// A part of a polygon: its outline, then its holes.
using PolygonPart = std::span<const Ring>;

// Which pixels belong to the mask of a polygon.
enum class MaskRule {
  // Those whose centre lies inside a part's outline and outside all its holes, by the even-odd
  // rule.
  kPixelCentres,
  // Those of the official exporter. Corners lose their fraction. Parts are painted one after the
  // other, the largest first, and each wiped by its holes; painting and wiping a ring takes the
  // pixels of its border, as eight-connected lines, and those between them by the even-odd rule in
  // steps of 1/65536 pixel.
  kBorderPixels,
};

// Most rows and columns that the edges of a polygon may cross together. Bounds time and memory; the
// longest outlines of whole-slide images have some 100,000.
inline constexpr uint64_t kMaxEdgeCrossings = uint64_t{1} << 23;

// Area of `ring` by its corners, never negative; a ring that crosses itself has parts that cancel.
double RingArea(Ring ring);

// Draws polygons as masks. Works by spans of pixels in rows, so that neither time nor memory depend
// on the size of the image, and keeps its buffers.
class Rasterizer {
 public:
  // Replaces `changes` by the mask of the polygon `parts` on an image of `width` x `height` pixels.
  // INVALID_ARGUMENT if a corner is further out than 2^30 pixels or the edges cross more than
  // kMaxEdgeCrossings rows and columns of the image.
  absl::Status Draw(std::span<const PolygonPart> parts, MaskRule rule, int32_t width,
                    int32_t height, PixelChanges& changes);

 private:
  // Pixels [left, right] of a row, painted or wiped. Later paint covers earlier paint.
  struct PaintSpan {
    int32_t row;
    int32_t left;
    int32_t right;
    // Ascending in the order of painting; the lowest bit is set for paint and unset for wiping.
    uint32_t layer;
  };
  // Where an edge crosses a row.
  struct Crossing {
    int32_t row;
    int64_t x;
  };
  struct Pixel {
    int64_t x;
    int64_t y;
  };
  // Where a span of the row being resolved starts or ends.
  struct SpanEnd {
    int32_t x;
    uint32_t layer;
    bool is_start;
  };

  absl::Status CheckCrossings(std::span<const PolygonPart> parts) const;
  void FillByBorder(Ring ring, uint32_t layer);
  void FillByCentres(Ring ring, uint32_t layer);
  void DrawLine(Pixel from, Pixel to, uint32_t layer);
  bool Clip(Pixel& from, Pixel& to) const;
  bool IsOutside(const Pixel& pixel) const;
  // Turns the sorted crossings of each row into spans, pair by pair.
  template <typename FirstPixel, typename LastPixel>
  void PairCrossings(uint32_t layer, FirstPixel first_pixel, LastPixel last_pixel);
  void AddSpan(int64_t row, int64_t left, int64_t right, uint32_t layer);
  // Resolves the paint in `spans_` and moves what stays painted to `painted_`.
  void ResolvePaint();
  void ResolveRow(std::span<const PaintSpan> row);

  int64_t width_ = 0;
  int64_t height_ = 0;
  std::vector<PaintSpan> spans_;
  std::vector<PaintSpan> painted_;
  std::vector<Crossing> crossings_;
  std::vector<Pixel> corners_;
  std::vector<SpanEnd> ends_;
  std::vector<uint32_t> open_layers_;
  std::vector<uint32_t> closed_layers_;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_RASTER_H_
