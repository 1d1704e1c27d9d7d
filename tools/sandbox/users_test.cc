// Users and groups of a project, dataset, ontology or folder.

#include "tools/sandbox/users.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tools/sandbox/datasets.h"
#include "tools/sandbox/folders.h"
#include "tools/sandbox/groups.h"
#include "tools/sandbox/integrations.h"
#include "tools/sandbox/items.h"
#include "tools/sandbox/test_api.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kAnn[] = "ann@example.com";
constexpr char kBob[] = "bob@example.com";
constexpr char kEve[] = "eve@elsewhere.org";
constexpr char kProject[] = "66666666-7777-4888-9999-aaaaaaaaaaaa";

class UsersTest : public testing::Test {
 protected:
  UsersTest()
      : api_({RegisterUsers, RegisterGroups, RegisterIntegrations, RegisterFolders, RegisterItems,
              RegisterDatasets,
              [](Router& router) { router.Schema("CREATE TABLE projects (uuid TEXT);"); }}) {
    api_.store().Exec("INSERT INTO projects VALUES (?)", {kProject});
    AddMember(api_.store(), Resource::kProject, kProject, kAnn, kAdmin);
  }
  TestApi::Reply Add(const char* caller, json::array emails, json::value role) {
    return api_.CallV1(caller, "projectusers", "POST", "project", kProject, kProject,
                       json::object{{"user_emails", std::move(emails)}, {"user_role", role}});
  }
  json::value Users(const std::string& query = "") {
    return api_.Call(kAnn, "GET", "/v2/public/projects/" + std::string(kProject) + "/users" + query)
        .body;
  }
  TestApi api_;
};

TEST_F(UsersTest, AreAddedWithTheirRole) {
  auto reply = Add(kAnn, {kBob, kEve}, 3);
  EXPECT_EQ(reply.body.at("response"),
            (json::array{
                json::object{{"user_email", kBob}, {"user_role", 3}, {"project_hash", kProject}},
                json::object{{"user_email", kEve}, {"user_role", 3}, {"project_hash", kProject}}}));
  EXPECT_EQ(Users().at("results").at(1), (json::object{{"userEmail", kBob}, {"userRole", 3}}));
}

TEST_F(UsersTest, MembersKeepTheRoleThatTheyHave) {
  Add(kAnn, {kBob}, 1);
  EXPECT_EQ(Add(kAnn, {kBob}, 0).body.at("response").at(0).at("user_role"), 1);
}

TEST_F(UsersTest, AreListedInPages) {
  Add(kAnn, {kBob, kEve}, 1);
  api_.settings().page_size = 2;
  json::value first = Users();
  EXPECT_EQ(first.at("results").as_array().size(), 2u);
  json::value second = Users("?pageToken=" + std::string(first.at("nextPageToken").as_string()));
  EXPECT_EQ(second.at("results").as_array().size(), 1u);
  EXPECT_TRUE(second.at("nextPageToken").is_null());
}

TEST_F(UsersTest, BadOnesAreRefusedAndNoneIsAdded) {
  for (json::value role :
       {json::value(6), json::value(-1), json::value("ADMIN"), json::value(nullptr)}) {
    EXPECT_EQ(Add(kAnn, {kBob}, role).status, 400) << role;
  }
  EXPECT_EQ(Add(kAnn, {kBob, "no email"}, 1).status, 400);
  EXPECT_EQ(Users().at("results").as_array().size(), 1u);
}

TEST_F(UsersTest, OnlyAdminsAndTeamManagersAdd) {
  EXPECT_EQ(Add(kBob, {kEve}, 1).body.at("response"), json::array{"AUTHORISATION_ERROR"});
  Add(kAnn, {kBob}, kReviewer);
  EXPECT_EQ(Add(kBob, {kEve}, 1).status, 403);
  Add(kAnn, {kEve}, kTeamManager);
  EXPECT_EQ(Add(kEve, {"new@example.com"}, 1).status, 200);
}

