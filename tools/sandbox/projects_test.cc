#include "tools/sandbox/projects.h"

#include "tools/sandbox/datasets.h"
#include "tools/sandbox/ontologies.h"
#include "tools/sandbox/project_test_base.h"

namespace sandbox {
namespace {

class ProjectsTest : public ProjectTest {
 protected:
  json::object Payload(const char* title) {
    json::object payload;
    payload["title"] = title;
    payload["dataset_hashes"] = json::array{json::value(dataset_)};
    return payload;
  }
  std::string Create(const char* title, const char* description = "") {
    json::object payload = Payload(title);
    payload["description"] = description;
    return std::string(PostProject(std::move(payload)).body.at("response").as_string());
  }
  json::array TitlesOf(const std::string& query, const char* email = kAnn) {
    json::array titles;
    auto reply = api_.Call(email, "GET", "/v2/public/projects" + query);
    EXPECT_EQ(reply.status, 200);
    for (const json::value& project : reply.body.at("results").as_array()) {
      titles.push_back(project.at("title"));
    }
    return titles;
  }
  json::value Error(const TestApi::Reply& reply) { return reply.body.at("response").at(0); }
};

TEST_F(ProjectsTest, CreatedOnesShowTheirDetails) {
  json::object payload = Payload("Roads");
  payload["description"] = "by night";
  payload["ontology_hash"] = ontology_;
  payload["workflow_type"] = "manual";
  std::string uuid(PostProject(std::move(payload)).body.at("response").as_string());
  json::value project = api_.Call(kAnn, "GET", "/v2/public/projects/" + uuid).body;
  EXPECT_EQ(project.at("projectHash"), json::value(uuid));
  EXPECT_EQ(project.at("projectType"), "workflow");
  EXPECT_EQ(project.at("status"), "notStarted");
  EXPECT_EQ(project.at("title"), "Roads");
  EXPECT_EQ(project.at("description"), "by night");
  EXPECT_EQ(project.at("createdAt"), "2026-01-15T10:20:30.000000Z");
  EXPECT_EQ(project.at("ontologyHash"), json::value(ontology_));
  EXPECT_EQ(project.at("editorOntology"), StructureOf(api_.store(), ontology_));
  EXPECT_EQ(project.at("userRole"), 0);
  const json::array& stages = project.at("workflow").at("stages").as_array();
  ASSERT_EQ(stages.size(), 4u);
  EXPECT_EQ(stages[0].at("stageType"), "ANNOTATION");
  EXPECT_EQ(stages[1].at("stageType"), "REVIEW");
  EXPECT_EQ(stages[2].at("stageType"), "DONE");
  EXPECT_FALSE(stages[0].as_object().contains("pathways"));
}

TEST_F(ProjectsTest, AreListedInPages) {
  for (const char* title : {"a", "b", "c"}) Create(title);
  api_.settings().page_size = 2;
  json::value first = api_.Call(kAnn, "GET", "/v2/public/projects").body;
  EXPECT_EQ(first.at("results").as_array().size(), 2u);
  std::string token(first.at("nextPageToken").as_string());
  json::value second = api_.Call(kAnn, "GET", "/v2/public/projects?pageToken=" + token).body;
  EXPECT_EQ(second.at("results").at(0).at("title"), "a");
  EXPECT_TRUE(second.at("nextPageToken").is_null());
}

TEST_F(ProjectsTest, OfEachTemplateAreMade) {
  for (const WorkflowTemplate& workflow : WorkflowTemplates()) {
    json::object payload = Payload("a");
    payload["workflow_template_id"] = json::string(workflow.uuid);
    std::string uuid(PostProject(std::move(payload)).body.at("response").as_string());
    json::value project = api_.Call(kAnn, "GET", "/v2/public/projects/" + uuid).body;
    const json::array& stages = project.at("workflow").at("stages").as_array();
    ASSERT_EQ(stages.size(), workflow.stages.size());
    for (size_t i = 0; i < stages.size(); ++i) {
      EXPECT_EQ(stages[i].at("title").as_string(), workflow.stages[i].title);
      bool agent = workflow.stages[i].type == StageType::kAgent;
      ASSERT_EQ(stages[i].as_object().contains("pathways"), agent);
      if (!agent) continue;
      const json::array& pathways = stages[i].at("pathways").as_array();
      ASSERT_EQ(pathways.size(), 3u);
      EXPECT_EQ(pathways[0].at("title"), "annotate");
      EXPECT_EQ(pathways[0].at("destinationUuid"), stages[1].at("uuid"));
    }
    EXPECT_EQ(Tasks(uuid, workflow.stages[0].title).size(), images_.size());
  }
}

TEST_F(ProjectsTest, WithoutAnOntologyGetAnEmptyOne) {
  std::string uuid = Create("Roads");
  json::value project = api_.Call(kAnn, "GET", "/v2/public/projects/" + uuid).body;
  EXPECT_EQ(project.at("editorOntology"), json::value(EmptyStructure()));
  auto ontology = api_.Call(
      kAnn, "GET", "/v2/public/ontologies/" + std::string(project.at("ontologyHash").as_string()));
  EXPECT_EQ(ontology.status, 200);
}

TEST_F(ProjectsTest, AreRefusedWithoutTitleOrDataOrOntology) {
  const std::string unknown = "11111111-2222-4333-8444-555555555555";
  EXPECT_EQ(Error(PostProject(Payload(" "))), "INVALID_ARGUMENTS_ERROR");
  json::object payload = Payload("a");
  payload["dataset_hashes"] = json::array{json::value(unknown)};
  EXPECT_EQ(Error(PostProject(payload)), "RESOURCE_NOT_FOUND_ERROR");
  payload = Payload("a");
  payload["ontology_hash"] = unknown;
  EXPECT_EQ(Error(PostProject(payload)), "RESOURCE_NOT_FOUND_ERROR");
  payload = Payload("a");
  payload["workflow_template_id"] = unknown;
  EXPECT_EQ(Error(PostProject(payload)), "RESOURCE_NOT_FOUND_ERROR");
  payload = Payload("a");
  payload["workflow_type"] = "automatic";
  EXPECT_EQ(Error(PostProject(payload)), "INVALID_ARGUMENTS_ERROR");
  payload = Payload("a");
  payload.erase("dataset_hashes");
  EXPECT_EQ(Error(PostProject(payload)), "INVALID_ARGUMENTS_ERROR");
  EXPECT_EQ(Error(PostProject(Payload("a"), kEve)), "AUTHORISATION_ERROR");
  EXPECT_TRUE(TitlesOf("").empty());
}

TEST_F(ProjectsTest, AreFoundByTheirFilters) {
  Create("Road scenes", "day");
  api_.clock().Advance(absl::Hours(1));
  Create("Retail shelves", "night");
  EXPECT_EQ(TitlesOf(""), (json::array{"Retail shelves", "Road scenes"}));
  EXPECT_EQ(TitlesOf("?titleEq=Road+scenes"), (json::array{"Road scenes"}));
  EXPECT_EQ(TitlesOf("?titleLike=%25shel%25"), (json::array{"Retail shelves"}));
  EXPECT_EQ(TitlesOf("?titleLike=shel"), json::array());
  EXPECT_EQ(TitlesOf("?descEq=day"), (json::array{"Road scenes"}));
  EXPECT_EQ(TitlesOf("?descLike=n%25"), (json::array{"Retail shelves"}));
  EXPECT_EQ(TitlesOf("?createdAfter=2026-01-15T11:00:00%2B00:00"), (json::array{"Retail shelves"}));
  EXPECT_EQ(TitlesOf("?createdBefore=2026-01-15T11:00:00&includeOrgAccess=False"),
            (json::array{"Road scenes"}));
  EXPECT_EQ(TitlesOf("", kEve), json::array());
  auto old = api_.CallV1User(kAnn, "projectwithuserrole", "GET", nullptr,
                             json::object{{"filter", json::object{{"title_like", "Ro%"}}}});
  ASSERT_EQ(old.body.at("response").as_array().size(), 1u);
  EXPECT_EQ(old.body.at("response").at(0).at("project").at("created_at"), "2026-01-15 10:20:30");
  EXPECT_EQ(old.body.at("response").at(0).at("user_role"), 0);
}

TEST_F(ProjectsTest, AreFoundByTheTagsOfTheirOrganisation) {
  std::string tags = "/v2/public/organisation/organisation-tags";
  auto urgent = api_.Call(kAnn, "POST", tags, json::object{{"name", "urgent"}});
  ASSERT_EQ(urgent.status, 200);
  std::string tag(urgent.body.at("uuid").as_string());
  EXPECT_EQ(api_.Call(kAnn, "POST", tags, json::object{{"name", "urgent"}}).status, 409);
  Create("Later");
  std::string project_tags = "/v2/public/projects/" + Create("Now") + "/tags";
  EXPECT_EQ(api_.Call(kAnn, "PUT", project_tags + "/" + tag).status, 200);
  EXPECT_EQ(api_.Call(kAnn, "PUT", project_tags + "/" + tag).status, 200);
  EXPECT_EQ(api_.Call(kAnn, "GET", project_tags).body.at("results").as_array().size(), 1u);
  EXPECT_EQ(TitlesOf("?tagsAnyof=urgent&tagsAnyof=none"), json::array{"Now"});
  EXPECT_EQ(TitlesOf("?tagsAnyof=none"), json::array());

  const char* stranger = "zoe@elsewhere.org";
  EXPECT_EQ(api_.Call(stranger, "GET", tags).body.at("results").as_array().size(), 0u);
  EXPECT_EQ(api_.Call(stranger, "DELETE", tags + "/" + tag).status, 404);
  EXPECT_EQ(api_.Call(kAnn, "DELETE", project_tags + "/" + tag).status, 200);
  EXPECT_EQ(TitlesOf("?tagsAnyof=urgent"), json::array());
  api_.Call(kAnn, "PUT", project_tags + "/" + tag);
  EXPECT_EQ(api_.Call(kAnn, "DELETE", tags + "/" + tag).status, 200);
  EXPECT_EQ(api_.Call(kAnn, "GET", project_tags).body.at("results").as_array().size(), 0u);
}

TEST_F(ProjectsTest, AreHiddenFromThoseWhoAreNoMembers) {
  std::string uuid = Create("Roads");
  EXPECT_EQ(api_.Call(kEve, "GET", "/v2/public/projects/" + uuid).status, 403);
  EXPECT_EQ(api_.Call(kEve, "GET", "/v2/public/projects/" + uuid + "/datasets").status, 403);
  EXPECT_EQ(
      api_.Call(kAnn, "GET", "/v2/public/projects/11111111-2222-4333-8444-555555555555").status,
      404);
}

TEST_F(ProjectsTest, ChangeTheirStatus) {
  std::string uuid = Create("Roads");
  std::string path = "/v2/public/projects/" + uuid;
  EXPECT_EQ(api_.Call(kAnn, "PUT", path + "/status", json::object{{"status", "paused"}}).status,
            200);
  EXPECT_EQ(api_.Call(kAnn, "GET", path).body.at("status"), "paused");
  EXPECT_EQ(api_.Call(kAnn, "PUT", path + "/status", json::object{{"status", "open"}}).status, 400);
  AddUser(uuid, kBob, kAnnotator);
  EXPECT_EQ(api_.Call(kBob, "PUT", path + "/status", json::object{{"status", "paused"}}).status,
            403);
}

TEST_F(ProjectsTest, GainAndLoseDatasets) {
  std::string uuid = Create("Roads");
  User ann = EnsureUser(api_.store(), kAnn);
  std::string more = CreateDataset(api_.context(), ann, {.title = "More", .description = ""}).uuid;
  std::vector<std::string> data = AddData(more, "image", {"four.jpg"});
  auto attach = [&](const char* email) {
    return api_.CallV1(email, "projectdataset", "POST", "project", uuid, nullptr,
                       json::object{{"dataset_hashes", json::array{json::value(more)}}});
  };
  EXPECT_EQ(attach(kEve).status, 403);
  // Twice is as good as once.
  EXPECT_EQ(attach(kAnn).body.at("response"), true);
  EXPECT_EQ(attach(kAnn).body.at("response"), true);
  EXPECT_EQ(Titles(uuid, "Annotate 1"),
            (json::array{"one.jpg", "two.jpg", "three.jpg", "four.jpg"}));
  json::value datasets = api_.Call(kAnn, "GET", "/v2/public/projects/" + uuid + "/datasets").body;
  EXPECT_EQ(datasets.at("results").at(1),
            (json::object{{"datasetHash", more}, {"title", "More"}, {"description", ""}}));

  std::string label_hash = Initialise(uuid, data[0]);
  auto detach = [&] {
    return api_.CallV1(kAnn, "projectdataset", "DELETE", "project", uuid,
                       json::array{json::value(more)}, nullptr);
  };
  EXPECT_EQ(detach().body.at("response"), true);
  EXPECT_EQ(Titles(uuid, "Annotate 1"), (json::array{"one.jpg", "two.jpg", "three.jpg"}));
  EXPECT_EQ(GetRows(uuid, {json::value(label_hash)}).status, 404);
  EXPECT_EQ(Error(detach()), "RESOURCE_NOT_FOUND_ERROR");
}

TEST_F(ProjectsTest, HearOfDataThatComesAndGoes) {
  std::string first = Create("First");
  std::string second = Create("Second");
  std::string other(PostProject(json::object{{"title", "Other"}, {"dataset_hashes", json::array()}})
                        .body.at("response")
                        .as_string());
  std::vector<std::string> data = AddData(dataset_, "image", {"four.jpg"});
  for (const std::string& project : {first, second}) {
    EXPECT_FALSE(TaskUuid(project, "Annotate 1", data[0]).empty());
    EXPECT_EQ(MetadataOf(project, data[0]).at("label_status"), "NOT_LABELLED");
  }
  EXPECT_TRUE(Tasks(other, "Annotate 1").empty());
  Initialise(first, data[0]);
  auto removed = api_.CallV1(kAnn, "video", "DELETE", "dataset", dataset_,
                             json::array{json::value(data[0])}, nullptr);
  EXPECT_EQ(removed.status, 200);
  EXPECT_EQ(Titles(first, "Annotate 1"), (json::array{"one.jpg", "two.jpg", "three.jpg"}));
  EXPECT_EQ(Metadata(first).size(), 3u);
}

}  // namespace
}  // namespace sandbox
