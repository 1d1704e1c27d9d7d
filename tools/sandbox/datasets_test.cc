#include "tools/sandbox/datasets.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tools/sandbox/folders.h"
#include "tools/sandbox/items.h"
#include "tools/sandbox/test_api.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kAnn[] = "ann@example.com";
constexpr char kBob[] = "bob@example.com";

class DatasetsTest : public testing::Test {
 protected:
  DatasetsTest() : api_({RegisterFolders, RegisterItems, RegisterDatasets}) {}

  std::string Create(const char* title, const char* description = "") {
    auto reply = api_.Call(
        kAnn, "POST", "/v2/public/datasets",
        json::object{
            {"title", title}, {"description", description}, {"createBackingFolder", true}});
    return std::string(reply.body.at("datasetUuid").as_string());
  }
  json::value Details(const std::string& dataset, const char* email = kAnn) {
    return api_.CallV1(email, "dataset", "GET", "dataset", dataset, nullptr, nullptr).body;
  }
  json::array TitlesOf(const std::string& query, const char* email = kAnn) {
    json::array titles;
    auto reply = api_.Call(email, "GET", "/v2/public/datasets/list" + query);
    for (const json::value& dataset : reply.body.at("result").as_array()) {
      titles.push_back(dataset.at("title"));
    }
    return titles;
  }
  // An image in the dataset's backing folder, not yet in any dataset.
  std::string CreateImage(const std::string& dataset, const char* name) {
    NewItem item;
    item.folder_uuid =
        std::string(Details(dataset).at("response").at("backing_folder_uuid").as_string());
    item.item_type = "image";
    item.name = name;
    item.url = "https://b.s3.amazonaws.com/" + std::string(name);
    item.storage_location = "s3";
    item.width = 640;
    return CreateItem(api_.context(), EnsureUser(api_.store(), kAnn), item);
  }
  TestApi::Reply Link(const std::string& dataset, json::array items, const char* duplicates) {
    return api_.CallV1(
        kAnn, "datasetlinkitems", "POST", "dataset", dataset, json::value(dataset),
        json::object{{"item_uuids", std::move(items)}, {"duplicates_behavior", duplicates}});
  }

  TestApi api_;
};

TEST_F(DatasetsTest, CreatedOnesShowTheirDetails) {
  std::string uuid = Create("Roads", "by night");
  json::value details = Details(uuid).at("response");
  EXPECT_EQ(details.at("dataset_hash"), json::value(uuid));
  EXPECT_EQ(details.at("title"), "Roads");
  EXPECT_EQ(details.at("description"), "by night");
  EXPECT_EQ(details.at("dataset_type"), "CORD_STORAGE");
  EXPECT_TRUE(details.at("data_rows").as_array().empty());
  auto folder = api_.Call(
      kAnn, "GET",
      "/v2/public/storage/folders/" + std::string(details.at("backing_folder_uuid").as_string()));
  EXPECT_EQ(folder.body.at("syncedDatasetHash"), json::value(uuid));
}

TEST_F(DatasetsTest, BackingFolderIsOptional) {
  auto reply = api_.Call(kAnn, "POST", "/v2/public/datasets",
                         json::object{{"title", "a"}, {"createBackingFolder", false}});
  EXPECT_TRUE(reply.body.at("backingFolderUuid").is_null());
}

TEST_F(DatasetsTest, TitlesAreRequired) {
  for (json::value body : {json::value(json::object{}), json::value(json::object{{"title", " "}}),
                           json::value(json::object{{"title", 1}}), json::value(nullptr)}) {
    EXPECT_EQ(api_.Call(kAnn, "POST", "/v2/public/datasets", body).status, 400) << body;
  }
  EXPECT_TRUE(TitlesOf("").empty());
}

TEST_F(DatasetsTest, TheOldCallTakesAStorageLocation) {
  auto reply =
      api_.CallV1User(kAnn, "dataset", "POST", nullptr, json::object{{"title", "t"}, {"type", 2}});
  std::string uuid(reply.body.at("response").at("dataset_hash").as_string());
  EXPECT_EQ(Details(uuid).at("response").at("dataset_type"), "GCP_STR");
  EXPECT_EQ(
      api_.CallV1User(kAnn, "dataset", "POST", nullptr, json::object{{"title", "t"}, {"type", 9}})
          .body.at("response"),
      json::array{"INVALID_ARGUMENTS_ERROR"});
}

