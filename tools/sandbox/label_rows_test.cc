#include "tools/sandbox/label_rows.h"

#include <boost/json/serialize.hpp>

#include "tools/sandbox/demo_ontologies.h"
#include "tools/sandbox/label_maker.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/project_test_base.h"

namespace sandbox {
namespace {

constexpr char kDate[] = "Thu, 15 Jan 2026 10:20:30 UTC";
const Ring kTriangle = {{0.1, 0.1}, {0.30000000000000004, 0.1}, {0.2, 1.0 / 3}};

class LabelRowsTest : public ProjectTest {
 protected:
  LabelRowsTest() : project_(CreateProject()) {}

  LabelMaker Maker(const std::string& seed) {
    return LabelMaker(ParseKeptJson(kRoadOntology), seed, kBob, kDate);
  }
  // One object in the first image, as a client would save it.
  json::object OneBox() {
    LabelMaker maker = Maker("one");
    maker.AddObject(images_[0], "", "Car", "car", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
    return maker.Row();
  }
  // And with a classification of it.
  json::object BoxAndWeather() {
    LabelMaker maker = Maker("two");
    maker.AddObject(images_[0], "", "Car", "car", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
    maker.Classify(images_[0], "", "Weather", json::array{"Snow"});
    return maker.Row();
  }
  json::object& BoxIn(json::object& row) {
    return row["data_units"].at(images_[0]).at("labels").at("objects").at(0).as_object();
  }
  // Saves labels in the first image's label row and returns the v1 error, null if saved.
  json::value SaveError(const json::value& row) {
    std::string label_hash = Initialise(project_, images_[0]);
    auto reply = SaveRow(project_, label_hash, row);
    return reply.status == 200 ? json::value(nullptr) : reply.body.at("response").at(0);
  }
  // Saves a row and checks that its labels and answers come back equal.
  void ExpectKept(const std::string& data_hash, const json::object& row) {
    std::string label_hash = Initialise(project_, data_hash);
    auto saved = SaveRow(project_, label_hash, row);
    ASSERT_EQ(saved.status, 200) << json::serialize(saved.body);
    json::value kept = GetRows(project_, {json::value(label_hash)}).body.at("response").at(0);
    for (const char* part : {"object_answers", "classification_answers", "object_actions"}) {
      EXPECT_EQ(kept.at(part), row.at(part));
    }
    for (const auto& [unit, value] : row.at("data_units").as_object()) {
      EXPECT_EQ(kept.at("data_units").at(unit).at("labels"), value.at("labels"));
    }
  }

  std::string project_;
};

TEST_F(LabelRowsTest, KeepLabelsOfEveryShapeAndAttribute) {
  const std::string& unit = images_[0];
  LabelMaker maker = Maker("every");
  maker.AddObject(unit, "", "Car", "car", BoxCoordinates(0.1, 0.2, 1.0 / 3, 0.30000000000000004));
  maker.Answer("Car", "car", "Colour", json::array{"Red"});
  maker.Answer("Car", "car", "Finish", json::array{"Gloss"});
  maker.Answer("Car", "car", "Visibility", json::array{"Cut off", "Reflected"});
  maker.Answer("Car", "car", "Plate", "line one\nline \"two\" ü 😀");
  maker.Answer("Car", "car", "Doors", 5);
  maker.AddObject(unit, "", "Parking space", "space",
                  RotatedBoxCoordinates(0, 1, .5, .25, 201.0549));
  maker.AddObject(unit, "", "Drivable area", "simple", PolygonCoordinates(kTriangle));
  maker.AddObject(
      unit, "", "Drivable area", "parts",
      PolygonCoordinates({{kTriangle, {{0.15, 0.12}, {0.2, 0.12}, {0.2, 0.2}}}, {kTriangle}}));
  maker.AddObject(unit, "", "Lane marking", "line", PolylineCoordinates(kTriangle));
  maker.AddObject(unit, "", "Traffic light", "light", PointCoordinates(-0.25, 1.5));
  maker.AddSkeleton(unit, "", "Pedestrian", "person", 0.1, 0.2);
  maker.AddObject(unit, "", "Puddle", "mask", BitmaskCoordinates(640, 480, 10, 20, {{5, 90}}));
  maker.Classify(unit, "", "Weather", json::array{"Snow"});
  maker.Classify(unit, "", "Remark", "");
  ExpectKept(unit, maker.Row());
}

TEST_F(LabelRowsTest, KeepTheExactValueOfEveryNumber) {
  LabelMaker maker = Maker("numbers");
  std::vector<double> values;
  for (int i = 1; i <= 2000; ++i) values.push_back(i / 2003.0);
  for (size_t i = 0; i + 3 < values.size(); i += 4) {
    maker.AddObject(images_[0], "", "Car", "car " + std::to_string(i),
                    BoxCoordinates(values[i], values[i + 1], values[i + 2], values[i + 3]));
  }
  ExpectKept(images_[0], maker.Row());
}

TEST_F(LabelRowsTest, KeepTracksAndDynamicAnswersOfVideos) {
  std::string video = AddData(dataset_, "video", {"drive.mp4"})[0];
  LabelMaker maker = Maker("video");
  for (int frame : {7, 8, 9, 99}) {
    maker.AddObject(video, std::to_string(frame), "Car", "car", BoxCoordinates(0.1, 0.2, .3, .4));
  }
  maker.AnswerOnFrames("Car", "car", "State", json::array{"Parked"}, 7, 8);
  maker.AnswerOnFrames("Car", "car", "Speed", 12.5, 9, 99);
  maker.Answer("Car", "car", "Plate", "B 42");
  maker.Classify(video, "55", "Weather", json::array{"Rain"});
  ExpectKept(video, maker.Row());
}

TEST_F(LabelRowsTest, KeepImageGroupsByImage) {
  std::string group = AddData(dataset_, "imageGroup", {"corner"})[0];
  std::string label_hash = Initialise(project_, group);
  json::value row = GetRows(project_, {json::value(label_hash)}).body.at("response").at(0);
  EXPECT_EQ(row.at("data_type"), "img_group");
  const json::object& units = row.at("data_units").as_object();
  ASSERT_EQ(units.size(), 2u);
  LabelMaker maker = Maker("group");
  for (const auto& [unit, value] : units) {
    EXPECT_EQ(value.at("labels"),
              (json::object{{"objects", json::array()}, {"classifications", json::array()}}));
    maker.AddObject(std::string(unit), "", "Car", "same car", BoxCoordinates(0, 0, .5, .5));
  }
  EXPECT_EQ(units.begin()->value().at("data_sequence"), "0");
  EXPECT_EQ(units.begin()->value().at("data_title"), "corner-front.jpg");
  ExpectKept(group, maker.Row());
  json::object payload;
  payload["include_images_data"] = true;
  payload["data_hashes"] = json::array{json::value(group)};
  json::value metadata = Metadata(project_, std::move(payload)).at(0);
  EXPECT_EQ(metadata.at("number_of_frames"), 2);
  EXPECT_EQ(metadata.at("images_data").at(1),
            (json::object{{"index", 1},
                          {"title", "corner-rear.jpg"},
                          {"file_type", "image/jpeg"},
                          {"height", 480},
                          {"width", 640},
                          {"image_hash", (units.begin() + 1)->key()}}));
}

TEST_F(LabelRowsTest, KeepRangesOfSounds) {
  User ann = EnsureUser(api_.store(), kAnn);
  json::value structure = ParseKeptJson(kRoadOntology);
  structure.at("objects").as_array().push_back(json::object{{"id", "20"},
                                                            {"name", "Horn"},
                                                            {"color", "#000000"},
                                                            {"shape", "audio"},
                                                            {"featureNodeHash", "horn0000"}});
  api_.store().Exec("UPDATE ontologies SET editor = ?", {json::serialize(structure)});
  std::string sound = AddData(dataset_, "audio", {"street.mp3"})[0];
  std::string label_hash = Initialise(project_, sound);
  json::object answer{{"objectHash", "aaaaaaaa"}, {"featureHash", "horn0000"},
                      {"name", "Horn"},           {"shape", "audio"},
                      {"range", json::array()},   {"createdBy", nullptr},
                      {"lastEditedBy", nullptr},  {"classifications", json::array()}};
  answer["range"].as_array().emplace_back(json::array{100, 2500});
  json::object row;
  row["object_answers"] = json::object{{"aaaaaaaa", answer}};
  EXPECT_EQ(SaveRow(project_, label_hash, row, kAnn).status, 200);
  json::value kept = GetRows(project_, {json::value(label_hash)}).body.at("response").at(0);
  EXPECT_EQ(kept.at("data_type"), "audio");
  answer["createdBy"] = kAnn;
  answer["lastEditedBy"] = kAnn;
  EXPECT_EQ(kept.at("object_answers").at("aaaaaaaa"), answer);
  EXPECT_EQ(kept.at("data_units").at(sound).at("labels"), json::object());
  EXPECT_TRUE(kept.at("data_units").at(sound).as_object().contains("audio_codec"));

  json::object filter;
  filter["include_object_feature_hashes"] = json::array{"56adaea9"};
  kept = GetRows(project_, {json::value(label_hash)}, filter).body.at("response").at(0);
  EXPECT_EQ(kept.at("object_answers"), json::object());
}

TEST_F(LabelRowsTest, ShowWhatClientsNeed) {
  std::string label_hash = Initialise(project_, images_[0]);
  json::value row = GetRows(project_, {json::value(label_hash)}).body.at("response").at(0);
  json::object unit{
      {"data_hash", images_[0]},
      {"data_title", "one.jpg"},
      {"data_link", "https://media.s3.amazonaws.com/one.jpg"},
      {"data_type", "image/jpeg"},
      {"data_sequence", 0},
      {"width", 640},
      {"height", 480},
      {"labels", json::object{{"objects", json::array()}, {"classifications", json::array()}}}};
  EXPECT_EQ(row, (json::object{{"label_hash", label_hash},
                               {"branch_name", "main"},
                               {"created_at", "2026-01-15 10:20:30"},
                               {"last_edited_at", "2026-01-15 10:20:30"},
                               {"dataset_hash", dataset_},
                               {"dataset_title", "Roads"},
                               {"data_title", "one.jpg"},
                               {"data_hash", images_[0]},
                               {"data_type", "image"},
                               {"is_image_sequence", false},
                               {"video_link", nullptr},
                               {"label_status", "LABEL_IN_PROGRESS"},
                               {"annotation_task_status", "QUEUED"},
                               {"is_shadow_data", false},
                               {"is_valid", true},
                               {"data_units", json::object{{images_[0], unit}}},
                               {"object_answers", json::object()},
                               {"classification_answers", json::object()},
                               {"object_actions", json::object()},
                               {"spaces", json::object()}}));
}

TEST_F(LabelRowsTest, AreCreatedOnce) {
  std::string first = Initialise(project_, images_[0]);
  EXPECT_EQ(Initialise(project_, images_[0]), first);
  EXPECT_NE(Initialise(project_, images_[0], "predictions"), first);
  auto one = [&](const std::string& data_hash) {
    return api_.CallV1(kAnn, "labelrow", "PUT", "project", project_, json::value(data_hash),
                       json::object{{"get_signed_url", false}});
  };
  EXPECT_EQ(one(images_[0]).body.at("response").at(0), "RESOURCE_EXISTS_ERROR");
  EXPECT_EQ(one(images_[1]).body.at("response").at("data_title"), "two.jpg");
  EXPECT_EQ(one("11111111-2222-4333-8444-555555555555").body.at("response").at(0),
            "RESOURCE_NOT_FOUND_ERROR");
}

TEST_F(LabelRowsTest, AreReadAndSavedOneByOneToo) {
  std::string label_hash = Initialise(project_, images_[0]);
  auto saved =
      api_.CallV1(kAnn, "labelrow", "POST", "project", project_, json::value(label_hash), OneBox());
  EXPECT_EQ(saved.body.at("response"), true);
  auto row = api_.CallV1(kAnn, "labelrow", "GET", "project", project_, json::value(label_hash),
                         json::object{{"multi_request", false}});
  EXPECT_EQ(row.body.at("response").at("object_answers"), OneBox().at("object_answers"));
}

TEST_F(LabelRowsTest, AreNotServedToStrangers) {
  std::string label_hash = Initialise(project_, images_[0]);
  EXPECT_EQ(SaveRow(project_, label_hash, OneBox(), kEve).status, 403);
  std::string other = CreateProject();
  EXPECT_EQ(GetRows(other, {json::value(label_hash)}).body.at("response").at(0),
            "RESOURCE_NOT_FOUND_ERROR");
  EXPECT_EQ(SaveRow(other, label_hash, OneBox()).body.at("response").at(0),
            "RESOURCE_NOT_FOUND_ERROR");
}

TEST_F(LabelRowsTest, HaveALimitPerCall) {
  api_.settings().maximum_labels = 2;
  json::array all;
  for (const std::string& data_hash : images_) all.push_back(json::value(data_hash));
  auto reply = api_.CallV1(kAnn, "labelrow", "PUT", "project", project_, all,
                           json::object{{"multi_request", true}});
  EXPECT_EQ(reply.body.at("response").at(0), "MULTI_LABEL_LIMIT_ERROR");
  EXPECT_EQ(reply.body.at("payload").at("maximum_labels_allowed"), 2);
  EXPECT_TRUE(Metadata(project_, {{"include_uninitialised_labels", false}}).empty());
}

TEST_F(LabelRowsTest, AreSavedAllOrNone) {
  std::string first = Initialise(project_, images_[0]);
  std::string second = Initialise(project_, images_[1]);
  json::object payload;
  payload["labels"] = json::array();
  payload["labels"].as_array().emplace_back(OneBox());
  // The box's data unit is not in the second image's row.
  payload["labels"].as_array().emplace_back(OneBox());
  auto reply = api_.CallV1(kAnn, "labelrow", "POST", "project", project_,
                           json::array{json::value(first), json::value(second)}, payload);
  EXPECT_EQ(reply.body.at("response").at(0), "CORRUPTED_LABEL_ERROR");
  json::value row = GetRows(project_, {json::value(first)}).body.at("response").at(0);
  EXPECT_EQ(row.at("object_answers"), json::object());
  payload["labels"].as_array().resize(1);
  reply = api_.CallV1(kAnn, "labelrow", "POST", "project", project_,
                      json::array{json::value(first), json::value(second)}, payload);
  EXPECT_EQ(reply.status, 400);
}

TEST_F(LabelRowsTest, FillInTheAuthorAndTheSpaces) {
  const std::string& unit = images_[0];
  LabelMaker maker = Maker("author");
  maker.AddObject(unit, "", "Car", "car", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
  maker.Classify(unit, "", "Weather", json::array{"Rain"});
  json::object row = maker.Row();
  json::object& box = BoxIn(row);
  box["createdBy"] = nullptr;
  box["lastEditedBy"] = nullptr;
  row["data_units"]
      .at(unit)
      .at("labels")
      .at("classifications")
      .at(0)
      .as_object()
      .erase("createdBy");
  row["classification_answers"].as_object().begin()->value().as_object().erase("spaces");
  api_.clock().Advance(absl::Minutes(2));
  std::string label_hash = Initialise(project_, unit);
  api_.clock().Advance(absl::Minutes(2));
  EXPECT_EQ(SaveRow(project_, label_hash, row, kAnn).status, 200);
  json::value kept = GetRows(project_, {json::value(label_hash)}).body.at("response").at(0);
  const json::value& labels = kept.at("data_units").at(unit).at("labels");
  EXPECT_EQ(labels.at("objects").at(0).at("createdBy"), kAnn);
  EXPECT_EQ(labels.at("objects").at(0).at("lastEditedBy"), kAnn);
  EXPECT_EQ(labels.at("classifications").at(0).at("createdBy"), kAnn);
  EXPECT_EQ(kept.at("classification_answers").as_object().begin()->value().at("spaces"),
            json::object());
  EXPECT_EQ(kept.at("created_at"), "2026-01-15 10:22:30");
  EXPECT_EQ(kept.at("last_edited_at"), "2026-01-15 10:24:30");
}

TEST_F(LabelRowsTest, DropFramesWithoutLabels) {
  std::string video = AddData(dataset_, "video", {"drive.mp4"})[0];
  LabelMaker maker = Maker("video");
  maker.AddObject(video, "70", "Car", "car", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
  maker.AddObject(video, "3", "Car", "car", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
  json::object row = maker.Row();
  json::object& frames = row["data_units"].at(video).at("labels").as_object();
  frames["5"] = json::object{{"objects", json::array()}, {"classifications", json::array()}};
  std::string label_hash = Initialise(project_, video);
  EXPECT_EQ(SaveRow(project_, label_hash, row).status, 200);
  json::value kept = GetRows(project_, {json::value(label_hash)}).body.at("response").at(0);
  const json::object& labels = kept.at("data_units").at(video).at("labels").as_object();
  ASSERT_EQ(labels.size(), 2u);
  // In the order in which they were sent.
  EXPECT_EQ(labels.begin()->key(), "70");
  // Saved without labels, the row is empty again.
  EXPECT_EQ(SaveRow(project_, label_hash, json::object()).status, 200);
  kept = GetRows(project_, {json::value(label_hash)}).body.at("response").at(0);
  EXPECT_EQ(kept.at("data_units").at(video).at("labels"), json::object());
}

TEST_F(LabelRowsTest, HaveBothListsOnEveryFrame) {
  std::string video = AddData(dataset_, "video", {"drive.mp4"})[0];
  LabelMaker maker = Maker("video");
  maker.AddObject(video, "3", "Drivable area", "lane", PolygonCoordinates(kTriangle));
  json::object row = maker.Row();
  json::object& frame = row["data_units"].at(video).at("labels").at("3").as_object();
  frame.erase("classifications");
  // The newer form of a polygon will do.
  frame["objects"].at(0).as_object()["polygon"] = nullptr;
  std::string label_hash = Initialise(project_, video);
  EXPECT_EQ(SaveRow(project_, label_hash, row).status, 200);
  json::value kept = GetRows(project_, {json::value(label_hash)}).body.at("response").at(0);
  EXPECT_EQ(kept.at("data_units").at(video).at("labels").at("3").at("classifications"),
            json::array());
}

TEST_F(LabelRowsTest, RefuseWhatTheOntologyLacks) {
  json::object row = OneBox();
  BoxIn(row)["featureHash"] = "00000000";
  EXPECT_EQ(SaveError(row), "FEATURE_DOES_NOT_EXIST_ERROR");

  const std::string& unit = images_[0];
  LabelMaker maker = Maker("answers");
  maker.AddObject(unit, "", "Car", "car", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
  maker.Answer("Car", "car", "Colour", json::array{"Red"});
  maker.Classify(unit, "", "Weather", json::array{"Rain"});
  EXPECT_EQ(SaveError(maker.Row()), nullptr);
  auto answer_in = [](json::object& labels) -> json::object& {
    return labels["object_answers"]
        .as_object()
        .begin()
        ->value()
        .at("classifications")
        .at(0)
        .as_object();
  };
  row = maker.Row();
  answer_in(row)["featureHash"] = "no such";
  EXPECT_EQ(SaveError(row), "FEATURE_DOES_NOT_EXIST_ERROR");
  row = maker.Row();
  answer_in(row)["answers"].at(0).at("featureHash") = "no such";
  EXPECT_EQ(SaveError(row), "FEATURE_DOES_NOT_EXIST_ERROR");
  // An attribute of a classification is none of an object.
  row = maker.Row();
  answer_in(row) = row["classification_answers"]
                       .as_object()
                       .begin()
                       ->value()
                       .at("classifications")
                       .at(0)
                       .as_object();
  EXPECT_EQ(SaveError(row), "FEATURE_DOES_NOT_EXIST_ERROR");
  row = maker.Row();
  row["data_units"].at(unit).at("labels").at("classifications").at(0).at("featureHash") = "none";
  EXPECT_EQ(SaveError(row), "FEATURE_DOES_NOT_EXIST_ERROR");
}

TEST_F(LabelRowsTest, RefuseBrokenLabels) {
  struct Case {
    const char* about;
    void (*breaks)(json::object& box, json::object& row);
  };
  const Case kCases[] = {
      {"no hash", [](json::object& box, json::object&) { box.erase("objectHash"); }},
      {"other shape", [](json::object& box, json::object&) { box["shape"] = "polygon"; }},
      {"no coordinates", [](json::object& box, json::object&) { box.erase("boundingBox"); }},
      {"a coordinate is missing",
       [](json::object& box, json::object&) { box["boundingBox"].as_object().erase("w"); }},
      {"a coordinate is text",
       [](json::object& box, json::object&) { box["boundingBox"].at("w") = "1"; }},
      {"answers are no object",
       [](json::object&, json::object& row) { row["object_answers"] = json::array(); }},
      {"units are no object", [](json::object&, json::object& row) { row["data_units"] = 1; }},
      {"a foreign unit",
       [](json::object&, json::object& row) {
         row["data_units"].as_object()["foreign"] = json::object();
       }},
      {"frames in an image",
       [](json::object&, json::object& row) {
         json::value& labels = row["data_units"].as_object().begin()->value().at("labels");
         json::value frame = labels;
         labels = json::object{{"0", frame}};
       }},
      {"objects are no list",
       [](json::object&, json::object& row) {
         row["data_units"].as_object().begin()->value().at("labels").at("objects") = "many";
       }},
  };
  for (const Case& broken : kCases) {
    json::object row = OneBox();
    broken.breaks(BoxIn(row), row);
    EXPECT_EQ(SaveError(row), "CORRUPTED_LABEL_ERROR") << broken.about;
  }
  json::object row = OneBox();
  row["object_answers"] = json::object();
  EXPECT_EQ(SaveError(row), "ANSWER_DICTIONARY_ERROR");
  row = OneBox();
  row["label_hash"] = "11111111-2222-4333-8444-555555555555";
  EXPECT_EQ(SaveError(row), "INVALID_ARGUMENTS_ERROR");
  EXPECT_EQ(SaveError(nullptr), "CORRUPTED_LABEL_ERROR");
}

TEST_F(LabelRowsTest, RefuseAnswersOfTheWrongKind) {
  auto error_of = [&](const char* attribute, const json::value& answer) {
    LabelMaker maker = Maker("answers");
    maker.AddObject(images_[0], "", "Car", "car", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
    maker.Answer("Car", "car", attribute, answer);
    return SaveError(maker.Row());
  };
  EXPECT_EQ(error_of("Plate", 5), "CORRUPTED_LABEL_ERROR");
  EXPECT_EQ(error_of("Doors", "five"), "CORRUPTED_LABEL_ERROR");
  EXPECT_EQ(error_of("Colour", "Red"), "CORRUPTED_LABEL_ERROR");
  EXPECT_EQ(error_of("Colour", json::array{"Red", "Blue"}), "CORRUPTED_LABEL_ERROR");
  EXPECT_EQ(error_of("Visibility", json::array{"Blurred", "Cut off"}), nullptr);
  EXPECT_EQ(error_of("Plate", nullptr), nullptr);
}

TEST_F(LabelRowsTest, RefuseFramesThatAVideoHasNot) {
  std::string video = AddData(dataset_, "video", {"drive.mp4"})[0];
  std::string label_hash = Initialise(project_, video);
  for (const char* frame : {"100", "-1", "07", "seven"}) {
    LabelMaker maker = Maker("video");
    maker.AddObject(video, frame, "Car", "car", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
    EXPECT_EQ(SaveRow(project_, label_hash, maker.Row()).body.at("response").at(0),
              "CORRUPTED_LABEL_ERROR")
        << frame;
  }
  LabelMaker maker = Maker("video");
  maker.AddObject(video, "", "Car", "car", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
  EXPECT_EQ(SaveRow(project_, label_hash, maker.Row()).body.at("response").at(0),
            "CORRUPTED_LABEL_ERROR");
}

TEST_F(LabelRowsTest, LeaveOutLabelsThatTheReaderDoesNotWant) {
  const std::string& unit = images_[0];
  LabelMaker maker = Maker("filter");
  maker.AddObject(unit, "", "Car", "car", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
  maker.AddObject(unit, "", "Lane marking", "line", PolylineCoordinates(kTriangle));
  maker.AddObject(unit, "", "Tram", "tram", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
  maker.Classify(unit, "", "Weather", json::array{"Snow"});
  maker.Classify(unit, "", "Remark", "slush");
  std::string label_hash = Initialise(project_, unit);
  ASSERT_EQ(SaveRow(project_, label_hash, maker.Row()).status, 200);
  auto names = [&](json::object payload) {
    json::value row =
        GetRows(project_, {json::value(label_hash)}, std::move(payload)).body.at("response").at(0);
    json::array found;
    const json::value& labels = row.at("data_units").at(unit).at("labels");
    for (const json::value& object : labels.at("objects").as_array()) {
      found.push_back(object.at("name"));
      EXPECT_TRUE(
          row.at("object_answers").as_object().contains(object.at("objectHash").as_string()));
    }
    EXPECT_EQ(row.at("object_answers").as_object().size(), labels.at("objects").as_array().size());
    for (const json::value& classification : labels.at("classifications").as_array()) {
      found.push_back(classification.at("name"));
    }
    EXPECT_EQ(row.at("classification_answers").as_object().size(),
              labels.at("classifications").as_array().size());
    return found;
  };
  json::value structure = ParseKeptJson(kRoadOntology);
  json::value line = structure.at("objects").at(3).at("featureNodeHash");
  json::value remark = structure.at("classifications").at(1).at("featureNodeHash");
  // Tram is archived.
  EXPECT_EQ(names({}), (json::array{"Car", "Lane marking", "Weather", "Remark"}));
  EXPECT_EQ(names({{"include_archived", true}}),
            (json::array{"Car", "Lane marking", "Tram", "Weather", "Remark"}));
  json::object payload;
  payload["include_object_feature_hashes"] = json::array{line};
  EXPECT_EQ(names(payload), (json::array{"Lane marking", "Weather", "Remark"}));
  payload["include_classification_feature_hashes"] = json::array{remark};
  EXPECT_EQ(names(payload), (json::array{"Lane marking", "Remark"}));
  payload["include_object_feature_hashes"] = json::array();
  EXPECT_EQ(names(payload), (json::array{"Remark"}));
}

TEST_F(LabelRowsTest, AreListedWithAllTheyHave) {
  std::string video = AddData(dataset_, "video", {"drive.mp4"})[0];
  json::value row = MetadataOf(project_, video);
  std::string task = TaskUuid(project_, "Annotate 1", video);
  EXPECT_EQ(row.at("label_hash"), nullptr);
  EXPECT_EQ(row.at("created_at"), nullptr);
  EXPECT_EQ(row.at("branch_name"), "main");
  EXPECT_EQ(row.at("dataset_hash"), json::value(dataset_));
  EXPECT_EQ(row.at("dataset_title"), "Roads");
  EXPECT_EQ(row.at("data_title"), "drive.mp4");
  EXPECT_EQ(row.at("data_type"), "VIDEO");
  EXPECT_EQ(row.at("number_of_frames"), 100);
  EXPECT_EQ(row.at("frames_per_second"), 25.0);
  EXPECT_EQ(row.at("file_type"), "video/mp4");
  EXPECT_EQ(row.at("task_uuid"), json::value(task));
  EXPECT_EQ(row.at("client_metadata"), nullptr);
  EXPECT_EQ(row.at("spaces"), json::object());
  std::string label_hash = Initialise(project_, video);
  json::object payload;
  payload["include_client_metadata"] = true;
  payload["include_workflow_graph_node"] = false;
  payload["label_hashes"] = json::array{json::value(label_hash)};
  row = Metadata(project_, payload).at(0);
  EXPECT_EQ(row.at("label_hash"), json::value(label_hash));
  EXPECT_EQ(row.at("created_at"), "2026-01-15T10:20:30.000000");
  EXPECT_EQ(row.at("client_metadata"), json::object());
  EXPECT_EQ(row.at("workflow_graph_node"), nullptr);
}

TEST_F(LabelRowsTest, AreFoundByTheirFilters) {
  AddData(dataset_, "video", {"drive.mp4"});
  std::string first = Initialise(project_, images_[0]);
  api_.clock().Advance(absl::Hours(1));
  Initialise(project_, images_[1]);
  std::string task = TaskUuid(project_, "Annotate 1", images_[1]);
  Act(project_, "Annotate 1", task, "SUBMIT");
  auto titles = [&](json::object payload) {
    json::array found;
    for (const json::value& row : Metadata(project_, std::move(payload))) {
      found.push_back(row.at("data_title"));
    }
    return found;
  };
  EXPECT_EQ(titles({}), (json::array{"one.jpg", "two.jpg", "three.jpg", "drive.mp4"}));
  EXPECT_EQ(titles({{"include_uninitialised_labels", false}}), (json::array{"one.jpg", "two.jpg"}));
  EXPECT_EQ(titles({{"data_title_eq", "one.jpg"}}), (json::array{"one.jpg"}));
  EXPECT_EQ(titles({{"data_title_like", "t%.jpg"}}), (json::array{"two.jpg", "three.jpg"}));
  EXPECT_EQ(titles({{"data_hashes", json::array{json::value(images_[2])}}}),
            (json::array{"three.jpg"}));
  EXPECT_EQ(titles({{"label_hashes", json::array{json::value(first), "unknown"}}}),
            (json::array{"one.jpg"}));
  EXPECT_EQ(titles({{"label_statuses", json::array{"IN_REVIEW", "COMPLETED"}}}),
            (json::array{"two.jpg"}));
  EXPECT_EQ(titles({{"workflow_graph_node_title_eq", "Review 1"}}), (json::array{"two.jpg"}));
  EXPECT_EQ(titles({{"workflow_graph_node_title_like", "annot%"}}),
            (json::array{"one.jpg", "three.jpg", "drive.mp4"}));
  EXPECT_EQ(titles({{"edited_after", "2026-01-15T11:00:00+00:00"}}), (json::array{"two.jpg"}));
  EXPECT_EQ(titles({{"edited_before", "2026-01-15T11:00:00+00:00"}}), (json::array{"one.jpg"}));
  EXPECT_EQ(titles({{"shadow_data_state", "SHADOW_DATA"}}), json::array());
  EXPECT_EQ(titles({{"shadow_data_state", "NOT_SHADOW_DATA"}}).size(), 4u);
  for (json::object wrong :
       {json::object{{"label_statuses", json::array{"LABELLED"}}},
        json::object{{"shadow_data_state", "DARK"}}, json::object{{"edited_after", "yesterday"}},
        json::object{{"include_all_label_branches", true}, {"branch_name", "main"}}}) {
    EXPECT_EQ(
        api_.CallV1(kAnn, "labelrowmetadata", "GET", "project", project_, nullptr, wrong).status,
        400);
  }
}

TEST_F(LabelRowsTest, HaveBranches) {
  Initialise(project_, images_[0]);
  Initialise(project_, images_[0], "predictions");
  auto branches = [&](json::object payload) {
    json::array found;
    for (const json::value& row : Metadata(project_, std::move(payload))) {
      found.push_back(json::value(std::string(row.at("data_title").as_string()) + " " +
                                  std::string(row.at("branch_name").as_string()) +
                                  (row.at("label_hash").is_null() ? "" : " *")));
    }
    return found;
  };
  EXPECT_EQ(branches({}), (json::array{"one.jpg main *", "two.jpg main", "three.jpg main"}));
  EXPECT_EQ(branches({{"branch_name", "predictions"}}),
            (json::array{"one.jpg predictions *", "two.jpg predictions", "three.jpg predictions"}));
  EXPECT_EQ(
      branches({{"include_all_label_branches", true}}),
      (json::array{"one.jpg main *", "one.jpg predictions *", "two.jpg main", "three.jpg main"}));
  std::string consensus = CreateProject("consensus");
  EXPECT_EQ(Metadata(consensus, {{"include_all_label_branches", true}}).size(), 12u);
  EXPECT_EQ(
      api_.Call(kAnn, "GET", "/v2/public/projects/" + project_ + "/branches").body.at("results"),
      (json::array{json::object{{"name", "main"}}, json::object{{"name", "predictions"}}}));
}

TEST_F(LabelRowsTest, AreCopiedToAnotherBranch) {
  std::string label_hash = Initialise(project_, images_[0]);
  json::object row = BoxAndWeather();
  ASSERT_EQ(SaveRow(project_, label_hash, row).status, 200);
  auto copy = [&](json::object body) {
    return api_.Call(kAnn, "POST", "/v2/public/projects/" + project_ + "/labels/copy-branch", body)
        .body;
  };
  json::object request{{"sourceBranchName", "main"}, {"targetBranchName", "backup"}};
  EXPECT_EQ(copy(request).at("copiedCount"), 1);
  EXPECT_EQ(copy(request).at("copiedCount"), 0);
  std::string kept = Initialise(project_, images_[0], "backup");
  EXPECT_NE(kept, label_hash);
  EXPECT_EQ(GetRows(project_, {json::value(kept)}).body.at("response").at(0).at("object_answers"),
            row.at("object_answers"));
  request["overwrite"] = true;
  EXPECT_EQ(copy(request).at("copiedCount"), 1);
  request["labelUuids"] = json::array{json::value(kept)};
  EXPECT_EQ(copy(request).at("copiedCount"), 0);
  request["targetBranchName"] = "main";
  EXPECT_FALSE(copy(request).as_object().contains("copiedCount"));
}

TEST_F(LabelRowsTest, ShowTheirClassificationsAlone) {
  std::string label_hash = Initialise(project_, images_[0]);
  json::object row = BoxAndWeather();
  ASSERT_EQ(SaveRow(project_, label_hash, row).status, 200);
  auto read = [&](const char* branch) {
    json::object body{{"labelUuids", json::array{json::value(label_hash)}}, {"branchName", branch}};
    return api_
        .Call(kAnn, "POST", "/v2/public/projects/" + project_ + "/label-rows/classifications", body)
        .body.at("labels");
  };
  json::value labels = read("main");
  ASSERT_EQ(labels.as_array().size(), 1u);
  EXPECT_EQ(labels.at(0).at("labelUuid"), json::value(label_hash));
  EXPECT_EQ(labels.at(0).at("dataTitle"), "one.jpg");
  EXPECT_EQ(labels.at(0).at("classificationAnswers"), row.at("classification_answers"));
  EXPECT_EQ(read("nowhere"), json::array());
}

TEST_F(LabelRowsTest, AreNotChangedByViewers) {
  AddUser(project_, kBob, kViewer);
  std::string label_hash = Initialise(project_, images_[0]);
  EXPECT_EQ(SaveRow(project_, label_hash, BoxAndWeather(), kBob).status, 403);
  auto created = api_.CallV1(kBob, "labelrow", "PUT", "project", project_, json::value(images_[1]),
                             json::object());
  EXPECT_EQ(created.status, 403);
  auto read = api_.CallV1(kBob, "labelrow", "GET", "project", project_, json::value(label_hash),
                          json::object());
  EXPECT_EQ(read.status, 200);
}

}  // namespace
}  // namespace sandbox
