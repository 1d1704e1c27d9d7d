#include "server/coco/converter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <variant>
#include <vector>

namespace gateway::coco {
namespace {

using testing::AllOf;
using testing::DoubleEq;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

// Boxes, polygons, masks, points, lines and a skeleton of three vertices; the box has attributes.
constexpr char kOntology[] = R"json({
  "objects": [
    {"name": "Car", "shape": "bounding_box", "featureNodeHash": "box", "attributes": [
      {"name": "Note", "type": "text", "featureNodeHash": "note", "dynamic": false}]},
    {"name": "Ship", "shape": "rotatable_bounding_box", "featureNodeHash": "rotatable"},
    {"name": "Field", "shape": "polygon", "featureNodeHash": "polygon"},
    {"name": "Edge", "shape": "polyline", "featureNodeHash": "polyline"},
    {"name": "Noise", "shape": "audio", "featureNodeHash": "audio"},
    {"name": "Mark", "shape": "point", "featureNodeHash": "point"},
    {"name": "Person", "shape": "skeleton", "featureNodeHash": "skeleton"},
    {"name": "Stain", "shape": "bitmask", "featureNodeHash": "bitmask"},
    {"name": "Crate", "shape": "cuboid", "featureNodeHash": "cuboid"}],
  "classifications": [],
  "skeleton_templates": [{"template": {"feature_node_hash": "skeleton", "skeleton": {
      "1": {"name": "elbow", "featureHash": "v1"},
      "0": {"name": "shoulder", "featureHash": "v0"},
      "2": {"name": "hand", "featureHash": "v2"}},
    "skeletonEdges": {"0": {"1": {}}, "1": {"2": {}, "7": {}}}}}]
})json";

struct KeptAnnotation {
  Annotation facts;
  std::string object_hash;
  std::vector<std::vector<double>> polygons;
  std::string counts;
  std::vector<double> keypoints;
  std::vector<std::string> answers;
};

struct KeptImage {
  Image facts;
  std::string file_name;
  std::string coco_url;
  std::string title;
};

struct KeptSkip {
  std::string label_hash;
  std::string data_hash;
  std::string object_hash;
  std::string reason;
};

// Keeps copies of everything.
class KeepingSink : public Sink {
 public:
  void OnImage(const Image& image) override {
    images.push_back({image, std::string(image.file_name),
                      std::string(image.coco_url.value_or("(none)")), std::string(image.title)});
  }
  void OnAnnotation(const Annotation& annotation) override {
    KeptAnnotation kept{.facts = annotation,
                        .object_hash = std::string(annotation.object_hash),
                        .polygons = {},
                        .counts = {},
                        .keypoints = {annotation.keypoints.begin(), annotation.keypoints.end()},
                        .answers = {}};
    for (auto polygon : annotation.polygons) {
      kept.polygons.emplace_back(polygon.begin(), polygon.end());
    }
    if (annotation.mask) kept.counts = annotation.mask->counts;
    for (const Answer& answer : annotation.classifications) {
      const auto* text = std::get_if<std::string_view>(&answer.value);
      kept.answers.push_back(std::string(answer.name) + "=" +
                             (text != nullptr ? std::string(*text) : "?"));
    }
    annotations.push_back(std::move(kept));
  }
  void OnSkipped(const Skipped& skip) override {
    skipped.push_back({std::string(skip.label_hash), std::string(skip.data_hash),
                       std::string(skip.object_hash), std::string(skip.reason)});
  }

  std::vector<KeptImage> images;
  std::vector<KeptAnnotation> annotations;
  std::vector<KeptSkip> skipped;
};

Converter MakeConverter(Options options = {}) {
  absl::StatusOr<Converter> converter = Converter::Create(kOntology, std::move(options));
  EXPECT_TRUE(converter.ok()) << converter.status();
  return *std::move(converter);
}

KeepingSink Convert(const std::vector<std::string>& rows, Options options = {}) {
  Converter converter = MakeConverter(std::move(options));
  KeepingSink sink;
  for (const std::string& row : rows) converter.AddLabelRow(row, sink);
  return sink;
}

