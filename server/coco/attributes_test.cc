#include "server/coco/attributes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace gateway::coco {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// One object with an attribute of each type, two of the same name, and nested ones.
constexpr char kOntology[] = R"json({"objects": [{
  "name": "Car", "shape": "bounding_box", "featureNodeHash": "car", "attributes": [
    {"name": "Colour", "type": "radio", "featureNodeHash": "colour", "options": [
      {"label": "Red", "featureNodeHash": "red", "options": [
        {"name": "Shade", "type": "text", "featureNodeHash": "shade"},
        {"name": "Finish", "type": "checklist", "featureNodeHash": "finish", "options": [
          {"label": "Matt", "featureNodeHash": "matt"},
          {"label": "Gloss", "featureNodeHash": "gloss"}]}]},
      {"label": "Blue", "featureNodeHash": "blue"}]},
    {"name": "Flags", "type": "checklist", "featureNodeHash": "flags", "options": [
      {"label": "Cut", "featureNodeHash": "cut"}, {"label": "Blurred", "featureNodeHash": "blurred"}]},
    {"name": "Note", "type": "text", "featureNodeHash": "note1"},
    {"name": "Note", "type": "text", "featureNodeHash": "note2"},
    {"name": "Speed", "type": "numeric", "featureNodeHash": "speed"}]}]})json";

std::string Describe(std::span<const Answer> answers) {
  std::string text;
  for (const Answer& answer : answers) {
    text += std::string(answer.name) + "=";
    if (const bool* flag = std::get_if<bool>(&answer.value)) {
      text += *flag ? "true" : "false";
    } else if (const int64_t* integer = std::get_if<int64_t>(&answer.value)) {
      text += std::to_string(*integer);
    } else if (const double* number = std::get_if<double>(&answer.value)) {
      text += std::to_string(*number);
    } else if (const auto* string = std::get_if<std::string_view>(&answer.value)) {
      text += "'" + std::string(*string) + "'";
    }
    text += ";";
  }
  return text;
}

class RowAnswersTest : public testing::Test {
 protected:
  // Starts with these members of object_answers["o"] and object_actions["o"].
  void Start(Profile profile, const std::string& statics, const std::string& dynamics = "") {
    const Conventions conventions = ConventionsOf(profile);
    absl::StatusOr<Ontology> ontology = Ontology::Parse(kOntology, conventions);
    ASSERT_TRUE(ontology.ok()) << ontology.status();
    ontology_.emplace(*std::move(ontology));
    const std::string json =
        R"({"object_actions":{"o":{"actions":[)" + dynamics +
        R"(]}},"object_answers":{"o":{"classifications":[)" + statics +
        R"(]},"stale":{"classifications":[{"featureHash":"speed","answers":1}]}}})";
    ASSERT_TRUE(parser_.Parse(json, 0, row_).ok());
    answers_.emplace(conventions.null_members);
    answers_->Start(row_);
  }

  std::string On(int64_t frame, std::string_view object_hash = "o") {
    return Describe(answers_->On(frame, object_hash, *ontology_->Find("car")));
  }

  std::optional<Ontology> ontology_;
  LabelRowParser parser_{{}};
  LabelRow row_;
  std::optional<RowAnswers> answers_;
};

TEST_F(RowAnswersTest, NothingAnswered) {
  Start(Profile::kSdk, "");
  const std::string unanswered =
      "Colour=;Cut=false;Blurred=false;Note (note1)=;Note (note2)=;Speed=;";
  EXPECT_EQ(On(0), unanswered);
  EXPECT_EQ(On(0, "unknown"), unanswered);
  Start(Profile::kStandard, "");
  EXPECT_EQ(On(0), "Cut=false;Blurred=false;");
}

