#include "server/coco/proto_sink.h"

#include <string>
#include <variant>

namespace gateway::coco {
namespace {

void SetValue(const decltype(Answer::value)& from, google::protobuf::Value& to) {
  if (const bool* flag = std::get_if<bool>(&from)) {
    to.set_bool_value(*flag);
  } else if (const int64_t* integer = std::get_if<int64_t>(&from)) {
    to.set_number_value(static_cast<double>(*integer));
  } else if (const double* number = std::get_if<double>(&from)) {
    to.set_number_value(*number);
  } else if (const std::string_view* text = std::get_if<std::string_view>(&from)) {
    to.set_string_value(text->data(), text->size());
  } else {
    to.set_null_value(google::protobuf::NULL_VALUE);
  }
}

}  // namespace

void ToProto(const Category& category, ::encord::v1::CocoCategory& message) {
  message.set_id(category.id);
  message.set_name(category.name);
  message.set_supercategory(category.supercategory);
  for (const std::string& keypoint : category.keypoints) message.add_keypoints(keypoint);
  for (const auto& [from, to] : category.skeleton) {
    auto* edge = message.add_skeleton();
    edge->set_from(from);
    edge->set_to(to);
  }
}

void ToProto(const Image& image, ::encord::v1::CocoImage& message) {
  message.set_id(static_cast<int32_t>(image.id));
  message.set_file_name(image.file_name.data(), image.file_name.size());
  message.set_width(image.width);
  message.set_height(image.height);
  if (image.coco_url) message.set_coco_url(image.coco_url->data(), image.coco_url->size());
  if (image.kind == ImageKind::kImage) {
    message.set_image_title(image.title.data(), image.title.size());
  } else if (image.kind == ImageKind::kVideoFrame) {
    message.set_video_title(image.title.data(), image.title.size());
  }
  message.set_frame(image.frame);
  message.set_data_hash(image.data_hash.data(), image.data_hash.size());
  message.set_label_hash(image.label_hash.data(), image.label_hash.size());
}

void ToProto(const Annotation& annotation, ::encord::v1::CocoAnnotation& message) {
  message.set_id(static_cast<int32_t>(annotation.id));
  message.set_image_id(static_cast<int32_t>(annotation.image_id));
  message.set_category_id(annotation.category_id);
  message.set_area(annotation.area);
  message.mutable_bbox()->Add(annotation.bbox.begin(), annotation.bbox.end());
  message.set_iscrowd(annotation.iscrowd);
  if (annotation.mask) {
    auto* rle = message.mutable_rle();
    rle->set_counts(annotation.mask->counts.data(), annotation.mask->counts.size());
    rle->set_height(annotation.mask->height);
    rle->set_width(annotation.mask->width);
  }
  for (std::span<const double> polygon : annotation.polygons) {
    message.add_segmentation()->mutable_coordinates()->Add(polygon.begin(), polygon.end());
  }
  message.mutable_keypoints()->Add(annotation.keypoints.begin(), annotation.keypoints.end());
  if (annotation.num_keypoints) message.set_num_keypoints(*annotation.num_keypoints);

  auto& attributes = *message.mutable_attributes()->mutable_fields();
  attributes["track_id"].set_number_value(static_cast<double>(annotation.track_id));
  attributes["encord_track_uuid"].set_string_value(annotation.object_hash.data(),
                                                   annotation.object_hash.size());
  if (annotation.rotation) attributes["rotation"].set_number_value(*annotation.rotation);
  auto& answers = *attributes["classifications"].mutable_struct_value()->mutable_fields();
  for (const Answer& answer : annotation.classifications) {
    SetValue(answer.value, answers[std::string(answer.name)]);
  }
  attributes["manual_annotation"].set_bool_value(annotation.manual_annotation);
}

void ToProto(const Skipped& skipped, ::encord::v1::SkippedLabel& message) {
  message.set_label_hash(skipped.label_hash.data(), skipped.label_hash.size());
  message.set_data_hash(skipped.data_hash.data(), skipped.data_hash.size());
  message.set_object_hash(skipped.object_hash.data(), skipped.object_hash.size());
  message.set_reason(skipped.reason.data(), skipped.reason.size());
}

template <class Item, class Message>
void ProtoSink::Append(const Item& item, ::google::protobuf::RepeatedPtrField<Message>& messages) {
  // The tag and the length before each message.
  constexpr size_t kFrame = 4;
  Message& message = *messages.Add();
  ToProto(item, message);
  bytes_ += message.ByteSizeLong() + kFrame;
}

void ProtoSink::AddCategories(std::span<const Category> categories) {
  for (const Category& category : categories) Append(category, *labels_.mutable_categories());
}

void ProtoSink::OnImage(const Image& image) { Append(image, *labels_.mutable_images()); }

void ProtoSink::OnAnnotation(const Annotation& annotation) {
  Append(annotation, *labels_.mutable_annotations());
}

void ProtoSink::OnSkipped(const Skipped& skipped) { Append(skipped, skipped_); }

}  // namespace gateway::coco
