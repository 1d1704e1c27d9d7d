#ifndef SERVER_COCO_GEOMETRY_H_
#define SERVER_COCO_GEOMETRY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/coco/label_row.h"
#include "server/coco/ontology.h"
#include "server/coco/profile.h"
#include "server/coco/raster.h"
#include "server/coco/rle.h"
#include "server/coco/sink.h"

namespace gateway::coco {

// Turns the geometry of labels, in fractions of an image, into COCO's, in pixels.
class GeometryConverter {
 public:
  explicit GeometryConverter(const Conventions& conventions) : conventions_(conventions) {}

  // Sets area, bbox, iscrowd, polygons, mask, keypoints, num_keypoints and rotation of
  // `annotation`, whose views hold until the next call. `label` belongs to `row` and to the
  // ontology's `object`. INVALID_ARGUMENT with a reason if the label has no such form.
  absl::Status Convert(const LabelRow& row, const LabelObject& label, const OntologyObject& object,
                       int32_t width, int32_t height, Annotation& annotation);

 private:
  using Box = std::array<double, 4>;

  absl::Status ConvertShape(const LabelRow& row, const LabelObject& label,
                            const OntologyObject& object, Annotation& annotation);
  absl::Status ConvertBox(std::span<const double> box, Annotation& annotation);
  absl::Status ConvertPolygon(const LabelRow& row, const LabelObject& label,
                              Annotation& annotation);
  absl::Status ConvertPolyline(std::span<const double> points, Annotation& annotation);
  absl::Status ConvertPoint(std::span<const double> points, Annotation& annotation);
  absl::Status ConvertSkeleton(std::span<const SkeletonVertex> vertices,
                               const OntologyObject& object, Annotation& annotation);
  absl::Status ConvertBitmask(const Bitmask& bitmask, Annotation& annotation);

  // Makes `annotation` the mask `changes_`.
  absl::Status SetMask(Annotation& annotation);
  // Makes `coordinates_`, from `begin` on, the annotation's only polygon.
  void SetPolygon(size_t begin, Annotation& annotation);
  // Makes the corners of `box` the annotation's only polygon.
  void SetBoxPolygon(const Box& box, Annotation& annotation);
  // Box around all of `coordinates_`, positive if the conventions ask for that.
  Box ExtentOfCoordinates() const;
  // `box` with positive sides if the conventions ask for that: what has no side gets one pixel.
  Box WithSides(Box box) const;

  const Conventions conventions_;
  int32_t width_ = 0;
  int32_t height_ = 0;
  // What fractions are multiplied by.
  double scale_x_ = 1;
  double scale_y_ = 1;
  std::vector<double> coordinates_;
  std::vector<std::span<const double>> polygons_;
  std::vector<PolygonPart> parts_;
  std::vector<double> keypoints_;
  Rasterizer rasterizer_;
  ColumnEncoder encoder_;
  PixelChanges changes_;
  std::string counts_;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_GEOMETRY_H_