TEST_F(UsersTest, GroupsAreThoseOfTheOrganisation) {
  std::string group = CreateGroup(api_.context(), "example.com", "Labellers", "all", {kBob});
  CreateGroup(api_.context(), "elsewhere.org", "Others", "", {kEve});
  auto reply = api_.Call(kAnn, "GET", "/v2/public/user/current-organisation/groups");
  ASSERT_EQ(reply.body.at("results").as_array().size(), 1u);
  EXPECT_EQ(reply.body.at("results").at(0),
            (json::object{{"groupHash", group},
                          {"name", "Labellers"},
                          {"description", "all"},
                          {"createdAt", "2026-01-15T10:20:30.000000Z"}}));
}

TEST_F(UsersTest, LeaveAProjectUnlessTheyAreItsAdmins) {
  Add(kAnn, {kBob, kEve}, kAnnotator);
  std::string removal = "/v2/public/projects/" + std::string(kProject) + "/users/bulk-delete";
  auto remove = [&](const char* caller, json::array emails) {
    return api_.Call(caller, "POST", removal, json::object{{"userEmails", std::move(emails)}})
        .status;
  };
  EXPECT_EQ(remove(kBob, {kEve}), 403);
  EXPECT_EQ(remove(kAnn, {kEve, kAnn}), 403);
  EXPECT_EQ(Users().at("results").as_array().size(), 3u);
  EXPECT_EQ(remove(kAnn, {kEve, "nobody@example.com"}), 200);
  EXPECT_EQ(Users().at("results").as_array().size(), 2u);
  EXPECT_EQ(remove(kEve, {kBob}), 403);
}

TEST_F(UsersTest, OfADatasetAreListedAndLeave) {
  User ann = EnsureUser(api_.store(), kAnn);
  std::string dataset = CreateDataset(api_.context(), ann, {.title = "a", .description = ""}).uuid;
  AddMember(api_.store(), Resource::kDataset, dataset, kBob, kUser);
  std::string users = "/v2/public/datasets/" + dataset + "/users";
  EXPECT_EQ(api_.Call(kBob, "GET", users).body.at("results").at(1),
            (json::object{{"datasetUuid", dataset}, {"userEmail", kBob}, {"userRole", 1}}));
  json::object emails{{"userEmails", json::array{kBob}}};
  EXPECT_EQ(api_.Call(kBob, "POST", users + "/bulk-delete", emails).status, 403);
  EXPECT_EQ(api_.Call(kAnn, "POST", users + "/bulk-delete", emails).status, 200);
  EXPECT_EQ(api_.Call(kBob, "GET", users).status, 403);
}

TEST_F(UsersTest, GroupsAreMadeChangedAndDeleted) {
  std::string groups = "/v2/public/organisation/groups";
  auto made = api_.Call(kAnn, "POST", groups, json::object{{"name", "Team"}});
  ASSERT_EQ(made.status, 200);
  std::string path = groups + "/" + std::string(made.body.at("groupHash").as_string());
  auto members = [&] { return api_.Call(kAnn, "GET", path + "/users").body.at("results"); };
  EXPECT_EQ(members(), (json::array{json::object{{"userEmail", kAnn}}}));
  auto add = [&](json::array emails) {
    json::object body{{"userEmails", std::move(emails)}};
    return api_.Call(kAnn, "POST", path + "/users", body).status;
  };
  EXPECT_EQ(add({kBob}), 200);
  EXPECT_EQ(add({"new@example.com", kEve}), 403);
  EXPECT_EQ(members().as_array().size(), 2u);
  json::object left{{"userEmails", json::array{kAnn, "nobody@example.com"}}};
  EXPECT_EQ(api_.Call(kAnn, "POST", path + "/users/bulk-delete", left).status, 200);
  EXPECT_EQ(members(), (json::array{json::object{{"userEmail", kBob}}}));
  EXPECT_EQ(api_.Call(kAnn, "PATCH", path, json::object{{"name", " "}}).status, 400);
  json::value changed = api_.Call(kAnn, "PATCH", path, json::object{{"description", "d"}}).body;
  EXPECT_EQ(changed.at("name"), "Team");
  EXPECT_EQ(api_.Call(kAnn, "GET", path).body, changed);
  EXPECT_EQ(api_.Call(kEve, "GET", path).status, 404);

  json::object access{{"groupHashList", json::array{made.body.at("groupHash")}}, {"userRole", 1}};
  api_.Call(kAnn, "POST", "/v2/public/projects/" + std::string(kProject) + "/groups", access);
  std::string users = "/v2/public/projects/" + std::string(kProject) + "/users";
  EXPECT_EQ(api_.Call(kBob, "GET", users).status, 200);
  EXPECT_EQ(api_.Call(kAnn, "DELETE", path).status, 200);
  EXPECT_EQ(api_.Call(kBob, "GET", users).status, 403);
  EXPECT_EQ(api_.Call(kAnn, "GET", path).status, 404);
}

