#include "server/coco/geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gateway::coco {
namespace {

// COCO's visibility of a keypoint that is in sight.
constexpr double kVisible = 2;

// Farthest that an object may reach from the image, far above any image and far below the numbers
// whose products overflow.
constexpr double kMaxPixels = 1e12;

std::span<const double> NumbersOf(const LabelRow& row, const Slice& slice) {
  return std::span(row.numbers).subspan(slice.begin, slice.size());
}

}  // namespace

absl::Status GeometryConverter::Convert(const LabelRow& row, const LabelObject& label,
                                        const OntologyObject& object, int32_t width, int32_t height,
                                        Annotation& annotation) {
  width_ = width;
  height_ = height;
  scale_x_ = std::max(width, 1);
  scale_y_ = std::max(height, 1);
  coordinates_.clear();
  polygons_.clear();
  keypoints_.clear();
  annotation.iscrowd = 0;
  annotation.polygons = {};
  annotation.mask.reset();
  annotation.keypoints = {};
  annotation.num_keypoints.reset();
  annotation.rotation.reset();
  if (absl::Status status = ConvertShape(row, label, object, annotation); !status.ok()) {
    return status;
  }
  for (double value : annotation.bbox) {
    if (!(std::abs(value) <= kMaxPixels)) {
      return absl::InvalidArgumentError("the object is too far from the image");
    }
  }
  return absl::OkStatus();
}

absl::Status GeometryConverter::ConvertShape(const LabelRow& row, const LabelObject& label,
                                             const OntologyObject& object, Annotation& annotation) {
  switch (object.shape) {
    case Shape::kBoundingBox:
    case Shape::kRotatableBoundingBox:
      return ConvertBox(NumbersOf(row, label.numbers), annotation);
    case Shape::kPolygon:
      return ConvertPolygon(row, label, annotation);
    case Shape::kPolyline:
      return ConvertPolyline(NumbersOf(row, label.numbers), annotation);
    case Shape::kPoint:
      return ConvertPoint(NumbersOf(row, label.numbers), annotation);
    case Shape::kSkeleton:
      return ConvertSkeleton(
          std::span(row.vertices).subspan(label.vertices.begin, label.vertices.size()), object,
          annotation);
    case Shape::kBitmask:
      return ConvertBitmask(row.bitmasks[label.bitmask], annotation);
    default:
      return absl::InvalidArgumentError("the shape has no COCO form");
  }
}

absl::Status GeometryConverter::ConvertBox(std::span<const double> box, Annotation& annotation) {
  const Box pixels =
      WithSides({box[0] * scale_x_, box[1] * scale_y_, box[2] * scale_x_, box[3] * scale_y_});
  annotation.area = pixels[2] * pixels[3];
  annotation.bbox = pixels;
  SetBoxPolygon(pixels, annotation);
  const bool is_rotatable = box.size() == 5;
  if (!is_rotatable) return absl::OkStatus();
  annotation.rotation = box[4];
  if (!conventions_.rotated_corners) return absl::OkStatus();
  // Clockwise on screen, as y grows downwards.
  const double angle = std::remainder(box[4], 360.0) * std::numbers::pi / 180;
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  const double centre_x = pixels[0] + pixels[2] / 2;
  const double centre_y = pixels[1] + pixels[3] / 2;
  for (size_t i = 0; i < coordinates_.size(); i += 2) {
    const double x = coordinates_[i] - centre_x;
    const double y = coordinates_[i + 1] - centre_y;
    coordinates_[i] = centre_x + x * cosine - y * sine;
    coordinates_[i + 1] = centre_y + x * sine + y * cosine;
  }
  annotation.bbox = ExtentOfCoordinates();
  return absl::OkStatus();
}

