#include "tools/sandbox/workflow_tasks.h"

#include "tools/sandbox/demo_ontologies.h"
#include "tools/sandbox/label_maker.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/project_test_base.h"

namespace sandbox {
namespace {

class WorkflowTasksTest : public ProjectTest {
 protected:
  std::string Text(const json::value& value) { return std::string(value.as_string()); }
  json::value Task(const std::string& project, const char* stage, const std::string& data_hash) {
    json::array tasks = Tasks(project, stage, "dataHashes=" + data_hash);
    return tasks.empty() ? json::value(nullptr) : tasks[0];
  }
  // Status pairs: what a data unit's label row tells.
  std::string Statuses(const std::string& project, const std::string& data_hash) {
    json::value row = MetadataOf(project, data_hash);
    return Text(row.at("annotation_task_status")) + " " + Text(row.at("label_status"));
  }
  // A box in the first image.
  json::object Labels(const std::string& data_hash) {
    LabelMaker maker(ParseKeptJson(kRoadOntology), data_hash, kAnn,
                     "Thu, 15 Jan 2026 10:20:30 UTC");
    maker.AddObject(data_hash, "", "Car", "car", BoxCoordinates(0.1, 0.2, 0.3, 0.4));
    maker.Classify(data_hash, "", "Weather", json::array{"Rain"});
    return maker.Row();
  }
};

TEST_F(WorkflowTasksTest, GoFromAnnotationThroughReviewToTheEnd) {
  std::string project = CreateProject();
  const std::string& data = images_[0];
  std::string task = TaskUuid(project, "Annotate 1", data);
  EXPECT_EQ(Task(project, "Annotate 1", data),
            (json::object{{"uuid", task},
                          {"createdAt", "2026-01-15T10:20:30.000000Z"},
                          {"updatedAt", "2026-01-15T10:20:30.000000Z"},
                          {"dataHash", data},
                          {"dataTitle", "one.jpg"},
                          {"status", "NEW"},
                          {"labelBranchName", "main"},
                          {"assignee", nullptr}}));
  EXPECT_EQ(Statuses(project, data), "QUEUED NOT_LABELLED");
  Initialise(project, data);
  EXPECT_EQ(Statuses(project, data), "QUEUED LABEL_IN_PROGRESS");

  api_.clock().Advance(absl::Minutes(1));
  EXPECT_EQ(Act(project, "Annotate 1", task, "SUBMIT",
                {{"resolveLabelReviews", true}, {"retainAssignee", false}})
                .status,
            200);
  EXPECT_EQ(Titles(project, "Annotate 1"), (json::array{"two.jpg", "three.jpg"}));
  EXPECT_EQ(Task(project, "Review 1", data),
            (json::object{{"uuid", task},
                          {"createdAt", "2026-01-15T10:20:30.000000Z"},
                          {"updatedAt", "2026-01-15T10:21:30.000000Z"},
                          {"dataHash", data},
                          {"dataTitle", "one.jpg"},
                          {"status", "NEW"},
                          {"assignee", nullptr}}));
  EXPECT_EQ(Statuses(project, data), "IN_REVIEW LABELLED");
  EXPECT_EQ(MetadataOf(project, data).at("workflow_graph_node"),
            (json::object{{"uuid", StageUuid(project, "Review 1")}, {"title", "Review 1"}}));

  EXPECT_EQ(Act(project, "Review 1", task, "REJECT", {{"rejectLabelReviews", true}}).status, 200);
  EXPECT_EQ(Task(project, "Annotate 1", data).at("status"), "REOPENED");
  EXPECT_EQ(Statuses(project, data), "RETURNED LABEL_IN_PROGRESS");

  Act(project, "Annotate 1", task, "SUBMIT");
  EXPECT_EQ(Act(project, "Review 1", task, "APPROVE", {{"approveLabelReviews", true}}).status, 200);
  EXPECT_EQ(Statuses(project, data), "COMPLETED REVIEWED");
  EXPECT_EQ(Task(project, "Complete", data).as_object().size(), 5u);
  EXPECT_EQ(MetadataOf(project, data).at("last_actioned_by_user_email"), kAnn);
}

TEST_F(WorkflowTasksTest, AreNotActedOnTwice) {
  std::string project = CreateProject();
  std::string task = TaskUuid(project, "Annotate 1", images_[0]);
  EXPECT_EQ(Act(project, "Annotate 1", task, "SUBMIT").status, 200);
  auto again = Act(project, "Annotate 1", task, "SUBMIT");
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(Text(again.body.at("message")), "task " + task + " is not in stage Annotate 1");
  auto moved = Move(project, "Annotate 1", {task}, "Archive");
  EXPECT_EQ(moved.status, 400);
  EXPECT_FALSE(TaskUuid(project, "Review 1", images_[0]).empty());
}

TEST_F(WorkflowTasksTest, KnowTheActionsOfTheirStage) {
  std::string project = CreateProject();
  std::string task = TaskUuid(project, "Annotate 1", images_[0]);
  auto reply = Act(project, "Annotate 1", task, "APPROVE");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body.at("message"),
            "stage Annotate 1 of type ANNOTATION does not know the action APPROVE; it knows"
            " SUBMIT, ASSIGN, RELEASE");
  Act(project, "Annotate 1", task, "SUBMIT");
  EXPECT_EQ(Act(project, "Review 1", task, "SUBMIT").status, 400);
  Act(project, "Review 1", task, "APPROVE");
  EXPECT_EQ(Act(project, "Complete", task, "SUBMIT").status, 400);
  EXPECT_EQ(Act(project, "Annotate 1", "nonsense", "SUBMIT").status, 400);
  EXPECT_EQ(api_.Call(kAnn, "POST",
                      "/v2/public/projects/" + project + "/workflow/stages/" +
                          StageUuid(project, "Annotate 1") + "/actions",
                      json::object())
                .status,
            400);
  std::string other = CreateProject();
  EXPECT_EQ(api_.Call(kAnn, "GET",
                      "/v2/public/projects/" + project + "/workflow/stages/" +
                          StageUuid(other, "Annotate 1") + "/tasks")
                .status,
            404);
}

TEST_F(WorkflowTasksTest, AreActedOnAllOrNone) {
  std::string project = CreateProject();
  json::array actions;
  for (const std::string& uuid : {TaskUuid(project, "Annotate 1", images_[0]),
                                  std::string("11111111-2222-4333-8444-555555555555")}) {
    actions.push_back(json::object{{"taskUuid", uuid}, {"action", "SUBMIT"}});
  }
  EXPECT_EQ(api_.Call(kAnn, "POST",
                      "/v2/public/projects/" + project + "/workflow/stages/" +
                          StageUuid(project, "Annotate 1") + "/actions",
                      actions)
                .status,
            400);
  EXPECT_EQ(Tasks(project, "Annotate 1").size(), 3u);
}

TEST_F(WorkflowTasksTest, AreAssignedAndReleased) {
  std::string project = CreateProject();
  AddUser(project, kBob, kAnnotator);
  const std::string& data = images_[0];
  std::string task = TaskUuid(project, "Annotate 1", data);
  EXPECT_EQ(Act(project, "Annotate 1", task, "ASSIGN").status, 400);
  EXPECT_EQ(Act(project, "Annotate 1", task, "ASSIGN", {{"assignee", kEve}}).status, 400);
  EXPECT_EQ(Act(project, "Annotate 1", task, "ASSIGN", {{"assignee", kBob}}).status, 200);
  EXPECT_EQ(Task(project, "Annotate 1", data).at("assignee"), kBob);
  EXPECT_EQ(Task(project, "Annotate 1", data).at("status"), "ASSIGNED");
  EXPECT_EQ(Statuses(project, data), "ASSIGNED NOT_LABELLED");
  EXPECT_EQ(MetadataOf(project, data).at("assigned_user_email"), kBob);
  EXPECT_EQ(Act(project, "Annotate 1", task, "RELEASE").status, 200);
  EXPECT_EQ(Task(project, "Annotate 1", data).at("assignee"), nullptr);
  EXPECT_EQ(Task(project, "Annotate 1", data).at("status"), "RELEASED");
  EXPECT_EQ(Statuses(project, data), "QUEUED NOT_LABELLED");
}

TEST_F(WorkflowTasksTest, TakeTheirAssigneeAlong) {
  std::string project = CreateProject();
  AddUser(project, kBob, kAnnotatorReviewer);
  std::string task = TaskUuid(project, "Annotate 1", images_[0]);
  EXPECT_EQ(Act(project, "Annotate 1", task, "SUBMIT", {{"retainAssignee", true}}).status, 400);
  Act(project, "Annotate 1", task, "ASSIGN", {{"assignee", kBob}});
  EXPECT_EQ(Act(project, "Annotate 1", task, "SUBMIT", {{"retainAssignee", true}}).status, 200);
  EXPECT_EQ(Task(project, "Review 1", images_[0]).at("assignee"), kBob);
  EXPECT_EQ(Task(project, "Review 1", images_[0]).at("status"), "ASSIGNED");
  Initialise(project, images_[0]);
  EXPECT_EQ(Statuses(project, images_[0]), "IN_REVIEW REVIEW_IN_PROGRESS");
  // A named assignee wins; one that is sent back stays reopened.
  EXPECT_EQ(Act(project, "Review 1", task, "REJECT", {{"retainAssignee", true}, {"assignee", kAnn}})
                .status,
            200);
  EXPECT_EQ(Task(project, "Annotate 1", images_[0]).at("assignee"), kAnn);
  EXPECT_EQ(Task(project, "Annotate 1", images_[0]).at("status"), "REOPENED");
  EXPECT_EQ(Act(project, "Annotate 1", task, "SUBMIT").status, 200);
  EXPECT_EQ(Task(project, "Review 1", images_[0]).at("assignee"), nullptr);
}

TEST_F(WorkflowTasksTest, ObeyRoles) {
  std::string project = CreateProject();
  AddUser(project, kBob, kAnnotator);
  AddUser(project, kEve, kReviewer);
  std::string task = TaskUuid(project, "Annotate 1", images_[0]);
  EXPECT_EQ(Act(project, "Annotate 1", task, "SUBMIT", {}, kEve).status, 403);
  EXPECT_EQ(Act(project, "Annotate 1", task, "SUBMIT", {}, "zoe@example.com").status, 403);
  EXPECT_EQ(Move(project, "Annotate 1", {task}, "Archive", kBob).status, 403);
  // One may take a task oneself, not give it to others, nor act on theirs.
  EXPECT_EQ(Act(project, "Annotate 1", task, "ASSIGN", {{"assignee", kAnn}}, kBob).status, 403);
  EXPECT_EQ(Act(project, "Annotate 1", task, "ASSIGN", {{"assignee", kAnn}}).status, 200);
  EXPECT_EQ(Act(project, "Annotate 1", task, "SUBMIT", {}, kBob).status, 403);
  Act(project, "Annotate 1", task, "RELEASE");
  EXPECT_EQ(Act(project, "Annotate 1", task, "ASSIGN", {{"assignee", kBob}}, kBob).status, 200);
  EXPECT_EQ(Act(project, "Annotate 1", task, "SUBMIT", {{"assignee", kBob}}, kBob).status, 400);
  EXPECT_EQ(Act(project, "Annotate 1", task, "SUBMIT", {}, kBob).status, 200);
  EXPECT_EQ(Act(project, "Review 1", task, "APPROVE", {}, kBob).status, 403);
  EXPECT_EQ(Act(project, "Review 1", task, "APPROVE", {}, kEve).status, 200);
}

TEST_F(WorkflowTasksTest, MoveToAnyStage) {
  std::string project = CreateProject();
  std::vector<std::string> tasks;
  for (const std::string& data : images_) tasks.push_back(TaskUuid(project, "Annotate 1", data));
  EXPECT_EQ(Move(project, "Annotate 1", tasks, "Archive").status, 200);
  EXPECT_EQ(Tasks(project, "Archive").size(), 3u);
  EXPECT_EQ(Statuses(project, images_[0]), "COMPLETED NOT_LABELLED");
  EXPECT_EQ(Move(project, "Archive", {tasks[1]}, "Review 1").status, 200);
  EXPECT_EQ(Task(project, "Review 1", images_[1]).at("status"), "NEW");
  EXPECT_EQ(Move(project, "Archive", {tasks[0]}, "Archive").status, 400);
  EXPECT_EQ(Move(project, "Archive", {tasks[0]}, "No such stage").status, 400);
  std::string other = CreateProject();
  json::object body;
  body["taskUuids"] = json::array{json::value(tasks[0])};
  body["destinationStageUuid"] = StageUuid(other, "Archive");
  EXPECT_EQ(api_.Call(kAnn, "POST",
                      "/v2/public/projects/" + project + "/workflow/stages/" +
                          StageUuid(project, "Archive") + "/move-tasks",
                      body)
                .status,
            404);
}

TEST_F(WorkflowTasksTest, AreFoundByTheirFilters) {
  std::string project = CreateProject();
  AddUser(project, kBob, kAnnotator);
  Act(project, "Annotate 1", TaskUuid(project, "Annotate 1", images_[1]), "ASSIGN",
      {{"assignee", kBob}});
  const char* stage = "Annotate 1";
  EXPECT_EQ(Titles(project, stage), (json::array{"one.jpg", "two.jpg", "three.jpg"}));
  EXPECT_EQ(Titles(project, stage, "dataHashes=" + images_[0] + "&dataHashes=" + images_[2]),
            (json::array{"one.jpg", "three.jpg"}));
  EXPECT_EQ(Titles(project, stage, "userEmails=bob%40example.com"), (json::array{"two.jpg"}));
  EXPECT_EQ(Titles(project, stage, "dataTitleContains=t"), (json::array{"two.jpg", "three.jpg"}));
  EXPECT_EQ(Titles(project, stage, "dataTitleContains=%25"), json::array());
  EXPECT_EQ(Titles(project, stage, "statuses=ASSIGNED&statuses=REOPENED"),
            (json::array{"two.jpg"}));
  EXPECT_EQ(Titles(project, stage, "datasetHashes=" + dataset_).size(), 3u);
  EXPECT_EQ(Titles(project, stage, "datasetHashes=" + images_[0]), json::array());
  EXPECT_EQ(api_.Call(kAnn, "GET",
                      "/v2/public/projects/" + project + "/workflow/stages/" +
                          StageUuid(project, "Review 1") + "/tasks?statuses=COMPLETED")
                .status,
            400);
}

TEST_F(WorkflowTasksTest, ComeInPages) {
  std::string project = CreateProject();
  api_.settings().page_size = 2;
  auto first = api_.Call(kAnn, "GET",
                         "/v2/public/projects/" + project + "/workflow/stages/" +
                             StageUuid(project, "Annotate 1") + "/tasks");
  EXPECT_EQ(first.body.at("results").as_array().size(), 2u);
  EXPECT_TRUE(first.body.at("nextPageToken").is_string());
  EXPECT_EQ(Titles(project, "Annotate 1"), (json::array{"one.jpg", "two.jpg", "three.jpg"}));
}

TEST_F(WorkflowTasksTest, OfAgentsFollowAPathway) {
  std::string project = CreateProject("agent");
  std::string first = TaskUuid(project, "Pre-label", images_[0]);
  std::string second = TaskUuid(project, "Pre-label", images_[1]);
  EXPECT_EQ(Task(project, "Pre-label", images_[0]).at("lastActionedBy"), nullptr);
  EXPECT_EQ(Act(project, "Pre-label", first, "PATHWAY_ACTION").status, 400);
  auto wrong = Act(project, "Pre-label", first, "PATHWAY_ACTION", {{"pathwayName", "nowhere"}});
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.body.at("message"),
            "stage Pre-label has no such pathway; it has annotate, review, archive");
  EXPECT_EQ(Act(project, "Pre-label", first, "SUBMIT").status, 400);
  EXPECT_EQ(
      Act(project, "Pre-label", first, "PATHWAY_ACTION", {{"pathwayName", "annotate"}}).status,
      200);
  EXPECT_EQ(Titles(project, "Annotate 1"), (json::array{"one.jpg"}));
  json::value stages =
      api_.Call(kAnn, "GET", "/v2/public/projects/" + project).body.at("workflow").at("stages");
  json::value archive = stages.at(0).at("pathways").at(2).at("uuid");
  EXPECT_EQ(Act(project, "Pre-label", second, "PATHWAY_ACTION", {{"pathwayUuid", archive}}).status,
            200);
  EXPECT_EQ(Titles(project, "Archive"), (json::array{"two.jpg"}));
}

