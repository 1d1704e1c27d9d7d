#include "tools/sandbox/ontologies.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tools/sandbox/members.h"
#include "tools/sandbox/ontology_structure.h"
#include "tools/sandbox/test_api.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kAnn[] = "ann@example.com";
constexpr char kBob[] = "bob@example.com";

json::value Structure() {
  return ParseKeptJson(R"json({
    "objects": [{"id": "1", "name": "Car", "color": "#D33115", "shape": "bounding_box",
      "featureNodeHash": "497862c6", "attributes": [
        {"id": "1.1", "name": "Colour", "type": "radio", "featureNodeHash": "aaIitCOG",
         "required": false, "dynamic": false, "options": [
           {"id": "1.1.1", "label": "Red", "value": "red", "featureNodeHash": "pHTua1Aj",
            "options": [{"id": "1.1.1.1", "name": "Shade", "type": "text",
                         "featureNodeHash": "x+/y", "required": false}]}]}]}],
    "classifications": [{"id": 1, "featureNodeHash": "163c7cc1", "level": "global", "attributes": [
      {"id": "1.1", "name": "Weather", "type": "checklist", "featureNodeHash": "w",
       "required": true, "options": [
         {"id": "1.1.1", "label": "Sun", "value": "sun", "featureNodeHash": "s"}]}]}]})json");
}

TEST(CheckStructureTest, TakesAGoodOneAndAddsTheMissingLists) {
  Result<json::object> checked = CheckStructure(Structure());
  ASSERT_TRUE(checked.ok()) << checked.error().message;
  EXPECT_EQ(checked->at("skeleton_templates"), json::array());
  EXPECT_EQ(checked->at("objects"), Structure().at("objects"));
  EXPECT_TRUE(CheckStructure(json::object()).ok());
}

TEST(CheckStructureTest, NamesThePlaceOfWhatIsWrong) {
  struct Case {
    const char* pointer;
    json::value value;
    const char* place;
  };
  for (const Case& wrong : {
           Case{"/objects/0/shape", "blob", "objects[0].shape"},
           Case{"/objects/0/id", "one", "objects[0].id"},
           Case{"/objects/0/id", nullptr, "objects[0].id"},
           Case{"/objects/0/name", "", "objects[0].name"},
           Case{"/objects/0/color", "red", "objects[0].color"},
           Case{"/objects/0/featureNodeHash", nullptr, "objects[0].featureNodeHash"},
           Case{"/objects/0/attributes/0/type", "slider", "attributes[0].type"},
           Case{"/objects/0/attributes/0/id", 1, "attributes[0].id"},
           Case{"/objects/0/attributes/0/id", "1..1", "attributes[0].id"},
           Case{"/objects/0/attributes/0/type", "text", "attributes[0].options"},
           Case{"/objects/0/attributes/0/type", "checklist", "options[0].options"},
           Case{"/objects/0/attributes/0/options/0/label", nullptr, "options[0].label"},
           Case{"/classifications/0/attributes", json::array(), "classifications[0].attributes"},
           Case{"/classifications/0/level", "frame", "classifications[0].level"},
           Case{"/classifications/0/featureNodeHash", "497862c6",
                "classifications[0].featureNodeHash"},
           Case{"/classifications", json::object(), "classifications"},
           Case{"/objects/0", 7, "objects[0]"},
       }) {
    json::value structure = Structure();
    structure.at_pointer(wrong.pointer) = wrong.value;
    Result<json::object> checked = CheckStructure(structure);
    ASSERT_FALSE(checked.ok()) << wrong.pointer << " " << wrong.value;
    EXPECT_EQ(checked.error().http_status, 400);
    EXPECT_NE(checked.error().message.find(wrong.place), std::string::npos)
        << checked.error().message;
  }
  EXPECT_FALSE(CheckStructure("text").ok());
}

TEST(CheckStructureTest, AttributesNestSevenDeepAtMost) {
  auto nested = [](int depth) {
    json::value attribute = json::object{
        {"id", "1.1"}, {"name", "leaf"}, {"type", "text"}, {"featureNodeHash", "leaf"}};
    for (int i = 1; i < depth; ++i) {
      std::string hash = std::to_string(i);
      json::object option{{"id", "1.1.1"},
                          {"label", "l"},
                          {"value", "v"},
                          {"featureNodeHash", "o" + hash},
                          {"options", json::array{attribute}}};
      attribute = json::object{{"id", "1.1"},
                               {"name", "n"},
                               {"type", "radio"},
                               {"featureNodeHash", "a" + hash},
                               {"options", json::array{option}}};
    }
    json::value structure = Structure();
    structure.at_pointer("/objects/0/attributes") = json::array{attribute};
    return CheckStructure(structure).ok();
  };
  EXPECT_TRUE(nested(7));
  EXPECT_FALSE(nested(8));
}

