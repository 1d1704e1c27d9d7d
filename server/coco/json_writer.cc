#include "server/coco/json_writer.h"

#include <charconv>
#include <concepts>
#include <variant>

namespace gateway::coco {
namespace {

constexpr size_t kSpoolMemory = size_t{1} << 20;

template <typename Number>
requires std::integral<Number> || std::floating_point<Number>
void AppendNumber(Number number, std::string& text) {
  char digits[32];
  text.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

void AppendString(std::string_view string, std::string& text) {
  text.push_back('"');
  size_t plain = 0;
  for (size_t i = 0; i < string.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(string[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    text.append(string, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"':
        text.append("\\\"");
        break;
      case '\\':
        text.append("\\\\");
        break;
      case '\n':
        text.append("\\n");
        break;
      case '\t':
        text.append("\\t");
        break;
      default: {
        constexpr char kHex[] = "0123456789abcdef";
        text.append("\\u00");
        text.push_back(kHex[c >> 4]);
        text.push_back(kHex[c & 15]);
      }
    }
  }
  text.append(string, plain);
  text.push_back('"');
}

template <typename Number>
void AppendNumbers(std::span<const Number> numbers, std::string& text) {
  text.push_back('[');
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) text.push_back(',');
    AppendNumber(numbers[i], text);
  }
  text.push_back(']');
}

// One member after the other of an object.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& text) : text_(text) { text_.push_back('{'); }
  ~ObjectWriter() { text_.push_back('}'); }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  // Starts the member `name`; its value is to be appended to the result.
  std::string& Member(std::string_view name) {
    if (has_member_) text_.push_back(',');
    has_member_ = true;
    AppendString(name, text_);
    text_.push_back(':');
    return text_;
  }

  void Text(std::string_view name, std::string_view value) { AppendString(value, Member(name)); }
  void Null(std::string_view name) { Member(name).append("null"); }
  void Bool(std::string_view name, bool value) { Member(name).append(value ? "true" : "false"); }
  template <typename Value>
  void Number(std::string_view name, Value value) {
    AppendNumber(value, Member(name));
  }
  template <typename Value>
  void Numbers(std::string_view name, std::span<const Value> values) {
    AppendNumbers(values, Member(name));
  }

 private:
  std::string& text_;
  bool has_member_ = false;
};

void AppendAnswers(std::span<const Answer> answers, std::string& text) {
  ObjectWriter object(text);
  for (const Answer& answer : answers) {
    std::visit(
        [&](const auto& value) {
          using Value = std::decay_t<decltype(value)>;
          if constexpr (std::is_same_v<Value, std::monostate>) {
            object.Null(answer.name);
          } else if constexpr (std::is_same_v<Value, bool>) {
            object.Bool(answer.name, value);
          } else if constexpr (std::is_same_v<Value, std::string_view>) {
            object.Text(answer.name, value);
          } else {
            object.Number(answer.name, value);
          }
        },
        answer.value);
  }
}

void AppendAttributes(const Annotation& annotation, std::string& text) {
  ObjectWriter object(text);
  object.Number("track_id", annotation.track_id);
  object.Text("encord_track_uuid", annotation.object_hash);
  if (annotation.rotation) object.Number("rotation", *annotation.rotation);
  AppendAnswers(annotation.classifications, object.Member("classifications"));
  object.Bool("manual_annotation", annotation.manual_annotation);
}

void AppendSegmentation(const Annotation& annotation, std::string& text) {
  if (annotation.mask) {
    ObjectWriter object(text);
    const int32_t size[] = {annotation.mask->height, annotation.mask->width};
    object.Numbers("size", std::span<const int32_t>(size));
    object.Text("counts", annotation.mask->counts);
    return;
  }
  text.push_back('[');
  for (size_t i = 0; i < annotation.polygons.size(); ++i) {
    if (i > 0) text.push_back(',');
    AppendNumbers(annotation.polygons[i], text);
  }
  text.push_back(']');
}

void AppendCategory(const Category& category, const Conventions& conventions, std::string& text) {
  ObjectWriter object(text);
  object.Text("supercategory", category.supercategory);
  object.Number("id", category.id);
  object.Text("name", category.name);
  if (!conventions.template_keypoints) {
    // The official exporter has keypoint members for points only, and a text instead of a list.
    if (category.supercategory == "point") {
      object.Text("keypoints", "keypoint");
      object.Member("skeleton").append("[]");
    }
    return;
  }
  if (category.keypoints.empty()) return;
  std::string& names = object.Member("keypoints");
  for (size_t i = 0; i < category.keypoints.size(); ++i) {
    names.push_back(i == 0 ? '[' : ',');
    AppendString(category.keypoints[i], names);
  }
  names.push_back(']');
  std::string& edges = object.Member("skeleton");
  edges.push_back('[');
  for (size_t i = 0; i < category.skeleton.size(); ++i) {
    if (i > 0) edges.push_back(',');
    const int edge[] = {category.skeleton[i].first, category.skeleton[i].second};
    AppendNumbers(std::span<const int>(edge), edges);
  }
  edges.push_back(']');
}

void AppendInfo(std::optional<std::string_view> description, const Conventions& conventions,
                std::string& text) {
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
  text_.append("{\"info\":");
  AppendInfo(description, conventions_, text_);
  text_.append(",\"categories\":[");
  for (size_t i = 0; i < categories.size(); ++i) {
    if (i > 0) text_.push_back(',');
    AppendCategory(categories[i], conventions_, text_);
  }
  text_.append("],\"annotations\":[");
}

void JsonWriter::OnImage(const Image& image) {
  image_.assign(has_image_ ? ",\n" : "\n");
  has_image_ = true;
  {
    ObjectWriter object(image_);
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
  spool_status_.Update(images_.Write(image_));
}

void JsonWriter::OnAnnotation(const Annotation& annotation) {
  text_.append(has_annotation_ ? ",\n" : "\n");
  has_annotation_ = true;
  ObjectWriter object(text_);
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
