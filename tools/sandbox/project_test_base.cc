#include "tools/sandbox/project_test_base.h"

#include "tools/sandbox/datasets.h"
#include "tools/sandbox/demo_ontologies.h"
#include "tools/sandbox/folders.h"
#include "tools/sandbox/groups.h"
#include "tools/sandbox/items.h"
#include "tools/sandbox/label_branches.h"
#include "tools/sandbox/label_rows.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/ontologies.h"
#include "tools/sandbox/projects.h"
#include "tools/sandbox/tags.h"
#include "tools/sandbox/users.h"
#include "tools/sandbox/workflow_tasks.h"

namespace sandbox {
namespace {

std::string TextOf(const json::value& value) {
  return std::string(value.as_string().data(), value.as_string().size());
}

NewItem ItemOf(const char* item_type, const std::string& name) {
  NewItem item;
  item.item_type = item_type;
  item.name = name;
  item.url = "https://media.s3.amazonaws.com/" + name;
  item.width = 640;
  item.height = 480;
  std::string type = item_type;
  item.mime_type = type == "video" ? "video/mp4" : type == "audio" ? "audio/mpeg" : "image/jpeg";
  if (type == "video") {
    item.fps = 25;
    item.duration = 4;
    item.frame_count = 100;
  }
  return item;
}

}  // namespace

ProjectTest::ProjectTest()
    : api_({RegisterUsers, RegisterGroups, RegisterFolders, RegisterItems, RegisterDatasets,
            RegisterOntologies, RegisterTags, RegisterProjects, RegisterWorkflowTasks,
            RegisterLabelRows, RegisterLabelBranches}) {
  User ann = EnsureUser(api_.store(), kAnn);
  dataset_ = CreateDataset(api_.context(), ann, {.title = "Roads", .description = "by day"}).uuid;
  ontology_ = CreateOntology(api_.context(), ann, "Road users", "",
                             ParseKeptJson(kRoadOntology).as_object());
  images_ = AddData(dataset_, "image", {"one.jpg", "two.jpg", "three.jpg"});
}

std::vector<std::string> ProjectTest::AddData(const std::string& dataset, const char* item_type,
                                              const std::vector<std::string>& names) {
  User ann = EnsureUser(api_.store(), kAnn);
  std::vector<std::string> items;
  for (const std::string& name : names) {
    NewItem item = ItemOf(item_type, name);
    if (item.item_type == "imageGroup") {
      item.children = {ItemOf("image", name + "-front.jpg"), ItemOf("image", name + "-rear.jpg")};
      item.frame_count = 2;
    }
    items.push_back(CreateItem(api_.context(), ann, item));
  }
  return AddDataRows(api_.context(), dataset, items);
}

TestApi::Reply ProjectTest::PostProject(json::object payload, const char* email) {
  return api_.CallV1User(email, "project", "POST", nullptr, payload);
}

std::string ProjectTest::CreateProject(const char* workflow) {
  json::object payload;
  payload["title"] = "Road labels";
  payload["dataset_hashes"] = json::array{json::value(dataset_)};
  payload["ontology_hash"] = ontology_;
  payload["workflow_template_id"] = json::string(FindWorkflowTemplate(workflow)->uuid);
  return TextOf(PostProject(std::move(payload)).body.at("response"));
}

void ProjectTest::AddUser(const std::string& project, const char* email, int role) {
  AddMember(api_.store(), Resource::kProject, project, email, role);
}

std::string ProjectTest::StageUuid(const std::string& project, std::string_view title) {
  auto reply = api_.Call(kAnn, "GET", "/v2/public/projects/" + project);
  for (const json::value& stage : reply.body.at("workflow").at("stages").as_array()) {
    if (stage.at("title").as_string() == title) return TextOf(stage.at("uuid"));
  }
  return "";
}

json::array ProjectTest::Tasks(const std::string& project, std::string_view stage,
                               const std::string& query) {
  std::string path = "/v2/public/projects/" + project + "/workflow/stages/" +
                     StageUuid(project, stage) + "/tasks?" + query;
  json::array tasks;
  std::string token;
  for (;;) {
    auto reply = api_.Call(kAnn, "GET", path + token);
    EXPECT_EQ(reply.status, 200);
    if (reply.status != 200) return tasks;
    for (const json::value& task : reply.body.at("results").as_array()) tasks.push_back(task);
    if (reply.body.at("nextPageToken").is_null()) return tasks;
    token = "&pageToken=" + TextOf(reply.body.at("nextPageToken"));
  }
}

json::array ProjectTest::Titles(const std::string& project, std::string_view stage,
                                const std::string& query) {
  json::array titles;
  for (const json::value& task : Tasks(project, stage, query)) {
    titles.push_back(task.at("dataTitle"));
  }
  return titles;
}

std::string ProjectTest::TaskUuid(const std::string& project, std::string_view stage,
                                  const std::string& data_hash) {
  json::array tasks = Tasks(project, stage, "dataHashes=" + data_hash);
  return tasks.empty() ? "" : TextOf(tasks[0].at("uuid"));
}

TestApi::Reply ProjectTest::Act(const std::string& project, std::string_view stage,
                                const std::string& task_uuid, const char* action, json::object more,
                                const char* email) {
  more["taskUuid"] = task_uuid;
  more["action"] = action;
  json::array actions;
  actions.emplace_back(std::move(more));
  return api_.Call(email, "POST",
                   "/v2/public/projects/" + project + "/workflow/stages/" +
                       StageUuid(project, stage) + "/actions",
                   actions);
}

TestApi::Reply ProjectTest::Move(const std::string& project, std::string_view from,
                                 const std::vector<std::string>& task_uuids, std::string_view to,
                                 const char* email) {
  json::object body;
  body["taskUuids"] = json::array(task_uuids.begin(), task_uuids.end());
  body["destinationStageUuid"] = StageUuid(project, to);
  return api_.Call(email, "POST",
                   "/v2/public/projects/" + project + "/workflow/stages/" +
                       StageUuid(project, from) + "/move-tasks",
                   body);
}

json::array ProjectTest::Metadata(const std::string& project, json::object payload) {
  if (!payload.contains("include_uninitialised_labels")) {
    payload["include_uninitialised_labels"] = true;
  }
  auto reply = api_.CallV1(kAnn, "labelrowmetadata", "GET", "project", project, nullptr, payload);
  EXPECT_EQ(reply.status, 200);
  return reply.status == 200 ? reply.body.at("response").as_array() : json::array();
}

json::value ProjectTest::MetadataOf(const std::string& project, const std::string& data_hash) {
  json::object payload;
  payload["data_hashes"] = json::array{json::value(data_hash)};
  json::array rows = Metadata(project, std::move(payload));
  EXPECT_EQ(rows.size(), 1u);
  return rows.empty() ? json::value(nullptr) : rows[0];
}

std::string ProjectTest::Initialise(const std::string& project, const std::string& data_hash,
                                    const char* branch) {
  json::object payload;
  payload["multi_request"] = true;
  payload["get_signed_url"] = false;
  payload["branch_name"] = branch;
  auto reply = api_.CallV1(kAnn, "labelrow", "PUT", "project", project,
                           json::array{json::value(data_hash)}, payload);
  EXPECT_EQ(reply.status, 200);
  return TextOf(reply.body.at("response").at(0).at("label_hash"));
}

TestApi::Reply ProjectTest::GetRows(const std::string& project, json::array label_hashes,
                                    json::object payload) {
  payload["multi_request"] = true;
  return api_.CallV1(kAnn, "labelrow", "GET", "project", project, label_hashes, payload);
}

TestApi::Reply ProjectTest::SaveRow(const std::string& project, const std::string& label_hash,
                                    const json::value& row, const char* email) {
  json::object payload;
  payload["multi_request"] = true;
  payload["validate_before_saving"] = false;
  json::array labels;
  labels.push_back(row);
  payload["labels"] = std::move(labels);
  return api_.CallV1(email, "labelrow", "POST", "project", project,
                     json::array{json::value(label_hash)}, payload);
}

}  // namespace sandbox
