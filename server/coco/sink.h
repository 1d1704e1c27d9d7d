#ifndef SERVER_COCO_SINK_H_
#define SERVER_COCO_SINK_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gateway::coco {

// A class of objects: one per ontology object, except the shapes audio and text.
struct Category {
  // From 1, in the order of the ontology.
  int id;
  // The ontology object's name; names may repeat.
  std::string name;
  // The ontology object's shape, such as "bounding_box" or "polygon".
  std::string supercategory;
  // Names of the keypoints in the order of the annotations' keypoints: of points, and of skeletons
  // that have a template in the ontology.
  std::vector<std::string> keypoints;
  // Pairs of positions in `keypoints`, from 1, that are joined.
  std::vector<std::pair<int, int>> skeleton;
};

// What an image entry stands for.
enum class ImageKind { kImage, kVideoFrame, kDicomSlice, kNiftiSlice };

// An image, video frame or slice. Views are valid during the call that delivers them.
struct Image {
  int64_t id;
  ImageKind kind;
  // images/<data hash>.<extension>, videos/<data hash>/<frame>.jpg, dicom/<data hash>/<instance
  // uid>[/<multiframe number>] or nifti/<data hash>/<slice>.
  std::string_view file_name;
  // Pixels.
  int32_t width;
  int32_t height;
  // Storage path or signed URL of the image, video or slice; unset where the label row has none.
  std::optional<std::string_view> coco_url;
  // Title of the image or video; empty for slices.
  std::string_view title;
  std::string_view label_hash;
  std::string_view data_hash;
  // Number of the video frame or slice, or position in an image group; 0 for single images.
  int64_t frame;
};

// A mask in COCO's compressed run-length text, column by column.
struct Mask {
  std::string_view counts;
  int32_t height;
  int32_t width;
};

// Answer to one attribute of an object, or to one option of a checklist.
struct Answer {
  // Name of the attribute, or label of the option; with the feature hash where names clash.
  std::string_view name;
  // std::monostate: not answered. Radio answers are the option's label, checklist options are
  // true or false, numbers are as in the label row.
  std::variant<std::monostate, bool, int64_t, double, std::string_view> value;
};

// An object on an image. Views and spans are valid during the call that delivers them.
struct Annotation {
  int64_t id;
  int64_t image_id;
  int category_id;
  // Square pixels.
  double area;
  // Left, top, width, height in pixels.
  std::array<double, 4> bbox;
  // 0 or 1.
  int iscrowd;
  // Outlines, each x1, y1, x2, y2, ... in pixels. Unused where `mask` is set.
  std::span<const std::span<const double>> polygons;
  std::optional<Mask> mask;
  // x, y, visibility (0 absent, 1 hidden, 2 visible) per keypoint.
  std::span<const double> keypoints;
  // Unset for shapes without keypoints.
  std::optional<int> num_keypoints;
  // Consecutive number of the instance over the export, from 0.
  int64_t track_id;
  // The instance's object hash.
  std::string_view object_hash;
  // Degrees, of rotatable boxes.
  std::optional<double> rotation;
  std::span<const Answer> classifications;
  bool manual_annotation;
};

// A label row, data unit, frame or object that gives nothing, and why.
struct Skipped {
  std::string_view label_hash;
  // Empty where the whole label row is skipped.
  std::string_view data_hash;
  // Empty where a whole row, unit or frame is skipped.
  std::string_view object_hash;
  // Text for the person who asked for the export; names the frame where there are several.
  std::string_view reason;
};

// Receives an export in its final order: each image before its annotations. Calls arrive on the
// thread that feeds the converter.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void OnImage(const Image& image) = 0;
  virtual void OnAnnotation(const Annotation& annotation) = 0;
  virtual void OnSkipped(const Skipped& skipped) = 0;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_SINK_H_
