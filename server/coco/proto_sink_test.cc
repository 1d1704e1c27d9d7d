#include "server/coco/proto_sink.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gateway::coco {
namespace {

// Fails unless `message` holds what `json` says.
template <typename Message>
void ExpectMessage(const Message& message, const std::string& json) {
  Message expected;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &expected).ok()) << json;
  google::protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  EXPECT_TRUE(differencer.Compare(expected, message)) << differences;
}

class ProtoSinkTest : public testing::Test {
 protected:
  ::encord::v1::CocoLabels labels_;
  ::google::protobuf::RepeatedPtrField<::encord::v1::SkippedLabel> skipped_;
  ProtoSink sink_{labels_, skipped_};
};

TEST_F(ProtoSinkTest, Categories) {
  const std::vector<Category> categories = {{1, "Person", "skeleton", {"head", "foot"}, {{1, 2}}}};
  sink_.AddCategories(categories);
  ASSERT_EQ(labels_.categories_size(), 1);
  ExpectMessage(labels_.categories(0),
                R"({"id":1,"name":"Person","supercategory":"skeleton","keypoints":["head","foot"],)"
                R"("skeleton":[{"from":1,"to":2}]})");
}

TEST_F(ProtoSinkTest, Images) {
  Image image{.id = 7,
              .kind = ImageKind::kVideoFrame,
              .file_name = "videos/d/3.jpg",
              .width = 640,
              .height = 480,
              .coco_url = "bucket/v",
              .title = "clip",
              .label_hash = "l",
              .data_hash = "d",
              .frame = 3};
  sink_.OnImage(image);
  image.kind = ImageKind::kImage;
  sink_.OnImage(image);
  ASSERT_EQ(labels_.images_size(), 2);
  ExpectMessage(
      labels_.images(0),
      R"({"id":7,"file_name":"videos/d/3.jpg","width":640,"height":480,"coco_url":"bucket/v",)"
      R"("video_title":"clip","frame":"3","data_hash":"d","label_hash":"l"})");
  EXPECT_EQ(labels_.images(1).image_title(), "clip");
  EXPECT_EQ(labels_.images(1).video_title(), "");
}

TEST_F(ProtoSinkTest, Annotations) {
  const double polygon[] = {1, 2, 3, 4, 5, 6};
  const std::span<const double> polygons[] = {polygon};
  const double keypoints[] = {1, 2, 2};
  const Answer answers[] = {{"none", {}},
                            {"yes", true},
                            {"whole", int64_t{4}},
                            {"real", 2.5},
                            {"text", std::string_view("t")}};
  Annotation annotation{.id = 1,
                        .image_id = 2,
                        .category_id = 3,
                        .area = 4.5,
                        .bbox = {1, 2, 3, 4},
                        .iscrowd = 1,
                        .polygons = polygons,
                        .mask = {},
                        .keypoints = keypoints,
                        .num_keypoints = 1,
                        .track_id = 6,
                        .object_hash = "o",
                        .rotation = 90,
                        .classifications = answers,
                        .manual_annotation = true};
  sink_.OnAnnotation(annotation);
  annotation.polygons = {};
  annotation.keypoints = {};
  annotation.num_keypoints.reset();
  annotation.rotation.reset();
  annotation.classifications = {};
  annotation.mask = Mask{.counts = "\\1", .height = 4, .width = 5};
  sink_.OnAnnotation(annotation);
  ASSERT_EQ(labels_.annotations_size(), 2);
  ExpectMessage(
      labels_.annotations(0),
      R"({"id":1,"image_id":2,"category_id":3,"area":4.5,"bbox":[1,2,3,4],"iscrowd":1,)"
      R"("segmentation":[{"coordinates":[1,2,3,4,5,6]}],"keypoints":[1,2,2],"num_keypoints":1,)"
      R"("attributes":{"classifications":{"none":null,"real":2.5,"text":"t","whole":4,)"
      R"("yes":true},"encord_track_uuid":"o","manual_annotation":true,"rotation":90,)"
      R"("track_id":6}})");
  ExpectMessage(labels_.annotations(1),
                R"({"id":1,"image_id":2,"category_id":3,"area":4.5,"bbox":[1,2,3,4],"iscrowd":1,)"
                R"("rle":{"counts":"\\1","height":4,"width":5},)"
                R"("attributes":{"classifications":{},"encord_track_uuid":"o",)"
                R"("manual_annotation":true,"track_id":6}})");
}

TEST_F(ProtoSinkTest, SkippedLabels) {
  sink_.OnSkipped({.label_hash = "l", .data_hash = "d", .object_hash = "o", .reason = "why"});
  ASSERT_EQ(skipped_.size(), 1);
  ExpectMessage(skipped_[0],
                R"({"label_hash":"l","data_hash":"d","object_hash":"o","reason":"why"})");
}

}  // namespace
}  // namespace gateway::coco