std::string Object(const std::string& shape, const std::string& hash, const std::string& geometry) {
  const std::string feature = shape == "bounding_box"             ? "box"
                              : shape == "rotatable_bounding_box" ? "rotatable"
                                                                  : shape;
  return R"({"featureHash":")" + feature + R"(","objectHash":")" + hash + R"(","shape":")" + shape +
         R"(",)" + geometry + "}";
}

std::string Box(const std::string& hash) {
  return Object("bounding_box", hash, R"("boundingBox":{"x":0.1,"y":0.2,"w":0.3,"h":0.4})");
}

// A row of one image of 100 x 50 pixels.
std::string ImageRow(const std::string& objects, const std::string& more = "") {
  return R"({"label_hash":"l1","data_title":"a.b.png","data_type":"image","data_units":{"d1":{
    "data_hash":"d1","data_title":"a.b.png","data_link":"bucket/d1","data_type":"image/png",
    "data_sequence":0,"width":100,"height":50,"labels":{"objects":[)" +
         objects + R"(],"classifications":[]}}})" + more + "}";
}

// A row of one video of 100 x 50 pixels.
std::string FramesRow(const std::string& labels, const std::string& type = "video",
                      const std::string& more = "") {
  return R"({"label_hash":"l1","data_type":")" + type + R"(","data_units":{"d1":{
    "data_hash":"d1","data_title":"clip","data_link":"bucket/clip","data_type":"application/nifti",
    "width":100,"height":50,"labels":{)" +
         labels + "}}}" + more + "}";
}

std::string Frame(const std::string& number, const std::string& objects) {
  return "\"" + number + R"(":{"objects":[)" + objects + R"(],"classifications":[]})";
}

// ---- ontology

TEST(ConverterTest, CategoriesFollowTheOntology) {
  const Converter converter = MakeConverter();
  std::vector<std::pair<int, std::string>> categories;
  for (const Category& category : converter.categories()) {
    categories.emplace_back(category.id, category.supercategory);
  }
  EXPECT_THAT(categories, ElementsAre(Pair(1, "bounding_box"), Pair(2, "rotatable_bounding_box"),
                                      Pair(3, "polygon"), Pair(4, "polyline"), Pair(5, "point"),
                                      Pair(6, "skeleton"), Pair(7, "bitmask"), Pair(8, "cuboid")));
  EXPECT_THAT(converter.categories()[4].keypoints, ElementsAre("keypoint"));
  EXPECT_THAT(converter.categories()[5].keypoints, ElementsAre("shoulder", "elbow", "hand"));
  EXPECT_THAT(converter.categories()[5].skeleton, ElementsAre(Pair(1, 2), Pair(2, 3)))
      << "the edge to a vertex that the template lacks is left out";
}

