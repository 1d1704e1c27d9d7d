#ifndef SERVER_COCO_PROTO_SINK_H_
#define SERVER_COCO_PROTO_SINK_H_

#include <cstddef>
#include <span>

#include "encord/v1/coco.pb.h"
#include "server/coco/sink.h"

namespace gateway::coco {

// Fills empty messages.
void ToProto(const Category& category, ::encord::v1::CocoCategory& message);
void ToProto(const Image& image, ::encord::v1::CocoImage& message);
void ToProto(const Annotation& annotation, ::encord::v1::CocoAnnotation& message);
void ToProto(const Skipped& skipped, ::encord::v1::SkippedLabel& message);

// Appends an export to messages. Both outlive the sink.
class ProtoSink : public Sink {
 public:
  ProtoSink(::encord::v1::CocoLabels& labels,
            ::google::protobuf::RepeatedPtrField<::encord::v1::SkippedLabel>& skipped)
      : labels_(labels), skipped_(skipped) {}

  void AddCategories(std::span<const Category> categories);

  void OnImage(const Image& image) override;
  void OnAnnotation(const Annotation& annotation) override;
  void OnSkipped(const Skipped& skipped) override;

  // How many bytes what was appended takes in a serialized message, about.
  size_t bytes() const { return bytes_; }

 private:
  template <class Item, class Message>
  void Append(const Item& item, ::google::protobuf::RepeatedPtrField<Message>& messages);

  ::encord::v1::CocoLabels& labels_;
  ::google::protobuf::RepeatedPtrField<::encord::v1::SkippedLabel>& skipped_;
  size_t bytes_ = 0;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_PROTO_SINK_H_