TEST_F(RowAnswersTest, EveryTypeAndNestedOnes) {
  const std::string statics = R"(
    {"featureHash":"shade","answers":"dark"},
    {"featureHash":"finish","answers":[{"featureHash":"gloss"}]},
    {"featureHash":"colour","answers":[{"featureHash":"red","name":"renamed since"}]},
    {"featureHash":"flags","answers":[{"featureHash":"cut"}]},
    {"featureHash":"flags","answers":[{"featureHash":"gone"}]},
    {"featureHash":"note2","answers":""},
    {"featureHash":"unknown","answers":"x"},
    {"featureHash":"speed","answers":33.5})";
  Start(Profile::kSdk, statics);
  EXPECT_EQ(On(0),
            "Colour='Red';Cut=true;Blurred=false;Note (note1)=;Note (note2)='';Speed=33.500000;");
  Start(Profile::kStandard, statics);
  EXPECT_EQ(On(0),
            "Colour='Red';Shade='dark';Matt=false;Gloss=true;Cut=true;Blurred=false;"
            "Note (note2)='';Speed=33.500000;");
}

TEST_F(RowAnswersTest, WholeNumbersStayWhole) {
  Start(Profile::kStandard, R"({"featureHash":"speed","answers":9007199254740993})");
  EXPECT_EQ(On(0), "Cut=false;Blurred=false;Speed=9007199254740993;");
}

TEST_F(RowAnswersTest, AnswersOfTheWrongTypeAreNone) {
  Start(Profile::kStandard,
        R"({"featureHash":"speed","answers":"fast"},{"featureHash":"note1","answers":5},
    {"featureHash":"colour","answers":"red"},{"featureHash":"flags","answers":true},
    {"featureHash":"colour","answers":null}, {"featureHash":"colour","answers":[]})");
  EXPECT_EQ(On(0), "Cut=false;Blurred=false;");
}

TEST_F(RowAnswersTest, OptionsThatAreNotInTheOntologyKeepTheirName) {
  Start(Profile::kStandard,
        R"({"featureHash":"colour","answers":[{"featureHash":"gone","name":"Green"}]})");
  EXPECT_EQ(On(0), "Colour='Green';Cut=false;Blurred=false;");
}

TEST_F(RowAnswersTest, DynamicOptionsUnite) {
  // Each entry ticks one option, as the editor writes them; the last frame of one is the first of
  // the other.
  Start(Profile::kStandard, "", R"(
    {"featureHash":"flags","answers":[{"featureHash":"cut"}],"range":[[0,4],[9,9]]},
    {"featureHash":"flags","answers":[{"featureHash":"blurred"}],"range":[[4,6]]})");
  EXPECT_EQ(On(0), "Cut=true;Blurred=false;");
  EXPECT_EQ(On(4), "Cut=true;Blurred=true;");
  EXPECT_EQ(On(5), "Cut=false;Blurred=true;");
  EXPECT_EQ(On(7), "Cut=false;Blurred=false;");
  EXPECT_EQ(On(9), "Cut=true;Blurred=false;");
}

TEST_F(RowAnswersTest, OfSeveralDynamicAnswersTheLastCounts) {
  Start(Profile::kStandard, R"({"featureHash":"speed","answers":1})", R"(
    {"featureHash":"speed","answers":2,"range":[[10,100]]},
    {"featureHash":"speed","answers":4,"range":[[40,50]]},
    {"featureHash":"speed","answers":3,"range":[[30,60],[20,20]]})");
  const std::vector<std::pair<int64_t, int>> expected = {
      {9, 1}, {10, 2}, {20, 3}, {21, 2}, {30, 3}, {45, 3}, {60, 3}, {61, 2}, {100, 2}, {101, 1}};
  for (const auto& [frame, speed] : expected) {
    EXPECT_EQ(On(frame), "Cut=false;Blurred=false;Speed=" + std::to_string(speed) + ";") << frame;
  }
}

TEST_F(RowAnswersTest, TooManyDynamicAnswersAreCutOff) {
  // Some kilobytes that stand for 16 million.
  std::string options;
  std::string ranges;
  for (int i = 0; i < 4000; ++i) {
    options += std::string(i > 0 ? "," : "") + R"({"featureHash":"cut"})";
    ranges += std::string(i > 0 ? "," : "") + "[0,9]";
  }
  Start(Profile::kStandard, "",
        R"({"featureHash":"flags","answers":[)" + options + R"(],"range":[)" + ranges + "]}");
  EXPECT_EQ(On(5), "Cut=true;Blurred=false;");
  EXPECT_TRUE(answers_->overflowed());
}

}  // namespace
}  // namespace gateway::coco