TEST(ConverterTest, RefusesWhatIsNoOntology) {
  for (const char* text : {"", "[]", "{", R"({"objects":{}})", R"({"objects":[{"name":"Car"}]})"}) {
    EXPECT_EQ(Converter::Create(text, {}).status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
}

// ---- geometry by profile

TEST(ConverterTest, RotatedBoxes) {
  const std::string row = ImageRow(Object("rotatable_bounding_box", "o1", R"("rotatableBoundingBox":
    {"x":0.2,"y":0.2,"w":0.4,"h":0.2,"theta":90})"));
  KeepingSink standard = Convert({row});
  ASSERT_THAT(standard.annotations, SizeIs(1));
  const KeptAnnotation& rotated = standard.annotations[0];
  // 40 x 10 pixels around (40, 15), standing upright; the top left corner is now top right.
  EXPECT_THAT(rotated.polygons[0],
              ElementsAre(DoubleNear(45, 1e-9), DoubleNear(-5, 1e-9), DoubleNear(45, 1e-9),
                          DoubleNear(35, 1e-9), DoubleNear(35, 1e-9), DoubleNear(35, 1e-9),
                          DoubleNear(35, 1e-9), DoubleNear(-5, 1e-9)));
  EXPECT_THAT(rotated.facts.bbox, ElementsAre(DoubleNear(35, 1e-9), DoubleNear(-5, 1e-9),
                                              DoubleNear(10, 1e-9), DoubleNear(40, 1e-9)));
  EXPECT_DOUBLE_EQ(rotated.facts.area, 400);
  EXPECT_EQ(rotated.facts.rotation, 90);
  KeepingSink sdk = Convert({row}, {.profile = Profile::kSdk});
  EXPECT_THAT(sdk.annotations[0].facts.bbox,
              ElementsAre(DoubleEq(20), DoubleEq(10), DoubleEq(40), DoubleEq(10)));
}

TEST(ConverterTest, BoxesWithoutOrWithNegativeSides) {
  const std::string row =
      ImageRow(Object("bounding_box", "o1", R"("boundingBox":{"x":0.5,"y":0.5,"w":-0.1,"h":0})"));
  EXPECT_THAT(Convert({row}).annotations[0].facts.bbox, ElementsAre(40, 24.5, 10, 1));
  EXPECT_EQ(Convert({row}).annotations[0].facts.area, 10);
  EXPECT_THAT(Convert({row}, {.profile = Profile::kSdk}).annotations[0].facts.bbox,
              ElementsAre(50, 25, -10, 0));
}

TEST(ConverterTest, PolygonsOfSeveralParts) {
  const std::string parts = "[[0.1,0.2,0.2,0.2,0.2,0.4]],[[0.5,0.2,0.7,0.2,0.7,0.4]]";
  const std::string hole = "[[0.1,0.2,0.5,0.2,0.5,0.8,0.1,0.8],[0.2,0.4,0.3,0.4,0.3,0.6,0.2,0.6]]";
  const std::string row = ImageRow(Object("polygon", "o1", R"("polygons":[)" + parts + "]") + "," +
                                   Object("polygon", "o2", R"("polygons":[)" + hole + "]"));
  KeepingSink standard = Convert({row});
  ASSERT_THAT(standard.annotations, SizeIs(2));
  EXPECT_THAT(standard.annotations[0].polygons, ElementsAre(ElementsAre(10, 10, 20, 10, 20, 20),
                                                            ElementsAre(50, 10, 70, 10, 70, 20)));
  EXPECT_EQ(standard.annotations[0].facts.area, 150);
  EXPECT_EQ(standard.annotations[0].facts.iscrowd, 0);
  EXPECT_TRUE(standard.annotations[1].facts.mask.has_value());
  EXPECT_EQ(standard.annotations[1].facts.iscrowd, 0);
  EXPECT_EQ(standard.annotations[1].facts.area, 40 * 30 - 10 * 10);

  KeepingSink sdk = Convert({row}, {.profile = Profile::kSdk});
  for (const KeptAnnotation& annotation : sdk.annotations) {
    EXPECT_TRUE(annotation.facts.mask.has_value());
    EXPECT_EQ(annotation.facts.iscrowd, 1);
  }
}

TEST(ConverterTest, PolygonMembersInAnyOrder) {
  const std::string legacy = R"("polygon":{"10":{"x":0.3,"y":0.4},"0":{"x":0.1,"y":0.2},
                                           "2":{"x":0.3,"y":0.2}})";
  const std::string newer = R"("polygons":[[[0.5,0.2,0.7,0.2,0.7,0.4]]])";
  for (const std::string& geometry : {legacy + "," + newer, newer + "," + legacy}) {
    EXPECT_THAT(Convert({ImageRow(Object("polygon", "o1", geometry))}).annotations[0].polygons,
                ElementsAre(ElementsAre(50, 10, 70, 10, 70, 20)));
  }
  for (const char* none :
       {R"(,"polygons":null)", R"(,"polygons":[])", R"(,"polygons":[[[]]])", ""}) {
    EXPECT_THAT(Convert({ImageRow(Object("polygon", "o1", legacy + none))}).annotations[0].polygons,
                ElementsAre(ElementsAre(10, 10, 30, 10, 30, 20)))
        << none;
  }
}

TEST(ConverterTest, Points) {
  const std::string row = ImageRow(Object("point", "o1", R"("point":{"0":{"x":0.5,"y":0.5}})"));
  KeepingSink standard = Convert({row});
  EXPECT_THAT(standard.annotations[0].facts.bbox, ElementsAre(49.5, 24.5, 1, 1));
  EXPECT_THAT(standard.annotations[0].keypoints, ElementsAre(50, 25, 2));
  EXPECT_THAT(standard.annotations[0].polygons,
              ElementsAre(ElementsAre(49.5, 24.5, 50.5, 24.5, 50.5, 25.5, 49.5, 25.5)));
  KeepingSink sdk = Convert({row}, {.profile = Profile::kSdk});
  EXPECT_THAT(sdk.annotations[0].facts.bbox, ElementsAre(50, 25, 0, 0));
  EXPECT_THAT(sdk.annotations[0].polygons, ElementsAre(ElementsAre(50, 25)));
}

TEST(ConverterTest, SkeletonsFollowTheirTemplate) {
  // The numbers are those of a label without its first vertex; the feature hashes are right.
  const std::string row = ImageRow(Object("skeleton", "o1", R"("skeleton":{
    "1":{"x":0.3,"y":0.4,"featureHash":"v2","visibility":"selfOccluded"},
    "0":{"x":0.9,"y":0.9,"featureHash":"v1","invisible":true}})"));
  KeepingSink standard = Convert({row});
  EXPECT_THAT(standard.annotations[0].keypoints, ElementsAre(0, 0, 0, 0, 0, 0, 30, 20, 1));
  EXPECT_EQ(standard.annotations[0].facts.num_keypoints, 1);
  EXPECT_THAT(standard.annotations[0].facts.bbox, ElementsAre(29.5, 19.5, 1, 1));
  KeepingSink sdk = Convert({row}, {.profile = Profile::kSdk});
  EXPECT_THAT(sdk.annotations[0].keypoints, ElementsAre(30, 20, 1, 90, 45, 0));
  EXPECT_EQ(sdk.annotations[0].facts.num_keypoints, 2);
  EXPECT_THAT(sdk.annotations[0].facts.bbox, ElementsAre(30, 20, 60, 25));
}

TEST(ConverterTest, SkeletonsOutOfSightKeepABox) {
  KeepingSink sink = Convert({ImageRow(Object("skeleton", "o1", R"("skeleton":{
    "0":{"x":0.1,"y":0.2,"invisible":true},"1":{"x":0.3,"y":0.4,"invisible":true}})"))});
  EXPECT_EQ(sink.annotations[0].facts.num_keypoints, 0);
  EXPECT_THAT(sink.annotations[0].facts.bbox, ElementsAre(10, 10, 20, 10));
}

// ---- images and frames

TEST(ConverterTest, FramesAscendAndHoldLabels) {
  KeepingSink sink =
      Convert({FramesRow(Frame("12", Box("o2") + "," + Box("o1")) + "," + Frame("3", Box("o1")) +
                         "," + Frame("4", "") + R"(,"7":{"objects":[],"classifications":[{}]})")});
  std::vector<int64_t> frames;
  for (const KeptImage& image : sink.images) frames.push_back(image.facts.frame);
  EXPECT_THAT(frames, ElementsAre(3, 7, 12));
  EXPECT_EQ(sink.images[2].file_name, "videos/d1/12.jpg");
  EXPECT_EQ(sink.images[2].title, "clip");
  std::vector<std::pair<int64_t, std::string>> objects;
  for (const KeptAnnotation& annotation : sink.annotations) {
    objects.emplace_back(annotation.facts.image_id, annotation.object_hash);
  }
  EXPECT_THAT(objects, ElementsAre(Pair(1, "o1"), Pair(3, "o2"), Pair(3, "o1")));
  EXPECT_THAT(sink.skipped, IsEmpty());
}

TEST(ConverterTest, TheRowSaysWhatTheMediaIs) {
  // The MIME type of these rows is application/nifti, which is in no list.
  EXPECT_EQ(Convert({FramesRow(Frame("3", Box("o1")), "nifti")}).images[0].file_name, "nifti/d1/3");
  EXPECT_EQ(Convert({FramesRow(Frame("3", Box("o1")), "dicom")}).images[0].file_name, "dicom/d1/3");
  KeepingSink audio = Convert({FramesRow(Frame("3", Box("o1")), "audio")});
  EXPECT_THAT(audio.images, IsEmpty());
  ASSERT_THAT(audio.skipped, SizeIs(1));
  EXPECT_EQ(audio.skipped[0].label_hash, "l1");
}

TEST(ConverterTest, SlicesSayTheirSizeAndPlace) {
  KeepingSink sink = Convert({FramesRow(R"("4":{"objects":[)" + Box("o1") + R"(],"metadata":{
    "dicom_instance_uid":"1.2","multiframe_frame_number":7,"file_uri":"bucket/s","width":200,
    "height":10}})",
                                        "dicom")});
  EXPECT_EQ(sink.images[0].file_name, "dicom/d1/1.2/7");
  EXPECT_EQ(sink.images[0].coco_url, "bucket/s");
  EXPECT_EQ(sink.images[0].facts.width, 200);
  EXPECT_THAT(sink.annotations[0].facts.bbox,
              ElementsAre(DoubleEq(20), DoubleEq(2), DoubleEq(60), DoubleEq(4)));
}

