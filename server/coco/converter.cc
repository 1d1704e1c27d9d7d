#include "server/coco/converter.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "server/coco/attributes.h"
#include "server/coco/geometry.h"
#include "server/coco/label_row.h"
#include "server/coco/ontology.h"
#include "server/coco/text.h"
#include "server/coco/track_ids.h"

namespace gateway::coco {
namespace {

// Most frames that the ranges of classification answers may cover in a row: more than half a day of
// video.
constexpr size_t kMaxRangedFrames = size_t{1} << 20;

// Kind of image that the labels of a row of this type are on; none for data without images. Types
// of rows decide, not MIME types of units: of those there are more than are known.
std::optional<ImageKind> ImageKindOf(std::string_view row_data_type) {
  constexpr std::pair<std::string_view, ImageKind> kKinds[] = {
      {"image", ImageKind::kImage},      {"img_group", ImageKind::kImage},
      {"video", ImageKind::kVideoFrame}, {"dicom", ImageKind::kDicomSlice},
      {"nifti", ImageKind::kNiftiSlice},
  };
  for (const auto& [name, kind] : kKinds) {
    if (row_data_type == name) return kind;
  }
  return std::nullopt;
}

// A number that identifies an object hash: its 48 bits if it is eight characters of base64, which
// all of Encord's are, otherwise 64 bits that no such hash has.
uint64_t Fingerprint(std::string_view object_hash) {
  auto sextet = [](char c) -> int {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
  };
  uint64_t bits = 0;
  bool is_base64 = object_hash.size() == 8;
  for (size_t i = 0; is_base64 && i < object_hash.size(); ++i) {
    const int value = sextet(object_hash[i]);
    is_base64 = value >= 0;
    bits = bits << 6 | static_cast<uint64_t>(value);
  }
  return is_base64 ? bits : absl::HashOf(object_hash) | uint64_t{1} << 63;
}

// Part of the title behind its last dot, the whole title if it has none.
std::string_view ExtensionOf(std::string_view title) {
  const size_t dot = title.rfind('.');
  return dot == std::string_view::npos ? title : title.substr(dot + 1);
}

std::optional<int32_t> PixelCount(std::optional<int64_t> size) {
  if (!size || *size < 0 || *size > std::numeric_limits<int32_t>::max()) return std::nullopt;
  return static_cast<int32_t>(*size);
}

}  // namespace

class Converter::Impl {
 public:
  Impl(Ontology ontology, Options options)
      : conventions_(ConventionsOf(options.profile)),
        ontology_(std::move(ontology)),
        object_filter_(options.object_feature_hashes.begin(), options.object_feature_hashes.end()),
        parser_(std::move(options.classification_feature_hashes)),
        answers_(conventions_.null_members),
        geometry_(conventions_),
        next_image_id_(conventions_.first_id),
        next_annotation_id_(conventions_.first_id) {}

  std::span<const Category> categories() const { return ontology_.categories(); }

  void AddLabelRow(std::string_view json, Sink& sink, size_t readable) {
    sink_ = &sink;
    absl::Status status = parser_.Parse(json, readable, row_);
    if (!status.ok()) return Skip({}, {}, ToStd(status.message()));
    const std::optional<ImageKind> kind = ImageKindOf(row_.data_type);
    if (!kind) {
      return Skip({}, {}, Concat("data of the type \"", row_.data_type, "\" has no images"));
    }
    if (row_.units.empty()) Skip({}, {}, "the label row has no data units");
    for (const LabelDefect& defect : row_.defects) {
      Skip(defect.data_hash, defect.object_hash, defect.reason);
    }
    CollectFrames(*kind);
    answers_.Start(row_);
    instances_.clear();
    for (size_t i = 0; i < frames_.size(); ++i) AddFrame(*kind, i);
    if (answers_.overflowed()) {
      Skip({}, {}, "the label row has too many dynamic answers; some are missing");
    }
  }

  void AddUnopenedImage(const UnopenedImage& image, Sink& sink) {
    sink_ = &sink;
    row_.Clear();
    const std::optional<int32_t> width = PixelCount(image.width);
    const std::optional<int32_t> height = PixelCount(image.height);
    if (!width || !height) return Skip(image.data_hash, {}, "the image has no size");
    Append(Reset(file_name_), "images/", image.data_hash, ".", ExtensionOf(image.title));
    sink.OnImage({.id = next_image_id_++,
                  .kind = ImageKind::kImage,
                  .file_name = file_name_,
                  .width = *width,
                  .height = *height,
                  .coco_url = image.data_link,
                  .title = image.title,
                  .label_hash = {},
                  .data_hash = image.data_hash,
                  .frame = 0});
  }

 private:
  // What is known of an instance within a row.
  struct Instance {
    const OntologyObject* object;
    // Position of the last frame it was on.
    size_t frame;
    // Unset until its first annotation.
    std::optional<uint32_t> track_id;
  };

  static std::string& Reset(std::string& text) {
    text.clear();
    return text;
  }

