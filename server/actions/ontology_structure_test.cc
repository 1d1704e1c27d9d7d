#include "server/actions/ontology_structure.h"

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace gateway::actions {
namespace {

absl::Status Check(const std::string& json) {
  google::protobuf::Struct structure;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &structure).ok());
  Validator check;
  CheckOntologyStructure(structure, check);
  return check.status();
}

TEST(OntologyStructureTest, TakesEncordsForm) {
  EXPECT_TRUE(Check("{}").ok());
  const absl::Status status = Check(R"({
    "objects": [{"id": "1", "name": "Car", "color": "#D33115", "shape": "bounding_box",
      "featureNodeHash": "497862c6", "attributes": [{"id": "1.1", "name": "Colour",
      "type": "radio", "featureNodeHash": "a", "required": false, "options": [{"id": "1.1.1",
      "label": "Red", "value": "red", "featureNodeHash": "b"}]}]}],
    "classifications": [{"id": 1, "featureNodeHash": "c", "attributes": [{"id": "1.1",
      "name": "Weather", "type": "text", "featureNodeHash": "d", "required": false}]}]})");
  EXPECT_TRUE(status.ok()) << status;
}

TEST(OntologyStructureTest, NamesUnknownShapes) {
  const absl::Status status = Check(R"({"objects": [{"id": "1", "name": "Car", "color": "#D33115",
      "shape": "blob", "featureNodeHash": "497862c6"}]})");
  EXPECT_THAT(std::string(status.message()),
              testing::StartsWith("structure.objects[0].shape: must be one of bounding_box, "));
}

TEST(OntologyStructureTest, RefusesOtherForms) {
  for (const char* json :
       {R"({"objects": 1})", R"({"objects": ["car"]})", R"({"objects": [{}]})",
        R"({"classifications": [{"id": "1", "featureNodeHash": "c", "attributes": []}]})"}) {
    EXPECT_FALSE(Check(json).ok()) << json;
  }
}

}  // namespace
}  // namespace gateway::actions
