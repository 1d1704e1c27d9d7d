#include "server/coco/proto_sink.h"

#include <string>

namespace gateway::coco {
namespace {

google::protobuf::Value ToValue(const Answer& answer) {
  google::protobuf::Value value;
  if (const auto* truth = std::get_if<bool>(&answer.value)) {
    value.set_bool_value(*truth);
  } else if (const auto* integer = std::get_if<int64_t>(&answer.value)) {
    value.set_number_value(static_cast<double>(*integer));
  } else if (const auto* number = std::get_if<double>(&answer.value)) {
    value.set_number_value(*number);
  } else if (const auto* text = std::get_if<std::string_view>(&answer.value)) {
    value.set_string_value(std::string(*text));
  } else {
    value.set_null_value(google::protobuf::NULL_VALUE);
  }
  return value;
}

}  // namespace

void ProtoSink::AddCategories(std::span<const Category> categories) {
  for (const Category& category : categories) {
    auto& out = *labels_.add_categories();
    out.set_id(category.id);
    out.set_name(category.name);
    out.set_supercategory(category.supercategory);
    for (const std::string& keypoint : category.keypoints) out.add_keypoints(keypoint);
    for (const auto& [from, to] : category.skeleton) {
      auto& edge = *out.add_skeleton();
      edge.set_from(from);
      edge.set_to(to);
    }
  }
}

void ProtoSink::OnImage(const Image& image) {
  auto& out = *labels_.add_images();
  out.set_id(static_cast<int32_t>(image.id));
  out.set_file_name(std::string(image.file_name));
  out.set_width(image.width);
  out.set_height(image.height);
  out.set_coco_url(std::string(image.coco_url.value_or("")));
  out.set_image_title(std::string(image.title));
}

void ProtoSink::OnAnnotation(const Annotation& annotation) {
  auto& out = *labels_.add_annotations();
  out.set_id(static_cast<int32_t>(annotation.id));
  out.set_image_id(static_cast<int32_t>(annotation.image_id));
  out.set_category_id(annotation.category_id);
  out.set_area(annotation.area);
  out.mutable_bbox()->Add(annotation.bbox.begin(), annotation.bbox.end());
  out.set_iscrowd(annotation.iscrowd);
  for (const std::span<const double> polygon : annotation.polygons) {
    out.add_segmentation()->mutable_coordinates()->Add(polygon.begin(), polygon.end());
  }
  if (annotation.mask) {
    out.mutable_rle()->set_counts(std::string(annotation.mask->counts));
    out.mutable_rle()->set_height(annotation.mask->height);
    out.mutable_rle()->set_width(annotation.mask->width);
  }
  out.mutable_keypoints()->Add(annotation.keypoints.begin(), annotation.keypoints.end());
  if (annotation.num_keypoints) out.set_num_keypoints(*annotation.num_keypoints);

  auto& attributes = *out.mutable_attributes()->mutable_fields();
  attributes["track_id"].set_number_value(static_cast<double>(annotation.track_id));
  attributes["encord_track_uuid"].set_string_value(std::string(annotation.object_hash));
  attributes["manual_annotation"].set_bool_value(annotation.manual_annotation);
  if (annotation.rotation) attributes["rotation"].set_number_value(*annotation.rotation);
  auto& answers = *attributes["classifications"].mutable_struct_value()->mutable_fields();
  for (const Answer& answer : annotation.classifications) {
    answers[std::string(answer.name)] = ToValue(answer);
  }
}

void ProtoSink::OnSkipped(const Skipped& skipped) {
  auto& out = *skipped_.Add();
  out.set_label_hash(std::string(skipped.label_hash));
  out.set_data_hash(std::string(skipped.data_hash));
  out.set_object_hash(std::string(skipped.object_hash));
  out.set_reason(std::string(skipped.reason));
}

}  // namespace gateway::coco