  void Skip(std::string_view data_hash, std::string_view object_hash, std::string_view reason) {
    sink_->OnSkipped({.label_hash = row_.label_hash,
                      .data_hash = data_hash,
                      .object_hash = object_hash,
                      .reason = reason});
  }

  bool IsExported(const LabelObject& label) const {
    return object_filter_.empty() || object_filter_.contains(label.feature_hash);
  }

  // Lists the frames of the row that become images, in ascending order.
  void CollectFrames(ImageKind kind) {
    frames_.clear();
    if (kind == ImageKind::kImage) {
      CollectImages();
    } else {
      for (const LabelFrame& frame : row_.frames) {
        if (frame.number != LabelFrame::kWholeUnit) {
          if (HasLabels(frame)) frames_.push_back(frame);
        } else if (HasLabels(frame)) {
          Skip(row_.units[frame.unit].data_hash, {}, "the labels are not given by frame");
        }
      }
      CollectRangedFrames();
    }
    std::stable_sort(frames_.begin(), frames_.end(),
                     [](const LabelFrame& a, const LabelFrame& b) { return a.number < b.number; });
  }

  // Still images are images whether or not they have labels. Their frame number is their position.
  void CollectImages() {
    frames_.resize(row_.units.size());
    for (size_t i = 0; i < row_.units.size(); ++i) {
      frames_[i] = {.unit = static_cast<uint32_t>(i),
                    .number = row_.units[i].sequence.value_or(static_cast<int64_t>(i)),
                    .objects = {},
                    .has_classification = false,
                    .metadata = {}};
    }
    for (const LabelFrame& frame : row_.frames) {
      if (frame.number == LabelFrame::kWholeUnit) {
        frames_[frame.unit].objects = frame.objects;
      } else if (HasLabels(frame)) {
        Skip(row_.units[frame.unit].data_hash, {}, "the labels of an image are given by frame");
      }
    }
  }

  bool HasLabels(const LabelFrame& frame) const {
    if (frame.has_classification) return true;
    for (uint32_t i = frame.objects.begin; i < frame.objects.end; ++i) {
      if (IsExported(row_.objects[i])) return true;
    }
    return false;
  }

  // Newer label rows say only in the answers on which frames a classification holds.
  void CollectRangedFrames() {
    if (row_.classification_ranges.empty() || row_.units.empty()) return;
    absl::flat_hash_set<int64_t> labelled;
    for (const LabelFrame& frame : frames_) labelled.insert(frame.number);
    // Slices without labels still say what they are.
    absl::flat_hash_map<int64_t, const LabelFrame*> unlabelled;
    for (const LabelFrame& frame : row_.frames) {
      if (frame.number != LabelFrame::kWholeUnit) unlabelled.try_emplace(frame.number, &frame);
    }
    std::vector<FrameRange>& ranges = row_.classification_ranges;
    std::sort(ranges.begin(), ranges.end(),
              [](const FrameRange& a, const FrameRange& b) { return a.first < b.first; });
    int64_t next = 0;
    size_t visited = 0;
    for (const FrameRange& range : ranges) {
      for (next = std::max(next, range.first); next <= range.last; ++next) {
        if (++visited > kMaxRangedFrames) {
          Skip({}, {}, "classifications hold on too many frames; some have no image");
          return;
        }
        if (labelled.contains(next)) continue;
        LabelFrame frame{};
        frame.number = next;
        if (auto found = unlabelled.find(next); found != unlabelled.end()) {
          frame.unit = found->second->unit;
          frame.metadata = found->second->metadata;
        }
        frames_.push_back(frame);
      }
    }
  }

  void AddFrame(ImageKind kind, size_t position) {
    const LabelFrame& frame = frames_[position];
    const DataUnit& unit = row_.units[frame.unit];
    const SliceMetadata* metadata = kind == ImageKind::kDicomSlice && frame.metadata
                                        ? &row_.slice_metadata[*frame.metadata]
                                        : nullptr;
    const std::optional<int32_t> width =
        PixelCount(metadata != nullptr && metadata->width ? metadata->width : unit.width);
    const std::optional<int32_t> height =
        PixelCount(metadata != nullptr && metadata->height ? metadata->height : unit.height);
    if (!width || !height) {
      return Skip(unit.data_hash, {},
                  kind == ImageKind::kImage ? std::string("the image has no size")
                                            : Concat("frame ", frame.number, " has no size"));
    }
    const int64_t image_id = next_image_id_++;
    sink_->OnImage(DescribeImage(kind, frame, unit, metadata, image_id, *width, *height));
    for (uint32_t i = frame.objects.begin; i < frame.objects.end; ++i) {
      const LabelObject& label = row_.objects[i];
      if (!IsExported(label)) continue;
      absl::Status status = AddObject(label, position, image_id, *width, *height);
      if (status.ok()) continue;
      Skip(unit.data_hash, label.object_hash,
           kind == ImageKind::kImage ? std::string(status.message())
                                     : Concat("frame ", frame.number, ": ", status.message()));
    }
  }