TEST(ConverterTest, RangesOfClassificationsNameFrames) {
  const std::string answers = R"(,"classification_answers":{"c1":{"featureHash":"f1",
    "range":[[8,9],[3,3]]},"c2":{"featureHash":"f2","range":[[20,20]]}})";
  const std::string row = FramesRow(Frame("3", Box("o1")), "video", answers);
  EXPECT_THAT(Convert({row}).images, SizeIs(4));
  EXPECT_THAT(Convert({row}, {.classification_feature_hashes = {"f1"}}).images, SizeIs(3));
  const std::string endless = R"(,"classification_answers":{"c1":{"range":[[0,9000000000000]]}})";
  KeepingSink sink = Convert({FramesRow(Frame("3", Box("o1")), "video", endless)});
  EXPECT_LE(sink.images.size(), (size_t{1} << 20) + 1);
  EXPECT_THAT(sink.skipped, SizeIs(1));
}

TEST(ConverterTest, ImageGroupsFollowTheirSequence) {
  const std::string unit = R"(":{"data_title":"noext","width":10,"height":10,"labels":{},)";
  KeepingSink sink = Convert({R"({"data_type":"img_group","data_units":{"d2)" + unit +
                              R"("data_sequence":"1"},"d1)" + unit + R"("data_sequence":0}}})"});
  ASSERT_THAT(sink.images, SizeIs(2));
  EXPECT_EQ(sink.images[0].file_name, "images/d1.noext");
  EXPECT_EQ(sink.images[1].file_name, "images/d2.noext");
  EXPECT_EQ(sink.images[1].coco_url, "(none)");
}

