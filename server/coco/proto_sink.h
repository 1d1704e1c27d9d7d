#ifndef SERVER_COCO_PROTO_SINK_H_
#define SERVER_COCO_PROTO_SINK_H_

#include <span>

#include "proto/encord/v1/coco.pb.h"
#include "server/coco/sink.h"

namespace gateway::coco {

// Puts images and annotations into the contract's messages.
class ProtoSink : public Sink {
 public:
  // Both must outlive the sink.
  ProtoSink(::encord::v1::CocoLabels& labels,
            google::protobuf::RepeatedPtrField<::encord::v1::SkippedLabel>& skipped)
      : labels_(labels), skipped_(skipped) {}

  void AddCategories(std::span<const Category> categories);

  void OnImage(const Image& image) override;
  void OnAnnotation(const Annotation& annotation) override;
  void OnSkipped(const Skipped& skipped) override;

 private:
  ::encord::v1::CocoLabels& labels_;
  google::protobuf::RepeatedPtrField<::encord::v1::SkippedLabel>& skipped_;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_PROTO_SINK_H_