TEST_F(WorkflowTasksTest, OfAConsensusGoOnWhenAllAnnotatorsAreDone) {
  std::string project = CreateProject("consensus");
  AddUser(project, kBob, kAnnotator);
  const std::string& data = images_[0];
  json::value whole = Task(project, "Consensus 1", data);
  std::string whole_uuid = Text(whole.at("uuid"));
  json::array subtasks = whole.at("subtasks").as_array();
  ASSERT_EQ(subtasks.size(), 3u);
  EXPECT_EQ(subtasks[1].at("labelBranchName"), "consensus-2");
  EXPECT_EQ(subtasks[1].at("status"), "NEW");
  auto subtask = [&](int i) { return Text(subtasks[i].at("uuid")); };
  EXPECT_EQ(Act(project, "Consensus 1", whole_uuid, "SUBMIT").status, 400);
  EXPECT_EQ(Move(project, "Consensus 1", {subtask(0)}, "Archive").status, 400);

  std::string label_hash = Initialise(project, data, "consensus-1");
  EXPECT_EQ(Act(project, "Consensus 1", subtask(0), "ASSIGN", {{"assignee", kBob}}).status, 200);
  EXPECT_EQ(Titles(project, "Consensus 1", "userEmails=bob@example.com"), (json::array{"one.jpg"}));
  EXPECT_EQ(Act(project, "Consensus 1", subtask(0), "SUBMIT", {}, kBob).status, 200);
  EXPECT_EQ(Act(project, "Consensus 1", subtask(0), "SUBMIT").status, 400);
  EXPECT_EQ(Act(project, "Consensus 1", subtask(0), "RELEASE").status, 400);
  EXPECT_EQ(Task(project, "Consensus 1", data).at("subtasks").at(0).at("status"), "COMPLETED");
  json::array branch = Metadata(project, {{"branch_name", "consensus-1"}});
  EXPECT_EQ(branch[0].at("label_hash"), json::value(label_hash));
  EXPECT_EQ(branch[0].at("annotation_task_status"), "COMPLETED");
  EXPECT_EQ(branch[0].at("label_status"), "LABELLED");
  EXPECT_EQ(branch[0].at("task_uuid"), json::value(subtask(0)));
  EXPECT_EQ(branch[0].at("assigned_user_email"), kBob);

  EXPECT_EQ(Act(project, "Consensus 1", subtask(1), "SUBMIT").status, 200);
  EXPECT_TRUE(Tasks(project, "Consensus review 1").empty());
  EXPECT_EQ(Act(project, "Consensus 1", subtask(2), "SUBMIT").status, 200);
  json::value review = Task(project, "Consensus review 1", data);
  EXPECT_EQ(review.at("uuid"), json::value(whole_uuid));
  EXPECT_EQ(
      review.at("options"),
      (json::array{
          json::object{
              {"annotator", kBob}, {"labelBranchName", "consensus-1"}, {"labelHash", label_hash}},
          json::object{
              {"annotator", kAnn}, {"labelBranchName", "consensus-2"}, {"labelHash", nullptr}},
          json::object{
              {"annotator", kAnn}, {"labelBranchName", "consensus-3"}, {"labelHash", nullptr}}}));
  EXPECT_EQ(Statuses(project, data), "IN_REVIEW NOT_LABELLED");

  // Sent back, the annotators keep their subtasks and branches.
  EXPECT_EQ(Act(project, "Consensus review 1", whole_uuid, "REJECT").status, 200);
  json::array again = Task(project, "Consensus 1", data).at("subtasks").as_array();
  ASSERT_EQ(again.size(), 3u);
  EXPECT_EQ(again[0].at("uuid"), json::value(subtask(0)));
  EXPECT_EQ(again[0].at("status"), "REOPENED");
  EXPECT_EQ(again[0].at("assignee"), kBob);
  for (int i = 0; i < 3; ++i) Act(project, "Consensus 1", subtask(i), "SUBMIT");
  EXPECT_EQ(Act(project, "Consensus review 1", whole_uuid, "APPROVE").status, 200);
  EXPECT_EQ(Titles(project, "Complete"), (json::array{"one.jpg"}));

  // Moved, they begin anew.
  EXPECT_EQ(Move(project, "Complete", {whole_uuid}, "Consensus 1").status, 200);
  again = Task(project, "Consensus 1", data).at("subtasks").as_array();
  EXPECT_EQ(again[0].at("status"), "NEW");
  EXPECT_EQ(again[0].at("assignee"), nullptr);
}

