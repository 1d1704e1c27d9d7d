#include "server/coco/json_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "simdjson.h"

namespace gateway::coco {
namespace {

class Writer : public JsonWriter {
 public:
  using JsonWriter::JsonWriter;
  void OnSkipped(const Skipped&) override {}

  // The rest of the document, in how many pieces.
  int Finish() {
    int pieces = 0;
    for (absl::StatusOr<bool> more = true; *more; ++pieces) {
      more = WriteRest();
      EXPECT_TRUE(more.ok()) << more.status();
    }
    return pieces;
  }
};

Image MakeImage(int64_t id) {
  return {.id = id,
          .kind = ImageKind::kImage,
          .file_name = "images/d.png",
          .width = 640,
          .height = 480,
          .coco_url = {},
          .title = "a \"b\" \\ \n\t\x01 \xc3\xa9",
          .label_hash = {},
          .data_hash = "d",
          .frame = 0};
}

const double kPolygon[] = {0.1, 0, 1e21, 1.0 / 3, 5, -7.25};

Annotation MakeAnnotation() {
  static const std::span<const double> kPolygons[] = {kPolygon};
  static const Answer kAnswers[] = {{"none", {}},
                                    {"yes", true},
                                    {"whole", int64_t{4}},
                                    {"real", 2.5},
                                    {"text", std::string_view("t")}};
  return {.id = 1,
          .image_id = 2,
          .category_id = 3,
          .area = 10.200000000000001,
          .bbox = {1, 2.5, 3, 4},
          .iscrowd = 0,
          .polygons = kPolygons,
          .mask = {},
          .keypoints = {},
          .num_keypoints = {},
          .track_id = 0,
          .object_hash = "o",
          .rotation = 12.5,
          .classifications = kAnswers,
          .manual_annotation = true};
}

TEST(JsonWriterTest, SdkDocument) {
  Writer writer(Profile::kSdk);
  const std::vector<Category> categories = {{1, "Car", "bounding_box", {}, {}},
                                            {2, "Mark", "point", {"keypoint"}, {}}};
  writer.Begin("title", categories);
  writer.OnImage(MakeImage(0));
  writer.OnAnnotation(MakeAnnotation());
  Annotation mask = MakeAnnotation();
  mask.polygons = {};
  mask.mask = Mask{.counts = "\\1", .height = 100000, .width = 5};
  mask.rotation.reset();
  mask.classifications = {};
  writer.OnAnnotation(mask);
  writer.Finish();
  EXPECT_EQ(writer.text(),
            R"({"info":{"description":"title","contributor":null,"date_created":null,"url":null,)"
            R"("version":null,"year":null},"categories":[{"supercategory":"bounding_box","id":1,)"
            R"("name":"Car"},{"supercategory":"point","id":2,"name":"Mark","keypoints":"keypoint",)"
            R"("skeleton":[]}],"annotations":[)"
            "\n"
            R"({"area":10.200000000000001,"bbox":[1,2.5,3,4],"category_id":3,"image_id":2,)"
            R"("iscrowd":0,"segmentation":[[0.1,0,1e+21,0.3333333333333333,5,-7.25]],)"
            R"("keypoints":null,"num_keypoints":null,"id":1,"attributes":{"track_id":0,)"
            R"("encord_track_uuid":"o","rotation":12.5,"classifications":{"none":null,"yes":true,)"
            R"("whole":4,"real":2.5,"text":"t"},"manual_annotation":true}},)"
            "\n"
            R"({"area":10.200000000000001,"bbox":[1,2.5,3,4],"category_id":3,"image_id":2,)"
            R"("iscrowd":0,"segmentation":{"size":[100000,5],"counts":"\\1"},)"
            R"("keypoints":null,"num_keypoints":null,"id":1,"attributes":{"track_id":0,)"
            R"("encord_track_uuid":"o","classifications":{},"manual_annotation":true}}],"images":[)"
            "\n"
            R"({"coco_url":null,"id":0,"image_title":"a \"b\" \\ \n\t\u0001 )"
            "\xc3\xa9"
            R"(","file_name":"images/d.png","height":480,"width":640}]})");
}

TEST(JsonWriterTest, StandardDocument) {
  Writer writer(Profile::kStandard);
  const std::vector<Category> categories = {{1, "Car", "bounding_box", {}, {}},
                                            {2, "Person", "skeleton", {"head", "foot"}, {{1, 2}}}};
  writer.Begin({}, categories);
  Annotation annotation = MakeAnnotation();
  const double keypoints[] = {1, 2, 2, 0, 0, 0};
  annotation.keypoints = keypoints;
  annotation.num_keypoints = 1;
  annotation.classifications = {};
  writer.OnAnnotation(annotation);
  writer.Finish();
  EXPECT_EQ(writer.text(),
            R"({"info":{},"categories":[{"supercategory":"bounding_box","id":1,"name":"Car"},)"
            R"({"supercategory":"skeleton","id":2,"name":"Person","keypoints":["head","foot"],)"
            R"("skeleton":[[1,2]]}],"annotations":[)"
            "\n"
            R"({"area":10.200000000000001,"bbox":[1,2.5,3,4],"category_id":3,"image_id":2,)"
            R"("iscrowd":0,"segmentation":[[0.1,0,1e+21,0.3333333333333333,5,-7.25]],)"
            R"("keypoints":[1,2,2,0,0,0],"num_keypoints":1,"id":1,"attributes":{"track_id":0,)"
            R"("encord_track_uuid":"o","rotation":12.5,"classifications":{},)"
            R"("manual_annotation":true}}],"images":[],"licenses":[]})");
}

TEST(JsonWriterTest, ManyImagesComeInPiecesAndInOrder) {
  Writer writer(Profile::kStandard);
  writer.Begin({}, {});
  const int64_t count = 50000;
  for (int64_t id = 1; id <= count; ++id) writer.OnImage(MakeImage(id));
  EXPECT_LT(writer.text().size(), 1000u) << "images wait outside the document";
  EXPECT_GT(writer.Finish(), 3);
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  ASSERT_FALSE(parser.parse(writer.text()).get(document));
  int64_t next_id = 1;
  for (simdjson::dom::element image : document["images"].get_array()) {
    ASSERT_EQ(image["id"].get_int64().value(), next_id++);
  }
  EXPECT_EQ(next_id, count + 1);
}

}  // namespace
}  // namespace gateway::coco