TEST_F(DatasetsTest, ListHasAllFilters) {
  Create("Road scenes", "alpha");
  api_.clock().Advance(absl::Hours(1));
  Create("Rivers", "beta");
  EXPECT_EQ(TitlesOf(""), (json::array{"Rivers", "Road scenes"}));
  EXPECT_EQ(TitlesOf("?titleEq=Rivers"), json::array{"Rivers"});
  EXPECT_EQ(TitlesOf("?titleLike=road%25"), json::array{"Road scenes"});
  EXPECT_EQ(TitlesOf("?titleLike=road"), json::array());
  EXPECT_EQ(TitlesOf("?descriptionEq=beta"), json::array{"Rivers"});
  EXPECT_EQ(TitlesOf("?descriptionLike=%25ph%25"), json::array{"Road scenes"});
  EXPECT_EQ(TitlesOf("?createdAfter=2026-01-15T11%3A00%3A00Z"), json::array{"Rivers"});
  EXPECT_EQ(TitlesOf("?createdBefore=2026-01-15T11%3A00%3A00%2B00%3A00"),
            json::array{"Road scenes"});
  EXPECT_EQ(TitlesOf("?editedAfter=2026-01-15T11:00:00"), json::array{"Rivers"});
  EXPECT_EQ(TitlesOf("?editedBefore=2026-01-15T11:00:00.000001"), json::array{"Road scenes"});
  EXPECT_EQ(TitlesOf("?includeOrgAccess=False&unknown=1"), (json::array{"Rivers", "Road scenes"}));
  EXPECT_EQ(api_.Call(kAnn, "GET", "/v2/public/datasets/list?createdAfter=soon").status, 400);
}

TEST_F(DatasetsTest, OnlyMembersSeeADataset) {
  std::string uuid = Create("Roads");
  EXPECT_TRUE(TitlesOf("", kBob).empty());
  EXPECT_EQ(Details(uuid, kBob).at("response"), json::array{"AUTHORISATION_ERROR"});
  EXPECT_EQ(Details(uuid, kBob).at("status"), 403);
  auto added = api_.CallV1(kAnn, "datasetusers", "POST", "dataset", uuid, json::value(uuid),
                           json::object{{"user_emails", json::array{kBob}}, {"user_role", 1}});
  EXPECT_EQ(
      added.body.at("response"),
      (json::array{json::object{{"user_email", kBob}, {"user_role", 1}, {"dataset_hash", uuid}}}));
  EXPECT_EQ(TitlesOf("", kBob), json::array{"Roads"});
  EXPECT_EQ(Details(uuid, kBob).at("status"), 200);
  // Bob is no admin.
  EXPECT_EQ(api_.CallV1(kBob, "datasetusers", "POST", "dataset", uuid, json::value(uuid),
                        json::object{{"user_emails", json::array{kBob}}, {"user_role", 0}})
                .status,
            403);
}

TEST_F(DatasetsTest, UnknownOnesAreNotFound) {
  EXPECT_EQ(Details(NewUuid()).at("response"), json::array{"RESOURCE_NOT_FOUND_ERROR"});
  EXPECT_EQ(Details("nonsense").at("response"), json::array{"INVALID_ARGUMENTS_ERROR"});
}

TEST_F(DatasetsTest, ShowTheirDataRowsUnlessTold) {
  std::string dataset = Create("a");
  Link(dataset, {json::value(CreateImage(dataset, "a.jpg"))}, "SKIP");
  auto rows = [&](bool fetch) {
    json::object settings{{"fetch_client_metadata", false}, {"fetch_rows", fetch}};
    return api_
        .CallV1(kAnn, "dataset", "GET", "dataset", dataset, nullptr,
                json::object{{"dataset_access_settings", settings}})
        .body.at("response")
        .at("data_rows")
        .as_array()
        .size();
  };
  EXPECT_EQ(rows(true), 1u);
  EXPECT_EQ(rows(false), 0u);
}

TEST_F(DatasetsTest, LinkedItemsBecomeDataRows) {
  std::string dataset = Create("Roads");
  std::string item = CreateImage(dataset, "a.jpg");
  json::array rows = Link(dataset, {item.c_str()}, "SKIP").body.at("response").as_array();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("data_title"), "a.jpg");
  EXPECT_EQ(rows[0].at("data_type"), "IMAGE");
  EXPECT_EQ(rows[0].at("width"), 640);
  EXPECT_EQ(rows[0].at("storage_location"), 1);
  EXPECT_EQ(rows[0].at("backing_item_uuid"), json::value(item));
  EXPECT_EQ(rows[0].at("created_at"), "2026-01-15T10:20:30.000000");
  EXPECT_EQ(Details(dataset).at("response").at("data_rows").as_array(), rows);
}

