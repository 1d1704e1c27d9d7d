#include "server/actions/export_messages.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/coco/proto_sink.h"

namespace gateway::actions {

namespace {

constexpr size_t kMessageBytes = 1 << 20;
// What one annotation may have: a message with nothing else must stay below 4 MiB.
constexpr size_t kAnnotationBytes = 3 << 20;
// The tag and the length before an element of a message.
constexpr size_t kFrame = 6;

}  // namespace

void TypedMessages::Begin(std::optional<std::string_view> description,
                          std::span<const coco::Category> categories) {
  Message& message = messages_.emplace_back();
  pb::CocoInfo& info = *message.mutable_info();
  if (description) info.set_description(description->data(), description->size());
  for (const coco::Category& category : categories) {
    coco::ToProto(category, *message.add_categories());
  }
  // What follows begins a message of its own.
  last_bytes_ = kMessageBytes;
}

TypedMessages::Message& TypedMessages::MessageFor(size_t bytes) {
  if (messages_.empty() || last_bytes_ + bytes > kMessageBytes) {
    messages_.emplace_back();
    last_bytes_ = 0;
  }
  last_bytes_ += bytes;
  return messages_.back();
}

void TypedMessages::OnImage(const coco::Image& image) {
  summary_.set_image_count(summary_.image_count() + 1);
  label_hash_ = image.label_hash;
  data_hash_ = image.data_hash;
  pb::CocoImage message;
  coco::ToProto(image, message);
  *MessageFor(message.ByteSizeLong() + kFrame).add_images() = std::move(message);
}

void TypedMessages::OnAnnotation(const coco::Annotation& annotation) {
  pb::CocoAnnotation message;
  coco::ToProto(annotation, message);
  const size_t bytes = message.ByteSizeLong();
  if (bytes > kAnnotationBytes) {
    const std::string reason = absl::StrCat(
        "annotation ", annotation.id, " of image ", annotation.image_id, " has ", bytes,
        " bytes, more than a message may have; StreamLabelsCocoJson can send it");
    return OnSkipped({.label_hash = label_hash_,
                      .data_hash = data_hash_,
                      .object_hash = annotation.object_hash,
                      .reason = reason});
  }
  summary_.set_annotation_count(summary_.annotation_count() + 1);
  *MessageFor(bytes + kFrame).add_annotations() = std::move(message);
}

void TypedMessages::OnSkipped(const coco::Skipped& skipped) {
  summary_.set_skipped_count(summary_.skipped_count() + 1);
  pb::SkippedLabel message;
  coco::ToProto(skipped, message);
  *MessageFor(message.ByteSizeLong() + kFrame).add_skipped() = std::move(message);
}

std::optional<TypedMessages::Message> TypedMessages::Take() {
  if (messages_.empty()) return std::nullopt;
  std::optional<Message> message(std::move(messages_.front()));
  messages_.pop_front();
  return message;
}

void JsonMessages::OnImage(const coco::Image& image) {
  summary_.set_image_count(summary_.image_count() + 1);
  JsonWriter::OnImage(image);
}

void JsonMessages::OnAnnotation(const coco::Annotation& annotation) {
  summary_.set_annotation_count(summary_.annotation_count() + 1);
  JsonWriter::OnAnnotation(annotation);
}

void JsonMessages::OnSkipped(const coco::Skipped& skipped) {
  summary_.set_skipped_count(summary_.skipped_count() + 1);
  coco::ToProto(skipped, skipped_.emplace_back());
}

std::optional<JsonMessages::Message> JsonMessages::Take() {
  if (taken_ == text().size() && skipped_.empty()) return std::nullopt;
  std::optional<Message> message(std::in_place);
  message->set_json(text().substr(taken_, kMessageBytes));
  taken_ += message->json().size();
  if (taken_ == text().size()) {
    text().clear();
    taken_ = 0;
  }
  for (size_t bytes = 0; !skipped_.empty() && bytes < kMessageBytes; skipped_.pop_front()) {
    bytes += skipped_.front().ByteSizeLong() + kFrame;
    *message->add_skipped() = std::move(skipped_.front());
  }
  return message;
}

}  // namespace gateway::actions
