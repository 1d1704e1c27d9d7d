#ifndef SERVER_COCO_LABEL_ROW_H_
#define SERVER_COCO_LABEL_ROW_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "server/coco/shape.h"

namespace gateway::coco {

// Positions [begin, end) in one of LabelRow's lists.
struct Slice {
  uint32_t begin = 0;
  uint32_t end = 0;

  uint32_t size() const { return end - begin; }
};

// Vertex of a skeleton.
struct SkeletonVertex {
  // Fractions of the image's width and height.
  double x;
  double y;
  // The vertex's number in the label.
  int64_t index;
  std::string_view feature_hash;
  // COCO's: 0 invisible, 1 occluded, 2 visible.
  int visibility;
};

// A bitmask as in the label row: run lengths row by row.
struct Bitmask {
  std::string_view runs;
  int64_t width;
  int64_t height;
};

// An object on a frame.
struct LabelObject {
  std::string_view object_hash;
  std::string_view feature_hash;
  // What the label says; kUnknown if it says nothing or an unknown word.
  Shape shape = Shape::kUnknown;
  // Shape of the geometry that was found; kUnknown if there was none.
  Shape geometry = Shape::kUnknown;
  bool manual_annotation = true;
  // Why the object cannot be read; empty if it can.
  std::string_view defect;
  // Box: x, y, w, h (theta) in LabelRow::numbers. Polyline, point: x, y, ... there.
  Slice numbers;
  // Polygon: its parts in LabelRow::parts.
  Slice parts;
  // Skeleton: its vertices in LabelRow::vertices.
  Slice vertices;
  // Bitmask: position in LabelRow::bitmasks.
  uint32_t bitmask = 0;
};

// What a DICOM slice says about itself.
struct SliceMetadata {
  std::string_view instance_uid;
  std::optional<int64_t> multiframe_number;
  std::string_view file_uri;
  std::optional<int64_t> width;
  std::optional<int64_t> height;
};

// The labels of one frame, slice or still image.
struct LabelFrame {
  // Of the labels of a whole data unit, which are not given by frame.
  static constexpr int64_t kWholeUnit = std::numeric_limits<int64_t>::min();

  uint32_t unit;
  int64_t number;
  Slice objects;
  // Whether a classification that counts is on the frame.
  bool has_classification = false;
  // Position in LabelRow::slice_metadata.
  std::optional<uint32_t> metadata;
};

// A data unit: an image, a video, a series of slices.
struct DataUnit {
  std::string_view data_hash;
  std::string_view title;
  // MIME type.
  std::string_view data_type;
  std::optional<std::string_view> data_link;
  // Position in an image group.
  std::optional<int64_t> sequence;
  std::optional<int64_t> width;
  std::optional<int64_t> height;
};

// First and last frame.
struct FrameRange {
  int64_t first;
  int64_t last;
};

// Option that was chosen or ticked.
struct ChosenOption {
  std::string_view feature_hash;
  std::string_view label;
};

// Answer to an attribute of an object.
struct LabelAnswer {
  std::string_view object_hash;
  std::string_view attribute_feature_hash;
  // std::monostate: none; Slice: options in LabelRow::options.
  std::variant<std::monostate, int64_t, double, std::string_view, Slice> value;
  // Of dynamic answers: where they hold, in LabelRow::ranges.
  bool dynamic = false;
  Slice ranges;
};

// Something in the row that cannot be read.
struct LabelDefect {
  std::string_view data_hash;
  std::string_view object_hash;
  std::string reason;
};

// A label row as plain lists in document order. Views point into the row's text or the parser.
struct LabelRow {
  std::string_view label_hash;
  std::string_view data_title;
  std::string_view data_type;
  std::vector<DataUnit> units;
  std::vector<LabelFrame> frames;
  std::vector<LabelObject> objects;
  std::vector<SliceMetadata> slice_metadata;
  // Frames that classification answers say they hold on.
  std::vector<FrameRange> classification_ranges;
  std::vector<LabelAnswer> answers;
  std::vector<ChosenOption> options;
  std::vector<FrameRange> ranges;
  // Geometry. A part of a polygon is a slice of `rings`: its outline, then its holes. A ring is a
  // slice of `numbers`: x1, y1, x2, y2, ... in fractions of the image's width and height.
  std::vector<double> numbers;
  std::vector<Slice> rings;
  std::vector<Slice> parts;
  std::vector<SkeletonVertex> vertices;
  std::vector<Bitmask> bitmasks;
  std::vector<LabelDefect> defects;

  // Empties the lists and keeps their memory.
  void Clear();
};

// Reads label rows, in one pass and in document order.
class LabelRowParser {
 public:
  // Classifications with other feature hashes than `classification_feature_hashes` do not count;
  // empty: all count.
  explicit LabelRowParser(std::vector<std::string> classification_feature_hashes);
  LabelRowParser(LabelRowParser&&) noexcept;
  LabelRowParser& operator=(LabelRowParser&&) noexcept;
  ~LabelRowParser();

  // Reads `json`, of which `readable` bytes may be read (see Converter::AddLabelRow), into `row`,
  // whose views hold as long as `json` and until the next call. INVALID_ARGUMENT if it is not a
  // label row; `row` then holds what came before, such as the label hash.
  absl::Status Parse(std::string_view json, size_t readable, LabelRow& row);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_LABEL_ROW_H_