TEST(ConverterTest, EveryRowHasItsOwnImages) {
  KeepingSink sink = Convert({ImageRow(Box("o1")), ImageRow(Box("o1"))});
  EXPECT_EQ(sink.annotations[0].facts.image_id, 1);
  EXPECT_EQ(sink.annotations[1].facts.image_id, 2);
  EXPECT_EQ(sink.annotations[1].facts.id, 2);
  EXPECT_EQ(sink.annotations[1].facts.track_id, 0) << "one instance";
}

TEST(ConverterTest, UnopenedImages) {
  Converter converter = MakeConverter();
  KeepingSink sink;
  converter.AddUnopenedImage(
      {.data_hash = "d9", .title = "x.jpeg", .data_link = "bucket/x", .width = 3, .height = 4},
      sink);
  converter.AddUnopenedImage({.data_hash = "d8", .title = "y", .data_link = {}, .width = -1}, sink);
  converter.AddLabelRow(ImageRow(""), sink);
  ASSERT_THAT(sink.images, SizeIs(2));
  EXPECT_EQ(sink.images[0].file_name, "images/d9.jpeg");
  EXPECT_EQ(sink.images[0].facts.height, 4);
  EXPECT_EQ(sink.images[1].facts.id, 2);
  ASSERT_THAT(sink.skipped, SizeIs(1));
  EXPECT_EQ(sink.skipped[0].data_hash, "d8");
}