class OntologiesTest : public testing::Test {
 protected:
  OntologiesTest()
      : api_({RegisterOntologies, [](Router& router) {
                router.Schema("CREATE TABLE projects (uuid TEXT, ontology_uuid TEXT);");
              }}) {}
  std::string Create(const char* title) {
    auto reply =
        api_.Call(kAnn, "POST", "/v2/public/ontologies",
                  json::object{{"title", title}, {"description", "d"}, {"editor", Structure()}});
    EXPECT_EQ(reply.status, 200) << reply.body;
    return std::string(reply.body.at("ontologyUuid").as_string());
  }
  TestApi api_;
};

TEST_F(OntologiesTest, ComeBackAsTheyWereMade) {
  std::string uuid = Create("Traffic");
  json::value ontology = api_.Call(kAnn, "GET", "/v2/public/ontologies/" + uuid).body;
  EXPECT_EQ(ontology.at("title"), "Traffic");
  EXPECT_EQ(ontology.at("userRole"), 0);
  EXPECT_EQ(ontology.at("editor").at("objects"), Structure().at("objects"));
}

TEST_F(OntologiesTest, AreSaved) {
  std::string uuid = Create("Traffic");
  api_.clock().Advance(absl::Seconds(1));
  auto saved =
      api_.Call(kAnn, "PUT", "/v2/public/ontologies/" + uuid,
                json::object{{"title", "New"}, {"description", ""}, {"editor", EmptyStructure()}});
  EXPECT_EQ(saved.status, 200);
  json::value ontology = api_.Call(kAnn, "GET", "/v2/public/ontologies/" + uuid).body;
  EXPECT_EQ(ontology.at("title"), "New");
  EXPECT_TRUE(ontology.at("editor").at("objects").as_array().empty());
  EXPECT_EQ(ontology.at("lastEditedAt"), "2026-01-15T10:20:31.000000Z");
}

TEST_F(OntologiesTest, AreListedByTitleAndDescription) {
  Create("Traffic");
  Create("Rivers");
  auto count = [&](const std::string& query) {
    return api_.Call(kAnn, "GET", "/v2/public/ontologies" + query)
        .body.at("results")
        .as_array()
        .size();
  };
  EXPECT_EQ(count(""), 2u);
  EXPECT_EQ(count("?titleLike=%25RIV%25"), 1u);
  EXPECT_EQ(count("?titleEq=traffic"), 0u);
  EXPECT_EQ(count("?descEq=d&descLike=D"), 2u);
  EXPECT_EQ(count("?createdAfter=2026-01-16"), 0u);
}

TEST_F(OntologiesTest, BadOnesAreRefusedAndLeaveNothing) {
  json::value structure = Structure();
  structure.at_pointer("/objects/0/shape") = "blob";
  for (json::object body :
       {json::object{{"title", "a"}, {"editor", structure}}, json::object{{"title", "a"}},
        json::object{{"title", ""}, {"editor", Structure()}}}) {
    EXPECT_EQ(api_.Call(kAnn, "POST", "/v2/public/ontologies", body).status, 400);
  }
  EXPECT_TRUE(
      api_.Call(kAnn, "GET", "/v2/public/ontologies").body.at("results").as_array().empty());
}

TEST_F(OntologiesTest, AreSeenByMembersAndByMembersOfTheirProjects) {
  std::string uuid = Create("Traffic");
  std::string target = "/v2/public/ontologies/" + uuid;
  EXPECT_EQ(api_.Call(kBob, "GET", target).status, 403);
  EXPECT_EQ(api_.Call(kAnn, "GET", "/v2/public/ontologies/" + NewUuid()).status, 404);
  api_.store().Exec("INSERT INTO projects VALUES ('p', ?)", {uuid});
  AddMember(api_.store(), Resource::kProject, "p", kBob, kAnnotator);
  EXPECT_EQ(api_.Call(kBob, "GET", target).status, 200);
  EXPECT_EQ(api_.Call(kBob, "PUT", target, json::object()).status, 403);
}

}  // namespace
}  // namespace sandbox
