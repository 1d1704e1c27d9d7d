#ifndef SERVER_COCO_SHAPE_H_
#define SERVER_COCO_SHAPE_H_

#include <string_view>
#include <utility>

namespace gateway::coco {

// The shapes of ontology objects.
enum class Shape {
  kUnknown,
  kBoundingBox,
  kRotatableBoundingBox,
  kPolygon,
  kPolyline,
  kPoint,
  kSkeleton,
  kBitmask,
  kCuboid,
  kCuboid2d,
  kSegmentation,
  kAudio,
  kText,
};

// The shape that ontologies and labels call `name`; kUnknown if there is none.
constexpr Shape ShapeFromName(std::string_view name) {
  constexpr std::pair<std::string_view, Shape> kShapes[] = {
      {"bounding_box", Shape::kBoundingBox},
      {"rotatable_bounding_box", Shape::kRotatableBoundingBox},
      {"polygon", Shape::kPolygon},
      {"polyline", Shape::kPolyline},
      {"point", Shape::kPoint},
      {"skeleton", Shape::kSkeleton},
      {"bitmask", Shape::kBitmask},
      {"cuboid", Shape::kCuboid},
      {"cuboid_2d", Shape::kCuboid2d},
      {"segmentation", Shape::kSegmentation},
      {"audio", Shape::kAudio},
      {"text", Shape::kText},
  };
  for (const auto& [shape_name, shape] : kShapes) {
    if (shape_name == name) return shape;
  }
  return Shape::kUnknown;
}

// Whether objects of this shape become annotations.
constexpr bool HasCocoForm(Shape shape) {
  return shape >= Shape::kBoundingBox && shape <= Shape::kBitmask;
}

}  // namespace gateway::coco

#endif  // SERVER_COCO_SHAPE_H_