TEST(ConverterTest, FilteredObjectsAreNotThere) {
  const std::string row = FramesRow(
      Frame("1", Box("o1")) + "," +
      Frame("2", Box("o2") + "," + Object("point", "o3", R"("point":{"0":{"x":0,"y":0}})")));
  KeepingSink sink = Convert({row}, {.object_feature_hashes = {"point"}});
  ASSERT_THAT(sink.images, SizeIs(1));
  EXPECT_EQ(sink.images[0].facts.frame, 2);
  ASSERT_THAT(sink.annotations, SizeIs(1));
  EXPECT_EQ(sink.annotations[0].object_hash, "o3");
  EXPECT_THAT(sink.skipped, IsEmpty());
}

TEST(ConverterTest, AnswersMayComeBeforeTheObjects) {
  const std::string row = R"({"object_answers":{"o\/1":{"classifications":[
    {"featureHash":"note","answers":"\u00fcber"}]}},)" +
                          ImageRow(Box(R"(o\/1)")).substr(1);
  EXPECT_THAT(Convert({row}).annotations[0].answers, ElementsAre("Note=über"));
}

// ---- what cannot be converted

struct BadObject {
  std::string json;
  std::string reason;
};

class BadObjectTest : public testing::TestWithParam<BadObject> {};

TEST_P(BadObjectTest, IsSkippedAndTheRestDelivered) {
  for (Profile profile : {Profile::kStandard, Profile::kSdk}) {
    KeepingSink sink =
        Convert({ImageRow(Box("before") + "," + GetParam().json + "," + Box("after"))},
                {.profile = profile});
    ASSERT_THAT(sink.annotations, SizeIs(2)) << GetParam().json;
    EXPECT_EQ(sink.annotations[1].object_hash, "after");
    EXPECT_EQ(sink.annotations[1].facts.id, profile == Profile::kSdk ? 1 : 2);
    ASSERT_THAT(sink.skipped, SizeIs(1)) << GetParam().json;
    EXPECT_THAT(sink.skipped[0].reason, HasSubstr(GetParam().reason));
    EXPECT_EQ(sink.skipped[0].label_hash, "l1");
    EXPECT_EQ(sink.skipped[0].data_hash, "d1");
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadObjectTest,
    testing::ValuesIn(std::vector<BadObject>{
        {R"(null)", "wrong type"},
        {R"(17)", "wrong type"},
        {R"([])", "wrong type"},
        {R"({})", "objectHash"},
        {R"({"objectHash":7})", "objectHash"},
        {R"({"objectHash":"x","featureHash":"gone","shape":"polygon"})", "no object \"gone\""},
        {R"({"objectHash":"x","featureHash":"box","shape":"polygon"})", "shape"},
        {R"({"objectHash":"x","featureHash":"box","shape":"blob"})", "shape"},
        {R"({"objectHash":"x","featureHash":"box","shape":"bounding_box"})", "no coordinates"},
        {R"({"objectHash":"before","featureHash":"box","shape":"bounding_box"})", "twice"},
        {R"({"objectHash":"x","featureHash":"cuboid","shape":"cuboid","cuboid":{}})",
         "no COCO form"},
        {R"({"objectHash":"x","featureHash":"audio","shape":"audio"})", "no COCO form"},
        {Object("bounding_box", "x", R"("boundingBox":{"x":"0.1","y":0,"w":1,"h":1})"),
         "not a number"},
        {Object("bounding_box", "x", R"("boundingBox":{"x":null,"y":0,"w":1,"h":1})"),
         "not a number"},
        {Object("bounding_box", "x", R"("boundingBox":{"x":NaN,"y":0,"w":1,"h":1})"),
         "not a number"},
        {Object("bounding_box", "x", R"("boundingBox":{"x":1e999,"y":0,"w":1,"h":1})"),
         "not a number"},
        {Object("bounding_box", "x", R"("boundingBox":{"x":1e300,"y":0,"w":1,"h":1})"), "too far"},
        {Object("bounding_box", "x", R"("boundingBox":{"x":0,"y":0,"w":1})"), "missing"},
        {Object("bounding_box", "x", R"("boundingBox":[0,0,1,1])"), "not a number"},
        {Object("rotatable_bounding_box", "x",
                R"("rotatableBoundingBox":{"x":0,"y":0,"w":1,"h":1})"),
         "missing"},
        {Object("polygon", "x", R"("polygon":{"0":{"x":0,"y":0},"1":{"x":1,"y":1}})"),
         "three points"},
        {Object("polygon", "x", R"("polygon":{})"), "three points"},
        {Object("polygon", "x", R"("polygon":{"a":{"x":0,"y":0}})"), "not a number"},
        {Object("polygon", "x", R"("polygons":[[[0,0,1,1,1,0,5]]])"), "odd number"},
        {Object("polygon", "x", R"("polygons":[[[0,0,1,1,1,0],[0,0]]])"), "three points"},
        {Object("polygon", "x", R"("polygons":[[],[[0,0,1,1,1,0]]])"), "no outline"},
        {Object("polygon", "x", R"("polygons":[[[0,0,1,"1",1,0]]])"), "not a number"},
        {Object("polygon", "x", R"("polygons":[[[0,0,1e9,0,1e9,1e9],[0,0,1,0,1,1]]])"), "too far"},
        {Object("polyline", "x", R"("polyline":{})"), "two points"},
        {Object("polyline", "x", R"("polyline":[{"x":0,"y":0}])"), "two points"},
        {Object("point", "x", R"("point":{})"), "no coordinates"},
        {Object("point", "x", R"("point":{"0":{"x":0}})"), "missing"},
        {Object("skeleton", "x", R"("skeleton":{})"), "no vertices"},
        {Object("skeleton", "x", R"("skeleton":{"0":{"x":0,"y":"0"}})"), "not a number"},
        {Object("bitmask", "x", R"("bitmask":{"rleString":"0","width":10,"height":10})"),
         "another size"},
        {Object("bitmask", "x", R"("bitmask":{"rleString":"0","width":100000,"height":200000})"),
         "another size"},
        {Object("bitmask", "x", R"("bitmask":{"width":100,"height":50})"), "missing"},
        {Object("bitmask", "x", R"("bitmask":{"rleString":"oooo","width":100,"height":50})"),
         "break off"},
        {Object("bitmask", "x",
                R"("bitmask":{"rleString":"oooooooooooo0","width":100,"height":50})"),
         "too large"},
        {Object("bitmask", "x", R"("bitmask":{"rleString":"PoP1","width":100,"height":50})"),
         "longer than"},
    }));

TEST(ConverterTest, EmptyMasksAreLeftToTheSdkProfile) {
  const std::string row =
      ImageRow(Object("bitmask", "x", R"("bitmask":{"rleString":"","width":100,"height":50})"));
  EXPECT_THAT(Convert({row}).annotations, IsEmpty());
  EXPECT_THAT(Convert({row}).skipped, SizeIs(1));
  KeepingSink sdk = Convert({row}, {.profile = Profile::kSdk});
  ASSERT_THAT(sdk.annotations, SizeIs(1));
  EXPECT_EQ(sdk.annotations[0].facts.area, 0);
}

TEST(ConverterTest, BadRowsAreSkippedAndTheNextDelivered) {
  for (const std::string& bad :
       std::vector<std::string>{"", "null", "[]", "\"row\"", "{", R"({"label_hash":"l1")",
                                R"({"label_hash":"l1"} trailing)", R"({"data_type":"scene"})",
                                R"({"data_type":7})", "{\"a\":\"\xff\"}", std::string(100000, '['),
                                R"({"data_units":)" + std::string(100000, '{')}) {
    KeepingSink sink = Convert({bad, ImageRow(Box("o1"))});
    EXPECT_THAT(sink.skipped, SizeIs(1)) << bad.substr(0, 40);
    EXPECT_THAT(sink.annotations, SizeIs(1)) << bad.substr(0, 40);
  }
}

TEST(ConverterTest, MembersOfTheWrongTypeAreReported) {
  for (
      const std::string& bad : std::vector<std::string>{
          R"({"data_type":"image","data_units":[]})",
          R"({"data_type":"image","data_units":{"d":7}})",
          R"({"data_type":"image","data_units":{"d":{"labels":{}}}})",
          R"({"data_type":"image","data_units":{"d":{"width":-5,"height":5}}})",
          R"({"data_type":"image","data_units":{"d":{"width":5,"height":99999999999}}})",
          R"({"data_type":"video","data_units":{"d":{"width":5,"height":5,"labels":[]}}})",
          FramesRow(Frame("first", Box("o1"))), FramesRow(Frame("-1", Box("o1"))),
          FramesRow(Frame("99999999999999999999", Box("o1"))), FramesRow(R"("1":[])"),
          FramesRow(R"("objects":[)" + Box("o1") + "]"),
          R"({"data_type":"video","data_units":{},"object_answers":[]})",
          R"({"data_type":"video","data_units":{},"object_actions":{"o":{"actions":[{"range":[5]}]}}})"}) {
    KeepingSink sink = Convert({bad});
    EXPECT_FALSE(sink.skipped.empty()) << bad;
    EXPECT_THAT(sink.annotations, IsEmpty()) << bad;
  }
}

TEST(ConverterTest, AMillionVertices) {
  std::string ring;
  for (int i = 0; i < 1'000'000; ++i) {
    ring += (i == 0 ? "0." : ",0.") + std::to_string(i % 997) + ",0." + std::to_string(i % 991);
  }
  KeepingSink sink = Convert({ImageRow(
      Object("polygon", "o1", "\"polygons\":[[[" + ring + "]]]") + "," +
      Object("polygon", "o2", "\"polygons\":[[[" + ring + "],[0.1,0.1,0.2,0.1,0.2,0.2]]]"))});
  ASSERT_THAT(sink.annotations, SizeIs(2));
  EXPECT_THAT(sink.annotations[0].polygons[0], SizeIs(2'000'000));
  EXPECT_TRUE(sink.annotations[1].facts.mask.has_value());
}

// Cuts and changes of a row never do more than skip: AddressSanitizer watches.
TEST(ConverterTest, DamagedRowsDoNoHarm) {
  const std::string row = FramesRow(
      Frame(
          "1",
          Box("o1") + "," +
              Object("polygon", "o2", R"("polygons":[[[0,0,1,0,1,1],[0.5,0.2,0.7,0.6,0.3,0.3]]])") +
              "," + Object("polygon", "o3", R"("polygon":{"0":{"x":0,"y":0},"1":{"x":1,"y":0},
                     "2":{"x":1,"y":1}})") +
              "," +
              Object("skeleton", "o4", R"("skeleton":{"0":{"x":0.1,"y":0.2,"invisible":true}})") +
              "," +
              Object("bitmask", "o5",
                     R"("bitmask":{"rleString":"d0d0d0","width":100,"height":50})")) +
          R"(,"2":{"objects":[],"classifications":[{"featureHash":"c"}]})",
      "dicom",
      R"(,"object_answers":{"o1":{"classifications":[{"featureHash":"note","answers":"x"}]}},
        "object_actions":{"o1":{"actions":[{"featureHash":"note","answers":"y","range":[[1,2]]}]}},
        "classification_answers":{"c1":{"range":[[1,2]]}})");
  Converter converter = MakeConverter();
  KeepingSink sink;
  converter.AddLabelRow(row, sink);
  ASSERT_THAT(sink.annotations, SizeIs(5));
  for (size_t length = 0; length < row.size(); ++length) {
    converter.AddLabelRow(row.substr(0, length), sink);
  }
  std::mt19937 random(3);
  const std::string alphabet = "{}[]\",:0123456789-.eE\\ntrue\x01\xc3 ";
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = row;
    for (unsigned i = 1 + random() % 4; i > 0; --i) {
      damaged[random() % damaged.size()] = alphabet[random() % alphabet.size()];
    }
    converter.AddLabelRow(damaged, sink);
  }
  EXPECT_FALSE(sink.skipped.empty());
}

}  // namespace
}  // namespace gateway::coco