TEST_F(WorkflowTasksTest, OfAConsensusTakeTheirSubtasksAlong) {
  std::string project = CreateProject("consensus");
  json::value whole = Task(project, "Consensus 1", images_[0]);
  std::string subtask = Text(whole.at("subtasks").at(0).at("uuid"));
  EXPECT_EQ(Move(project, "Consensus 1", {Text(whole.at("uuid"))}, "Consensus review 1").status,
            200);
  EXPECT_EQ(Task(project, "Consensus review 1", images_[0]).at("options"), json::array());
  EXPECT_EQ(Act(project, "Consensus 1", subtask, "SUBMIT").status, 400);
  EXPECT_EQ(Act(project, "Consensus review 1", subtask, "APPROVE").status, 400);
  EXPECT_EQ(Titles(project, "Consensus review 1"), (json::array{"one.jpg"}));
}

TEST_F(WorkflowTasksTest, AreReopenedAndCompletedByLabelHash) {
  std::string project = CreateProject();
  std::string label_hash = Initialise(project, images_[0]);
  auto set = [&](const char* action, const json::value& hash, const char* email = kAnn) {
    json::array uids;
    uids.push_back(hash);
    return api_.CallV1(email, "labelworkflowgraphnode", "POST", "project", project, uids,
                       json::object{{"action", action}});
  };
  EXPECT_EQ(set("complete", json::value(label_hash)).body.at("response"), true);
  EXPECT_EQ(Titles(project, "Complete"), (json::array{"one.jpg"}));
  EXPECT_EQ(Statuses(project, images_[0]), "COMPLETED LABELLED");
  EXPECT_EQ(set("complete", json::value(label_hash)).status, 200);
  EXPECT_EQ(set("reopen", json::value(label_hash)).body.at("response"), true);
  EXPECT_EQ(Statuses(project, images_[0]), "RETURNED LABEL_IN_PROGRESS");
  EXPECT_EQ(set("archive", json::value(label_hash)).status, 400);
  EXPECT_EQ(set("reopen", "11111111-2222-4333-8444-555555555555").status, 404);
  AddUser(project, kBob, kAnnotator);
  EXPECT_EQ(set("complete", json::value(label_hash), kBob).status, 403);
}