TEST_F(UsersTest, AGroupGivesItsMembersAccessUntilItIsRemoved) {
  std::string group = CreateGroup(api_.context(), "example.com", "Labellers", "", {kBob});
  std::string groups = "/v2/public/projects/" + std::string(kProject) + "/groups";
  std::string users = "/v2/public/projects/" + std::string(kProject) + "/users";
  EXPECT_EQ(api_.Call(kBob, "GET", users).status, 403);
  auto added =
      api_.Call(kAnn, "POST", groups,
                json::object{{"groupHashList", json::array{group.c_str()}}, {"userRole", 2}});
  EXPECT_EQ(added.status, 200);
  json::value listed = api_.Call(kBob, "GET", groups).body.at("results").at(0);
  EXPECT_EQ(listed.at("userRole"), 2);
  EXPECT_EQ(listed.at("isSameOrganisation"), true);
  EXPECT_EQ(api_.Call(kBob, "DELETE", groups + "?groupHashList=" + group).status, 403);
  EXPECT_EQ(api_.Call(kAnn, "DELETE", groups + "?groupHashList=" + group).status, 200);
  EXPECT_EQ(api_.Call(kBob, "GET", users).status, 403);
}

TEST_F(UsersTest, FoldersKnowGroupRolesByName) {
  std::string group = CreateGroup(api_.context(), "example.com", "Labellers", "", {kBob});
  std::string folder =
      CreateFolder(api_.context(), EnsureUser(api_.store(), kAnn),
                   {.name = "f", .description = "", .parent = {}, .client_metadata = {}});
  std::string groups = "/v2/public/storage/folders/" + folder + "/groups";
  json::object body{{"groupHashList", json::array{group.c_str()}}, {"userRole", 0}};
  EXPECT_EQ(api_.Call(kAnn, "POST", groups, body).status, 400);
  body["userRole"] = "user";
  EXPECT_EQ(api_.Call(kAnn, "POST", groups, body).status, 200);
  EXPECT_EQ(api_.Call(kBob, "GET", groups).body.at("results").at(0).at("userRole"), "user");
}

TEST_F(UsersTest, GroupsOfOthersAreNotFound) {
  std::string group = CreateGroup(api_.context(), "elsewhere.org", "Others", "", {kEve});
  auto reply =
      api_.Call(kAnn, "POST", "/v2/public/projects/" + std::string(kProject) + "/groups",
                json::object{{"groupHashList", json::array{group.c_str()}}, {"userRole", 1}});
  EXPECT_EQ(reply.status, 404);
}

TEST_F(UsersTest, IntegrationsAreThoseOfTheOrganisation) {
  std::string one = CreateIntegration(api_.context(), "example.com", "Bucket");
  CreateIntegration(api_.context(), "example.com", "Other bucket");
  CreateIntegration(api_.context(), "elsewhere.org", "Bucket");
  auto list = [&](const char* query) {
    return api_.Call(kAnn, "GET", "/v2/public/cloud-integrations" + std::string(query))
        .body.at("result")
        .as_array();
  };
  EXPECT_EQ(list("?includeOrgAccess=False").size(), 2u);
  EXPECT_EQ(list("?filterIntegrationTitles=Bucket"),
            (json::array{json::object{{"integrationUuid", one}, {"title", "Bucket"}}}));
  EXPECT_EQ(list(("?filterIntegrationUuids=" + one).c_str()).size(), 1u);
}

}  // namespace
}  // namespace sandbox