absl::Status GeometryConverter::ConvertPolygon(const LabelRow& row, const LabelObject& label,
                                               Annotation& annotation) {
  const auto parts = std::span(row.parts).subspan(label.parts.begin, label.parts.size());
  const bool is_simple = parts.size() == 1 && parts[0].size() == 1;
  bool has_holes = false;
  size_t ring_count = 0;
  for (const Slice& part : parts) {
    if (part.size() == 0) return absl::InvalidArgumentError("a part of the polygon has no outline");
    has_holes = has_holes || part.size() > 1;
    ring_count += part.size();
    for (uint32_t r = part.begin; r < part.end; ++r) {
      const std::span<const double> ring = NumbersOf(row, row.rings[r]);
      if (ring.size() < 6) {
        return absl::InvalidArgumentError("a ring of the polygon has fewer than three points");
      }
      if (ring.size() % 2 != 0) {
        return absl::InvalidArgumentError("a ring of the polygon has an odd number of coordinates");
      }
      for (size_t i = 0; i < ring.size(); i += 2) {
        coordinates_.push_back(ring[i] * scale_x_);
        coordinates_.push_back(ring[i + 1] * scale_y_);
      }
    }
  }
  // Only now do the coordinates stay where they are.
  polygons_.reserve(ring_count);
  size_t begin = 0;
  for (const Slice& part : parts) {
    for (uint32_t r = part.begin; r < part.end; ++r) {
      polygons_.push_back(std::span(coordinates_).subspan(begin, row.rings[r].size()));
      begin += row.rings[r].size();
    }
  }
  if (is_simple || (conventions_.parts_as_polygons && !has_holes)) {
    annotation.area = 0;
    for (Ring ring : polygons_) annotation.area += RingArea(ring);
    annotation.bbox = ExtentOfCoordinates();
    annotation.polygons = polygons_;
    return absl::OkStatus();
  }
  parts_.clear();
  size_t first_ring = 0;
  for (const Slice& part : parts) {
    parts_.push_back(std::span(polygons_).subspan(first_ring, part.size()));
    first_ring += part.size();
  }
  const MaskRule rule =
      conventions_.pixel_centre_masks ? MaskRule::kPixelCentres : MaskRule::kBorderPixels;
  absl::Status status = rasterizer_.Draw(parts_, rule, width_, height_, changes_);
  if (!status.ok()) return status;
  return SetMask(annotation);
}

absl::Status GeometryConverter::ConvertPolyline(std::span<const double> points,
                                                Annotation& annotation) {
  if (points.size() < 4) {
    return absl::InvalidArgumentError("the polyline has fewer than two points");
  }
  for (size_t i = 0; i < points.size(); i += 2) {
    coordinates_.push_back(points[i] * scale_x_);
    coordinates_.push_back(points[i + 1] * scale_y_);
  }
  annotation.area = 0;
  annotation.bbox = ExtentOfCoordinates();
  for (size_t i = points.size(); i > 0; i -= 2) {
    coordinates_.push_back(points[i - 2] * scale_x_);
    coordinates_.push_back(points[i - 1] * scale_y_);
  }
  SetPolygon(0, annotation);
  return absl::OkStatus();
}

absl::Status GeometryConverter::ConvertPoint(std::span<const double> points,
                                             Annotation& annotation) {
  if (points.size() < 2) return absl::InvalidArgumentError("the point has no coordinates");
  const double x = points[0] * scale_x_;
  const double y = points[1] * scale_y_;
  keypoints_ = {x, y, kVisible};
  annotation.keypoints = keypoints_;
  annotation.num_keypoints = 1;
  annotation.bbox = WithSides({x, y, 0, 0});
  annotation.area = annotation.bbox[2] * annotation.bbox[3];
  if (conventions_.keypoint_box_segmentation) {
    SetBoxPolygon(annotation.bbox, annotation);
  } else {
    coordinates_ = {x, y};
    SetPolygon(0, annotation);
  }
  return absl::OkStatus();
}

