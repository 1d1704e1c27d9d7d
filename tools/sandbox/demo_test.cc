#include "tools/sandbox/demo.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <set>

#include "tools/sandbox/api.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/test_api.h"

namespace sandbox {
namespace {

constexpr char kOwner[] = "demo@example.com";

std::string Text(const json::value& value) { return std::string(value.as_string()); }

class DemoTest : public testing::Test {
 protected:
  DemoTest() : api_({RegisterAll}) {
    absl::Status status = SeedDemo(api_.context(), kOwner);
    EXPECT_TRUE(status.ok()) << status.message();
  }
  json::array Results(const std::string& path, const char* member = "results") {
    auto reply = api_.Call(kOwner, "GET", "/v2/public/" + path);
    EXPECT_EQ(reply.status, 200) << path;
    return reply.body.at(member).as_array();
  }
  json::value Project(std::string_view title) {
    for (const json::value& project : Results("projects")) {
      if (project.at("title").as_string() == title) return project;
    }
    return nullptr;
  }
  json::array Metadata(const std::string& project) {
    json::object payload;
    payload["include_uninitialised_labels"] = true;
    payload["include_all_label_branches"] = true;
    return api_.CallV1(kOwner, "labelrowmetadata", "GET", "project", project, nullptr, payload)
        .body.at("response")
        .as_array();
  }
  // All label rows that there are.
  json::array LabelRows(const std::string& project) {
    json::array hashes;
    for (const json::value& row : Metadata(project)) {
      if (!row.at("label_hash").is_null()) hashes.push_back(row.at("label_hash"));
    }
    auto reply = api_.CallV1(kOwner, "labelrow", "GET", "project", project, hashes, nullptr);
    EXPECT_EQ(reply.status, 200);
    return reply.body.at("response").as_array();
  }