TEST_F(WorkflowTasksTest, HavePriorities) {
  std::string project = CreateProject();
  auto set = [&](json::array pair) {
    json::array priorities;
    priorities.emplace_back(std::move(pair));
    return api_.Call(kAnn, "POST", "/v2/public/projects/" + project + "/priorities",
                     json::object{{"priorities", std::move(priorities)}});
  };
  EXPECT_EQ(MetadataOf(project, images_[1]).at("priority"), 0.5);
  EXPECT_EQ(set({images_[1], 0.75}).status, 200);
  EXPECT_EQ(MetadataOf(project, images_[1]).at("priority"), 0.75);
  EXPECT_EQ(set({images_[1], 1.5}).status, 400);
  EXPECT_EQ(set({"11111111-2222-4333-8444-555555555555", 0.5}).status, 404);
  EXPECT_EQ(set({images_[1]}).status, 400);
}

TEST_F(WorkflowTasksTest, HaveAReviewOfEachLabel) {
  std::string project = CreateProject();
  const std::string& data = images_[0];
  EXPECT_EQ(SaveRow(project, Initialise(project, data), Labels(data)).status, 200);
  std::string task = TaskUuid(project, "Annotate 1", data);
  std::string path = "/v2/public/projects/" + project + "/workflow/stages/" +
                     StageUuid(project, "Review 1") + "/tasks/" + task + "/reviews";
  EXPECT_EQ(api_.Call(kAnn, "GET", path).status, 400);
  Act(project, "Annotate 1", task, "SUBMIT");
  auto statuses = [&] {
    json::array list;
    json::array reviews = api_.Call(kAnn, "GET", path).body.at("results").as_array();
    for (const json::value& review : reviews) list.push_back(review.at("status"));
    return list;
  };
  json::array reviews = api_.Call(kAnn, "GET", path).body.at("results").as_array();
  ASSERT_EQ(reviews.size(), 2u);
  EXPECT_EQ(reviews[0].at("labelType"), "Object");
  EXPECT_EQ(reviews[0].at("status"), "NEW");
  EXPECT_EQ(reviews[0].at("labelId"),
            json::value(Labels(data).at("object_answers").as_object().begin()->key()));
  EXPECT_EQ(reviews[1].at("labelType"), "Classification");
  auto judge = [&](const json::value& review, const char* action, const char* email = kAnn) {
    json::array actions;
    actions.push_back(json::object{{"reviewUuid", review}, {"action", action}, {"comment", "so"}});
    return api_.Call(email, "POST", path + "/actions", actions).status;
  };
  AddUser(project, kBob, kAnnotator);
  AddUser(project, kEve, kViewer);
  EXPECT_EQ(judge(reviews[0].at("reviewUuid"), "APPROVE", kBob), 403);
  EXPECT_EQ(judge(reviews[0].at("reviewUuid"), "APPROVE", kEve), 403);
  EXPECT_EQ(judge(reviews[0].at("reviewUuid"), "APPROVE"), 200);
  EXPECT_EQ(judge(reviews[1].at("reviewUuid"), "REJECT"), 200);
  EXPECT_EQ(statuses(), (json::array{"APPROVED", "REJECTED"}));
  EXPECT_EQ(judge(reviews[0].at("reviewUuid"), "REOPEN"), 200);
  EXPECT_EQ(judge(reviews[0].at("reviewUuid"), "IGNORE"), 400);
  EXPECT_EQ(judge(json::value(task), "APPROVE"), 404);
  EXPECT_EQ(statuses(), (json::array{"REOPENED", "REJECTED"}));

  Act(project, "Review 1", task, "REJECT", {{"rejectLabelReviews", true}});
  Act(project, "Annotate 1", task, "SUBMIT", {{"resolveLabelReviews", true}});
  EXPECT_EQ(statuses(), (json::array{"RESOLVED", "RESOLVED"}));
  Act(project, "Review 1", task, "REJECT", {{"rejectLabelReviews", false}});
  Act(project, "Annotate 1", task, "SUBMIT", {{"resolveLabelReviews", false}});
  EXPECT_EQ(statuses(), (json::array{"RESOLVED", "RESOLVED"}));
  Act(project, "Review 1", task, "APPROVE", {{"approveLabelReviews", true}});
  Move(project, "Complete", {task}, "Review 1");
  EXPECT_EQ(statuses(), (json::array{"APPROVED", "APPROVED"}));
}

}  // namespace
}  // namespace sandbox