TEST_F(DatasetsTest, DuplicatesAreSkippedRefusedOrRepeated) {
  std::string dataset = Create("Roads");
  std::string item = CreateImage(dataset, "a.jpg");
  Link(dataset, {item.c_str()}, "SKIP");
  EXPECT_TRUE(Link(dataset, {item.c_str()}, "SKIP").body.at("response").as_array().empty());
  EXPECT_EQ(Link(dataset, {item.c_str()}, "FAIL").body.at("response"),
            json::array{"RESOURCE_EXISTS_ERROR"});
  EXPECT_EQ(Link(dataset, {item.c_str()}, "DUPLICATE").body.at("response").as_array().size(), 1u);
  EXPECT_EQ(Link(dataset, {item.c_str()}, "OTHER").status, 400);
  EXPECT_EQ(Details(dataset).at("response").at("data_rows").as_array().size(), 2u);
}

TEST_F(DatasetsTest, DataRowsCanBeFilteredChangedAndRemoved) {
  std::string dataset = Create("Roads");
  std::string a = CreateImage(dataset, "a.jpg");
  std::string b = CreateImage(dataset, "b.jpg");
  json::array rows = Link(dataset, {a.c_str(), b.c_str()}, "SKIP").body.at("response").as_array();
  auto list = [&](json::object payload) {
    json::array titles;
    auto reply = api_.CallV1(kAnn, "datarows", "GET", "dataset", dataset, nullptr, payload);
    for (const json::value& row : reply.body.at("response").as_array()) {
      titles.push_back(row.at("data_title"));
    }
    return titles;
  };
  EXPECT_EQ(list({}), (json::array{"a.jpg", "b.jpg"}));
  EXPECT_EQ(list({{"title_eq", "a.jpg"}}), json::array{"a.jpg"});
  EXPECT_EQ(list({{"title_like", "B%"}}), json::array{"b.jpg"});
  EXPECT_EQ(list({{"data_hashes", json::array{rows[1].at("data_hash")}}}), json::array{"b.jpg"});
  EXPECT_EQ(list({{"data_types", json::array{"VIDEO"}}}), json::array());
  EXPECT_EQ(list({{"created_before", "2026-01-15T10:20:30+00:00"}}), json::array());

  json::value hash = rows[0].at("data_hash");
  auto changed =
      api_.CallV1(kAnn, "datarow", "POST", "dataset", dataset, hash,
                  json::object{{"data_title", "new"}, {"client_metadata", json::object{{"k", 1}}}});
  EXPECT_EQ(changed.body.at("response").at("updated_fields"),
            (json::array{"data_title", "client_metadata"}));
  auto fetched =
      api_.CallV1(kAnn, "datarow", "GET", "dataset", dataset, hash,
                  json::object{{"additional_data", json::object{{"client_metadata", true}}}});
  EXPECT_EQ(fetched.body.at("response").at("data_title"), "new");
  EXPECT_EQ(fetched.body.at("response").at("client_metadata"), (json::object{{"k", 1}}));

  EXPECT_EQ(
      api_.CallV1(kAnn, "video", "DELETE", "dataset", dataset, json::array{hash}, nullptr).status,
      200);
  EXPECT_EQ(list({}), json::array{"b.jpg"});
  EXPECT_EQ(
      api_.CallV1(kAnn, "video", "DELETE", "dataset", dataset, json::array{hash}, nullptr).status,
      404);
}

TEST(DatasetEventsTest, SubscribersHearOfNewAndRemovedRows) {
  static std::vector<std::string> heard;
  heard.clear();
  TestApi api(
      {RegisterFolders, RegisterItems, RegisterDatasets, [](Router& router) {
         router.events().data_rows_added.push_back(
             [](Context&, const std::string& dataset, const std::vector<std::string>& rows) {
               heard.push_back("added " + dataset + " " + std::to_string(rows.size()));
             });
         router.events().data_rows_removed.push_back([](Context& context, const std::string&,
                                                        const std::vector<std::string>& rows) {
           bool there =
               context.store.QueryOne("SELECT 1 FROM data_rows WHERE data_hash = ?", {rows.at(0)})
                   .has_value();
           heard.push_back(there ? "removing" : "removed");
         });
       }});
  User ann = EnsureUser(api.store(), kAnn);
  CreatedDataset dataset = CreateDataset(api.context(), ann, {.title = "a", .description = ""});
  NewItem item;
  item.folder_uuid = *dataset.backing_folder_uuid;
  item.item_type = "image";
  item.name = "i";
  std::string row =
      AddDataRows(api.context(), dataset.uuid, {CreateItem(api.context(), ann, item)}).at(0);
  api.CallV1(kAnn, "video", "DELETE", "dataset", dataset.uuid, json::array{row.c_str()}, nullptr);
  EXPECT_EQ(heard, (std::vector<std::string>{"added " + dataset.uuid + " 1", "removing"}));
}

}  // namespace
}  // namespace sandbox