absl::Status GeometryConverter::ConvertSkeleton(std::span<const SkeletonVertex> vertices,
                                                const OntologyObject& object,
                                                Annotation& annotation) {
  if (vertices.empty()) return absl::InvalidArgumentError("the skeleton has no vertices");
  const bool by_template = conventions_.template_keypoints && object.keypoint_count > 0;
  if (by_template) keypoints_.assign(size_t{3} * object.keypoint_count, 0);
  bool any_matches = !by_template;
  bool any_in_sight = false;
  for (const SkeletonVertex& vertex : vertices) {
    any_in_sight = any_in_sight || vertex.visibility > 0;
  }
  int labelled = 0;
  for (const SkeletonVertex& vertex : vertices) {
    const double x = vertex.x * scale_x_;
    const double y = vertex.y * scale_y_;
    const bool is_absent = conventions_.template_keypoints && vertex.visibility == 0;
    // Without any vertex in sight the box is around those out of sight.
    if (!is_absent || !any_in_sight) coordinates_.insert(coordinates_.end(), {x, y});
    if (!by_template) {
      keypoints_.insert(keypoints_.end(), {is_absent ? 0 : x, is_absent ? 0 : y,
                                           static_cast<double>(vertex.visibility)});
      labelled += is_absent ? 0 : 1;
      continue;
    }
    uint32_t place;
    if (auto found = object.keypoint_by_feature_hash.find(vertex.feature_hash);
        found != object.keypoint_by_feature_hash.end()) {
      place = found->second;
    } else if (auto index = object.keypoint_by_index.find(vertex.index);
               index != object.keypoint_by_index.end()) {
      place = index->second;
    } else {
      continue;
    }
    any_matches = true;
    if (is_absent) continue;
    keypoints_[3 * place] = x;
    keypoints_[3 * place + 1] = y;
    keypoints_[3 * place + 2] = vertex.visibility;
  }
  if (!any_matches) {
    return absl::InvalidArgumentError("no vertex of the skeleton is in the ontology's template");
  }
  if (by_template) {
    for (size_t i = 2; i < keypoints_.size(); i += 3) labelled += keypoints_[i] > 0 ? 1 : 0;
  }
  annotation.keypoints = keypoints_;
  annotation.num_keypoints = labelled;
  annotation.bbox = ExtentOfCoordinates();
  annotation.area = 0;
  if (conventions_.keypoint_box_segmentation) {
    coordinates_.clear();
    SetBoxPolygon(annotation.bbox, annotation);
    annotation.area = annotation.bbox[2] * annotation.bbox[3];
  }
  return absl::OkStatus();
}

absl::Status GeometryConverter::ConvertBitmask(const Bitmask& bitmask, Annotation& annotation) {
  if (bitmask.width != width_ || bitmask.height != height_) {
    return absl::InvalidArgumentError("the bitmask has another size than the image");
  }
  absl::Status status = DecodeRuns(
      bitmask.runs, static_cast<uint64_t>(width_) * static_cast<uint64_t>(height_), changes_);
  if (!status.ok()) return status;
  return SetMask(annotation);
}

absl::Status GeometryConverter::SetMask(Annotation& annotation) {
  if (changes_.empty() && !conventions_.empty_masks) {
    return absl::InvalidArgumentError("the mask is empty");
  }
  absl::Status status = encoder_.Encode(changes_, width_, height_, counts_);
  if (!status.ok()) return status;
  const MaskExtent extent = ExtentOf(changes_, width_, height_);
  annotation.area = static_cast<double>(extent.area);
  annotation.bbox = extent.bbox;
  annotation.iscrowd = conventions_.mask_iscrowd;
  annotation.mask = Mask{.counts = counts_, .height = height_, .width = width_};
  return absl::OkStatus();
}

void GeometryConverter::SetPolygon(size_t begin, Annotation& annotation) {
  polygons_ = {std::span<const double>(coordinates_).subspan(begin)};
  annotation.polygons = polygons_;
}

void GeometryConverter::SetBoxPolygon(const Box& box, Annotation& annotation) {
  const auto [x, y, w, h] = box;
  const size_t begin = coordinates_.size();
  coordinates_.insert(coordinates_.end(), {x, y, x + w, y, x + w, y + h, x, y + h});
  SetPolygon(begin, annotation);
}

GeometryConverter::Box GeometryConverter::ExtentOfCoordinates() const {
  double left = coordinates_[0];
  double right = left;
  double top = coordinates_[1];
  double bottom = top;
  for (size_t i = 2; i < coordinates_.size(); i += 2) {
    left = std::min(left, coordinates_[i]);
    right = std::max(right, coordinates_[i]);
    top = std::min(top, coordinates_[i + 1]);
    bottom = std::max(bottom, coordinates_[i + 1]);
  }
  return WithSides({left, top, right - left, bottom - top});
}

GeometryConverter::Box GeometryConverter::WithSides(Box box) const {
  if (!conventions_.positive_boxes) return box;
  for (size_t axis = 0; axis < 2; ++axis) {
    double& start = box[axis];
    double& side = box[axis + 2];
    if (side < 0) {
      start += side;
      side = -side;
    } else if (side == 0) {
      start -= 0.5;
      side = 1;
    }
  }
  return box;
}

}  // namespace gateway::coco
