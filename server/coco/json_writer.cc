#include "server/coco/json_writer.h"

#include <type_traits>
#include <variant>

namespace gateway::coco {
namespace {

constexpr size_t kSpoolMemory = size_t{1} << 20;

// One member after the other of an object. Names are JSON as they are.
class ObjectWriter {
 public:
  explicit ObjectWriter(JsonText& text) : text_(text) { text_.Raw("{"); }
  ~ObjectWriter() { text_.Raw("}"); }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  // Starts the member `name`; its value is to be appended to the result.
  JsonText& Member(std::string_view name) {
    text_.Raw(has_member_ ? ",\"" : "\"");
    has_member_ = true;
    text_.Raw(name);
    text_.Raw("\":");
    return text_;
  }

  void Text(std::string_view name, std::string_view value) { Member(name).String(value); }
  void Null(std::string_view name) { Member(name).Raw("null"); }
  void Bool(std::string_view name, bool value) { Member(name).Bool(value); }
  template <typename Value>
  void Number(std::string_view name, Value value) {
    Member(name).Number(value);
  }
  template <typename Value>
  void Numbers(std::string_view name, std::span<const Value> values) {
    Member(name).Numbers(values);
  }

 private:
  JsonText& text_;
  bool has_member_ = false;
};

void AppendAnswers(std::span<const Answer> answers, JsonText& text) {
  text.Raw("{");
  for (size_t i = 0; i < answers.size(); ++i) {
    if (i > 0) text.Raw(",");
    text.String(answers[i].name);
    text.Raw(":");
    std::visit(
        [&](const auto& value) {
          using Value = std::decay_t<decltype(value)>;
          if constexpr (std::is_same_v<Value, std::monostate>) {
            text.Raw("null");
          } else if constexpr (std::is_same_v<Value, bool>) {
            text.Bool(value);
          } else if constexpr (std::is_same_v<Value, std::string_view>) {
            text.String(value);
          } else {
            text.Number(value);
          }
        },
        answers[i].value);
  }
  text.Raw("}");
}

void AppendAttributes(const Annotation& annotation, JsonText& text) {
  ObjectWriter object(text);
  object.Number("track_id", annotation.track_id);
  object.Text("encord_track_uuid", annotation.object_hash);
  if (annotation.rotation) object.Number("rotation", *annotation.rotation);
  AppendAnswers(annotation.classifications, object.Member("classifications"));
  object.Bool("manual_annotation", annotation.manual_annotation);
}

void AppendSegmentation(const Annotation& annotation, JsonText& text) {
  if (annotation.mask) {
    ObjectWriter object(text);
    const int32_t size[] = {annotation.mask->height, annotation.mask->width};
    object.Numbers("size", std::span<const int32_t>(size));
    object.Text("counts", annotation.mask->counts);
    return;
  }
  text.Raw("[");
  for (size_t i = 0; i < annotation.polygons.size(); ++i) {
    if (i > 0) text.Raw(",");
    text.Numbers(annotation.polygons[i]);
  }
  text.Raw("]");
}

void AppendCategory(const Category& category, const Conventions& conventions, JsonText& text) {
  ObjectWriter object(text);
  object.Text("supercategory", category.supercategory);
  object.Number("id", category.id);
  object.Text("name", category.name);
  if (!conventions.template_keypoints) {
    // The official exporter has keypoint members for points only, and a text instead of a list.
    if (category.supercategory == "point") {
      object.Text("keypoints", "keypoint");
      object.Member("skeleton").Raw("[]");
    }
    return;
  }
  if (category.keypoints.empty()) return;
  JsonText& names = object.Member("keypoints");
  for (size_t i = 0; i < category.keypoints.size(); ++i) {
    names.Raw(i == 0 ? "[" : ",");
    names.String(category.keypoints[i]);
  }
  names.Raw("]");
  JsonText& edges = object.Member("skeleton");
  edges.Raw("[");
  for (size_t i = 0; i < category.skeleton.size(); ++i) {
    if (i > 0) edges.Raw(",");
    const int edge[] = {category.skeleton[i].first, category.skeleton[i].second};
    edges.Numbers(std::span<const int>(edge));
  }
  edges.Raw("]");
}

void AppendInfo(std::optional<std::string_view> description, const Conventions& conventions,
                JsonText& text) {
  ObjectWriter object(text);
  if (description) object.Text("description", *description);
  if (!conventions.null_members) return;
  if (!description) object.Null("description");
  for (std::string_view name : {"contributor", "date_created", "url", "version", "year"}) {
    object.Null(name);
  }
}

}  // namespace

JsonWriter::JsonWriter(Profile profile)
    : conventions_(ConventionsOf(profile)), images_(kSpoolMemory) {}

void JsonWriter::Begin(std::optional<std::string_view> description,
                       std::span<const Category> categories) {
  entry_.Clear();
  entry_.Raw("{\"info\":");
  AppendInfo(description, conventions_, entry_);
  entry_.Raw(",\"categories\":[");
  for (size_t i = 0; i < categories.size(); ++i) {
    if (i > 0) entry_.Raw(",");
    AppendCategory(categories[i], conventions_, entry_);
  }
  entry_.Raw("],\"annotations\":[");
  text_.append(entry_.view());
}

void JsonWriter::OnImage(const Image& image) {
  entry_.Clear();
  entry_.Raw(has_image_ ? ",\n" : "\n");
  has_image_ = true;
  {
    ObjectWriter object(entry_);
    if (image.coco_url) {
      object.Text("coco_url", *image.coco_url);
    } else if (conventions_.null_members) {
      object.Null("coco_url");
    }
    object.Number("id", image.id);
    if (image.kind == ImageKind::kImage) object.Text("image_title", image.title);
    if (image.kind == ImageKind::kVideoFrame) object.Text("video_title", image.title);
    object.Text("file_name", image.file_name);
    object.Number("height", image.height);
    object.Number("width", image.width);
  }
  spool_status_.Update(images_.Write(entry_.view()));
}

void JsonWriter::OnAnnotation(const Annotation& annotation) {
  entry_.Clear();
  entry_.Raw(has_annotation_ ? ",\n" : "\n");
  has_annotation_ = true;
  {
    ObjectWriter object(entry_);
    object.Number("area", annotation.area);
    object.Numbers("bbox", std::span<const double>(annotation.bbox));
    object.Number("category_id", annotation.category_id);
    object.Number("image_id", annotation.image_id);
    object.Number("iscrowd", annotation.iscrowd);
    AppendSegmentation(annotation, object.Member("segmentation"));
    if (annotation.num_keypoints) {
      object.Numbers("keypoints", annotation.keypoints);
      object.Number("num_keypoints", *annotation.num_keypoints);
    } else if (conventions_.null_members) {
      object.Null("keypoints");
      object.Null("num_keypoints");
    }
    object.Number("id", annotation.id);
    AppendAttributes(annotation, object.Member("attributes"));
  }
  text_.append(entry_.view());
}

absl::StatusOr<bool> JsonWriter::WriteRest() {
  if (!spool_status_.ok()) return spool_status_;
  if (!is_ending_) {
    text_.append("],\"images\":[");
    is_ending_ = true;
  }
  const size_t before = text_.size();
  if (absl::Status status = images_.Read(text_); !status.ok()) return status;
  if (text_.size() > before) return true;
  text_.append(conventions_.null_members ? "]}" : "],\"licenses\":[]}");
  return false;
}

}  // namespace gateway::coco