  TestApi api_;
};

TEST_F(DemoTest, HasLabelsOfEveryShapeOnImagesAndVideos) {
  std::map<std::string, std::set<std::string>> shapes;
  int dynamic_answers = 0;
  int static_answers = 0;
  for (const json::value& project : Results("projects")) {
    for (const json::value& row : LabelRows(Text(project.at("projectHash")))) {
      for (const auto& [unit, value] : row.at("data_units").as_object()) {
        json::object labels = value.at("labels").as_object();
        json::array frames;
        if (labels.contains("objects")) {
          frames.push_back(labels);
        } else {
          for (const auto& [number, frame] : labels) frames.push_back(frame);
        }
        EXPECT_FALSE(frames.empty()) << Text(row.at("data_title"));
        for (const json::value& frame : frames) {
          for (const json::value& object : frame.at("objects").as_array()) {
            shapes[Text(row.at("data_type"))].insert(Text(object.at("shape")));
          }
        }
      }
      dynamic_answers += static_cast<int>(row.at("object_actions").as_object().size());
      for (const auto& [hash, answer] : row.at("object_answers").as_object()) {
        static_answers += static_cast<int>(answer.at("classifications").as_array().size());
      }
      EXPECT_FALSE(row.at("classification_answers").as_object().empty());
    }
  }
  EXPECT_EQ(shapes["image"],
            (std::set<std::string>{"bounding_box", "rotatable_bounding_box", "polygon", "polyline",
                                   "point", "skeleton", "bitmask"}));
  EXPECT_EQ(shapes["video"], (std::set<std::string>{"bounding_box", "point"}));
  EXPECT_EQ(shapes["dicom"], (std::set<std::string>{"polygon", "bitmask"}));
  EXPECT_EQ(shapes["img_group"], (std::set<std::string>{"bounding_box"}));
  EXPECT_GE(dynamic_answers, 4);
  EXPECT_GE(static_answers, 50);
}

TEST_F(DemoTest, HasTasksInEveryKindOfStage) {
  json::array projects = Results("projects");
  EXPECT_EQ(projects.size(), 4u);
  std::set<std::string> stage_types;
  std::set<std::string> task_statuses;
  std::set<std::string> label_statuses;
  for (const json::value& project : projects) {
    std::string uuid = Text(project.at("projectHash"));
    for (const json::value& stage : project.at("workflow").at("stages").as_array()) {
      std::string path = "projects/" + uuid + "/workflow/stages/" + Text(stage.at("uuid"));
      if (!Results(path + "/tasks").empty()) stage_types.insert(Text(stage.at("stageType")));
    }
    for (const json::value& row : Metadata(uuid)) {
      task_statuses.insert(Text(row.at("annotation_task_status")));
      label_statuses.insert(Text(row.at("label_status")));
    }
    EXPECT_EQ(Results("projects/" + uuid + "/users").size(), 5u);
    EXPECT_EQ(Results("projects/" + uuid + "/groups").size(), 1u);
  }
  EXPECT_EQ(stage_types, (std::set<std::string>{"ANNOTATION", "REVIEW", "CONSENSUS_ANNOTATION",
                                                "CONSENSUS_REVIEW", "AGENT", "DONE"}));
  EXPECT_EQ(task_statuses,
            (std::set<std::string>{"QUEUED", "ASSIGNED", "IN_REVIEW", "RETURNED", "COMPLETED"}));
  EXPECT_EQ(label_statuses, (std::set<std::string>{"NOT_LABELLED", "LABEL_IN_PROGRESS", "LABELLED",
                                                   "REVIEW_IN_PROGRESS", "REVIEWED"}));
}

TEST_F(DemoTest, HasAWorkspaceAround) {
  EXPECT_EQ(Results("datasets/list", "result").size(), 4u);
  EXPECT_EQ(Results("ontologies").size(), 3u);
  EXPECT_EQ(Results("user/current-organisation/groups").size(), 2u);
  EXPECT_EQ(Results("cloud-integrations", "result").size(), 2u);
  std::string folder;
  for (const json::value& found : Results("storage/search/folders?search=January")) {
    folder = Text(found.at("uuid"));
    EXPECT_EQ(found.at("pathToRoot").as_array().size(), 3u);
  }
  EXPECT_EQ(Results("storage/folders/" + folder + "/items").size(), 12u);
  std::set<std::string> types;
  for (const json::value& item : Results("storage/search/items?search=")) {
    types.insert(Text(item.at("itemType")));
  }
  EXPECT_EQ(types, (std::set<std::string>{"image", "video", "imageGroup", "dicomSeries", "nifti",
                                          "pdf", "plainText"}));
}

TEST_F(DemoTest, IsTheSameEachTime) {
  TestApi other({RegisterAll});
  ASSERT_TRUE(SeedDemo(other.context(), kOwner).ok());
  for (const char* table :
       {"projects", "datasets", "ontologies", "folders", "items", "data_rows", "workflow_stages",
        "workflow_pathways", "tasks", "label_rows", "user_groups", "integrations"}) {
    std::string select = "SELECT * FROM " + std::string(table) + " ORDER BY rowid";
    std::vector<Row> ours = api_.store().Query(select);
    std::vector<Row> theirs = other.store().Query(select);
    ASSERT_EQ(ours.size(), theirs.size()) << table;
    const char* key = std::string(table) == "data_rows"    ? "data_hash"
                      : std::string(table) == "label_rows" ? "label_hash"
                                                           : "uuid";
    for (size_t i = 0; i < ours.size(); ++i) {
      EXPECT_EQ(ours[i].Text(key), theirs[i].Text(key)) << table;
      if (std::string(table) == "label_rows") {
        EXPECT_EQ(ours[i].Text("contents"), theirs[i].Text("contents"));
      }
    }
  }
}

TEST_F(DemoTest, HasTheUuidsOfTheDocumentation) {
  std::map<std::string, std::string> found;
  for (const char* table : {"projects", "datasets", "ontologies", "integrations"}) {
    for (const Row& row :
         api_.store().Query("SELECT uuid, title FROM " + std::string(table) + " ORDER BY rowid")) {
      found[std::string(table) + ": " + row.Text("title")] = row.Text("uuid");
    }
  }
  EXPECT_EQ(found["projects: Road scenes 2026"], "d08045bb-f2ce-5b28-86a7-afb69bb6ae08");
  EXPECT_EQ(found["projects: Retail shelves"], "323c29b5-520b-5251-a373-e1055ace3d95");
  EXPECT_EQ(found["projects: Retail shelves, pre-labelled"],
            "29606489-46d4-5cd5-9e8f-8a2bdde8d3b1");
  EXPECT_EQ(found["projects: Lesion consensus"], "c2c23f81-40de-5a9b-8bba-8cfc3898d4eb");
  EXPECT_EQ(found["datasets: Road scenes 2026"], "1c15305e-ad4d-5975-852c-f62fef081158");
  EXPECT_EQ(found["datasets: Dash cam clips"], "117ca389-c132-53a6-9016-89f2d79a8c9e");
  EXPECT_EQ(found["datasets: Retail shelves"], "989c0d9e-2d6e-5d24-a993-c1a764861224");
  EXPECT_EQ(found["datasets: Abdominal scans"], "226ab9c1-136c-5769-92ca-83c6af74053e");
  EXPECT_EQ(found["ontologies: Road users and surfaces"], "d4b9d53a-df5b-556b-9618-a2eac4543093");
  EXPECT_EQ(found["ontologies: Products on shelves"], "f6ad3f5a-c1c2-5243-ace4-abf1ded01d40");
  EXPECT_EQ(found["ontologies: Abdominal findings"], "be3d8519-bb7b-5716-83c6-a150ff372fc2");
  EXPECT_EQ(found["integrations: Demo bucket (AWS S3)"], "a24a9eeb-e1f0-5ed3-a97c-7344e93483d7");
  EXPECT_EQ(Results("storage/search/folders?search=January")[0].at("uuid"),
            "3b3ac283-7319-5ade-9e83-5174b1091c26");
  json::value project = Project("Road scenes 2026");
  json::array stages = project.at("workflow").at("stages").as_array();
  EXPECT_EQ(stages[0].at("uuid"), "1382344e-6cf7-5e8e-9702-3e48a74cb6a1");
  EXPECT_EQ(stages[1].at("uuid"), "4c0d7103-0e29-524f-9651-2681346f0276");
  std::map<std::string, std::string> data;
  for (const json::value& row : Metadata(Text(project.at("projectHash")))) {
    data[Text(row.at("data_title"))] = Text(row.at("data_hash"));
  }
  EXPECT_EQ(data["crossing-001.jpg"], "b414c65e-fd05-50d1-a342-2fa15a23a286");
  EXPECT_EQ(data["crossing-009.jpg"], "baf6f369-c0fd-5838-b700-944ceaec6b4b");
  EXPECT_EQ(data["drive-001.mp4"], "cf9eea37-e92d-50af-be97-feeb22c3f6f0");
}

TEST_F(DemoTest, IsNotMadeTwice) {
  size_t tasks = api_.store().Query("SELECT 1 FROM tasks").size();
  EXPECT_TRUE(SeedDemo(api_.context(), kOwner).ok());
  EXPECT_EQ(api_.store().Query("SELECT 1 FROM tasks").size(), tasks);
}

TEST_F(DemoTest, LetsItsPeopleWork) {
  json::value project = Project("Lesion consensus");
  std::string uuid = Text(project.at("projectHash"));
  json::value review = project.at("workflow").at("stages").at(1);
  json::array tasks =
      Results("projects/" + uuid + "/workflow/stages/" + Text(review.at("uuid")) + "/tasks");
  ASSERT_EQ(tasks.size(), 1u);
  EXPECT_EQ(tasks[0].at("options").as_array().size(), 3u);
  json::array actions;
  actions.push_back(json::object{{"taskUuid", tasks[0].at("uuid")}, {"action", "APPROVE"}});
  auto reply = api_.Call(
      "ravi.reviewer@example.com", "POST",
      "/v2/public/projects/" + uuid + "/workflow/stages/" + Text(review.at("uuid")) + "/actions",
      actions);
  EXPECT_EQ(reply.status, 200);
}

}  // namespace
}  // namespace sandbox