  Image DescribeImage(ImageKind kind, const LabelFrame& frame, const DataUnit& unit,
                      const SliceMetadata* metadata, int64_t id, int32_t width, int32_t height) {
    Image image{.id = id,
                .kind = kind,
                .file_name = {},
                .width = width,
                .height = height,
                .coco_url = unit.data_link,
                .title = {},
                .label_hash = row_.label_hash,
                .data_hash = unit.data_hash,
                .frame = frame.number};
    std::string& name = Reset(file_name_);
    switch (kind) {
      case ImageKind::kImage:
        Append(name, "images/", unit.data_hash, ".", ExtensionOf(unit.title));
        image.title = unit.title;
        break;
      case ImageKind::kVideoFrame:
        Append(name, "videos/", unit.data_hash, "/", frame.number, ".jpg");
        image.title = unit.title;
        break;
      case ImageKind::kNiftiSlice:
        Append(name, "nifti/", unit.data_hash, "/", frame.number);
        break;
      case ImageKind::kDicomSlice:
        Append(name, "dicom/", unit.data_hash, "/");
        if (metadata == nullptr) {
          Append(name, frame.number);
          image.coco_url = std::string_view();
          break;
        }
        Append(name, metadata->instance_uid);
        if (metadata->multiframe_number) Append(name, "/", *metadata->multiframe_number);
        image.coco_url = metadata->file_uri;
        break;
    }
    image.file_name = name;
    return image;
  }

  absl::Status AddObject(const LabelObject& label, size_t frame_position, int64_t image_id,
                         int32_t width, int32_t height) {
    if (!label.defect.empty()) return absl::InvalidArgumentError(ToAbsl(label.defect));
    if (label.object_hash.empty())
      return absl::InvalidArgumentError("the object has no objectHash");
    const OntologyObject* object = ontology_.Find(label.feature_hash);
    if (object == nullptr) {
      return absl::InvalidArgumentError(
          Concat("the ontology has no object \"", label.feature_hash, "\""));
    }
    if (label.shape != object->shape) {
      return absl::InvalidArgumentError("the shape is not that of the ontology's object");
    }
    const uint64_t fingerprint = Fingerprint(label.object_hash);
    auto [entry, is_new] =
        instances_.try_emplace(fingerprint, Instance{object, frame_position, std::nullopt});
    Instance& instance = entry->second;
    if (!is_new) {
      if (instance.object != object) {
        return absl::InvalidArgumentError("the object is another ontology object on other frames");
      }
      if (instance.frame == frame_position) {
        return absl::InvalidArgumentError("the object is on the frame twice");
      }
      instance.frame = frame_position;
    }
    Annotation annotation;
    if (HasCocoForm(object->shape) && label.geometry != object->shape) {
      return absl::InvalidArgumentError("the object has no coordinates");
    }
    absl::Status status = geometry_.Convert(row_, label, *object, width, height, annotation);
    if (!status.ok()) return status;
    if (!instance.track_id) {
      const absl::StatusOr<uint32_t> track_id = track_ids_.NumberOf(fingerprint);
      if (!track_id.ok()) return track_id.status();
      instance.track_id = *track_id;
    }
    annotation.id = next_annotation_id_++;
    annotation.image_id = image_id;
    annotation.category_id = object->category_id;
    annotation.track_id = *instance.track_id;
    annotation.object_hash = label.object_hash;
    annotation.manual_annotation = label.manual_annotation;
    annotation.classifications =
        answers_.On(frames_[frame_position].number, label.object_hash, *object);
    sink_->OnAnnotation(annotation);
    return absl::OkStatus();
  }

  const Conventions conventions_;
  const Ontology ontology_;
  const TextSet object_filter_;
  LabelRowParser parser_;
  RowAnswers answers_;
  GeometryConverter geometry_;
  int64_t next_image_id_;
  int64_t next_annotation_id_;
  // By fingerprint of the object hash.
  TrackIds track_ids_;

  // Of the row at hand; instances by fingerprint of the object hash.
  LabelRow row_;
  std::vector<LabelFrame> frames_;
  absl::flat_hash_map<uint64_t, Instance> instances_;
  std::string file_name_;
  Sink* sink_ = nullptr;
};

absl::StatusOr<Converter> Converter::Create(std::string_view ontology_json, Options options) {
  absl::StatusOr<Ontology> ontology =
      Ontology::Parse(ontology_json, ConventionsOf(options.profile));
  if (!ontology.ok()) return ontology.status();
  return Converter(std::make_unique<Impl>(*std::move(ontology), std::move(options)));
}

Converter::Converter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Converter::Converter(Converter&&) noexcept = default;
Converter& Converter::operator=(Converter&&) noexcept = default;
Converter::~Converter() = default;

std::span<const Category> Converter::categories() const { return impl_->categories(); }

void Converter::AddLabelRow(std::string_view json, Sink& sink, size_t readable) {
  impl_->AddLabelRow(json, sink, readable);
}

void Converter::AddUnopenedImage(const UnopenedImage& image, Sink& sink) {
  impl_->AddUnopenedImage(image, sink);
}

}  // namespace gateway::coco
