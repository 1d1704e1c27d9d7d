#include "tools/sandbox/uploads.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "tools/sandbox/datasets.h"
#include "tools/sandbox/folders.h"
#include "tools/sandbox/integrations.h"
#include "tools/sandbox/items.h"
#include "tools/sandbox/test_api.h"
#include "tools/sandbox/upload_config.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kAnn[] = "ann@example.com";
constexpr char kBob[] = "bob@example.com";

json::object Images(std::initializer_list<const char*> urls) {
  json::array images;
  for (const char* url : urls) images.push_back(json::object{{"objectUrl", url}});
  return json::object{{"images", std::move(images)}};
}

TEST(UploadConfigTest, ReadsEveryListOfFiles) {
  Result<UploadConfig> config = ReadFiles(json::object{
      {"images", json::array{json::object{{"objectUrl", "https://b/x/a.JPG?v=1"}}}},
      {"videos", json::array{json::object{{"objectUrl", "gs://b/v.mp4"},
                                          {"title", "film"},
                                          {"clientMetadata", json::object{{"k", 1}}},
                                          {"videoMetadata", json::object{{"fps", 25},
                                                                         {"duration", 4.0},
                                                                         {"width", 640},
                                                                         {"height", 480},
                                                                         {"file_size", 7}}}}}},
      {"audio", json::array{json::object{{"objectUrl", "s3://b/s.mp3"}}}},
      {"image_groups",
       json::array{
           json::object{
               {"title", "g"}, {"objectUrl_0", "s3://b/0.png"}, {"objectUrl_1", "s3://b/1.png"}},
           json::object{{"title", "q"}, {"objectUrl_0", "s3://b/0.png"}, {"createVideo", true}}}},
      {"dicom_series", json::array{json::object{{"title", "d"}, {"objectUrl_0", "s3://b/0"}}}},
      {"skip_duplicate_urls", true},
      {"upsert_metadata", nullptr}});
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_TRUE(config->skip_duplicate_urls);
  ASSERT_EQ(config->units.size(), 6u);
  for (const UploadUnit& unit : config->units) EXPECT_EQ(unit.error, "");
  const NewItem& image = config->units[0].item;
  EXPECT_EQ(image.item_type, "image");
  EXPECT_EQ(image.name, "x/a.JPG");
  EXPECT_EQ(image.mime_type, "image/jpeg");
  EXPECT_EQ(image.width, 1920);
  const NewItem& video = config->units[1].item;
  EXPECT_EQ(video.name, "film");
  EXPECT_EQ(video.storage_location, "gcp");
  EXPECT_EQ(video.frame_count, 100);
  EXPECT_EQ(video.file_size, 7);
  EXPECT_EQ(video.client_metadata, "{\"k\":1}");
  EXPECT_EQ(config->units[3].item.item_type, "imageGroup");
  EXPECT_EQ(config->units[3].item.children.size(), 2u);
  EXPECT_EQ(config->units[4].item.item_type, "imageSequence");
  EXPECT_EQ(config->units[5].item.item_type, "dicomSeries");
}

TEST(UploadConfigTest, ReadsDataItems) {
  Result<UploadConfig> config = ReadDataItems(json::object{
      {"images", json::array{json::object{{"objectUrl", "s3://b/a.png"},
                                          {"externalFileType", "IMAGE"},
                                          {"clientMetadata", json::object()}}}},
      {"imageGroups",
       json::array{json::object{{"images", json::array{json::object{{"url", "s3://b/0.png"}}}},
                                {"title", "g"},
                                {"createVideo", false}}}},
      {"videos", json::array()},
      {"imageGroupsFromItems", json::array()},
      {"timeSeries", json::array()},
      {"scenes", json::array()},
      {"skipDuplicateUrls", false},
      {"upsertMetadata", false}});
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->units.size(), 2u);
}

TEST(UploadConfigTest, RefusesWhatItCannotRead) {
  for (json::value files :
       {json::value(json::array{"s3://b/a.jpg"}), json::value("s3://b/a.jpg"),
        json::value(json::object()), json::value(json::object{{"pictures", json::array()}}),
        json::value(json::object{{"images", "s3://b/a.jpg"}}),
        json::value(json::object{{"images", json::array{"s3://b/a.jpg"}}}),
        json::value(Images({"s3://b/a b.jpg"})), json::value(Images({"a.jpg"})),
        json::value(json::object{{"image_groups", json::array{json::object{{"title", "g"}}}}})}) {
    EXPECT_FALSE(ReadFiles(files).ok()) << files;
  }
}

TEST(UploadConfigTest, UnitsThatCannotBeUploadedSayWhy) {
  Result<UploadConfig> config =
      ReadFiles(Images({"s3://b/missing/a.jpg", "s3://b/a.mp4", "s3://b/a", "s3://b/a.jpg"}));
  ASSERT_TRUE(config.ok());
  EXPECT_NE(config->units[0].error, "");
  EXPECT_NE(config->units[1].error, "");
  EXPECT_NE(config->units[2].error, "");
  EXPECT_EQ(config->units[3].error, "");
}

class UploadsTest : public testing::Test {
 protected:
  UploadsTest()
      : api_({RegisterFolders, RegisterItems, RegisterDatasets, RegisterIntegrations,
              RegisterUploads}) {
    api_.settings().upload_delay = absl::Seconds(5);
    User ann = EnsureUser(api_.store(), kAnn);
    dataset_ = CreateDataset(api_.context(), ann, {.title = "d", .description = ""});
    integration_ = CreateIntegration(api_.context(), "example.com", "Bucket");
  }
  TestApi::Reply Start(json::object files, json::object more = {}, const char* email = kAnn) {
    json::object payload{
        {"files", std::move(files)}, {"integrationId", integration_}, {"ignoreErrors", false}};
    for (const auto& [key, value] : more) payload[key] = value;
    return api_.CallV1(email, "datasetdatalongpolling", "POST", "dataset", dataset_.uuid,
                       json::value(dataset_.uuid), payload);
  }
  TestApi::Reply Poll(const json::value& job, int timeout_seconds) {
    return api_.CallV1(kAnn, "datasetdatalongpolling", "GET", "dataset", dataset_.uuid,
                       json::value(dataset_.uuid),
                       json::object{{"process_hash", job}, {"timeout_seconds", timeout_seconds}});
  }
  // Starts a job, lets it end, and returns its state.
  json::value Run(json::object files, json::object more = {}) {
    json::value job =
        Start(std::move(files), std::move(more)).body.at("response").at("process_hash");
    api_.clock().Advance(absl::Seconds(5));
    return Poll(job, 0).body.at("response");
  }
  json::array DataTitles() {
    json::array titles;
    auto reply = api_.CallV1(kAnn, "datarows", "GET", "dataset", dataset_.uuid, nullptr, nullptr);
    for (const json::value& row : reply.body.at("response").as_array()) {
      titles.push_back(row.at("data_title"));
    }
    return titles;
  }

  TestApi api_;
  CreatedDataset dataset_;
  std::string integration_;
};

TEST_F(UploadsTest, MakeDataRowsWithItemsInTheBackingFolder) {
  json::value state = Run(Images({"s3://b/a.jpg", "s3://b/b.jpg"}));
  EXPECT_EQ(state.at("status"), "DONE");
  EXPECT_EQ(state.at("units_done_count"), 2);
  EXPECT_EQ(state.at("errors"), json::array());
  EXPECT_EQ(DataTitles(), (json::array{"a.jpg", "b.jpg"}));
  auto items = api_.Call(kAnn, "GET",
                         "/v2/public/storage/folders/" + *dataset_.backing_folder_uuid + "/items");
  ASSERT_EQ(items.body.at("results").as_array().size(), 2u);
  EXPECT_EQ(items.body.at("results").at(0).at("uuid"),
            state.at("data_hashes_with_titles").at(0).at("backing_item_uuid"));
  EXPECT_EQ(items.body.at("results").at(0).at("integrationHash"), json::value(integration_));
}

TEST_F(UploadsTest, APollWaitsForTheEndOrItsTimeout) {
  json::value job = Start(Images({"s3://b/a.jpg"})).body.at("response").at("process_hash");
  absl::Time start = api_.clock().Now();
  EXPECT_EQ(Poll(job, 60).not_yet, start + absl::Seconds(5));
  EXPECT_EQ(Poll(job, 2).not_yet, start + absl::Seconds(2));
  json::value now = Poll(job, 0).body.at("response");
  EXPECT_EQ(now.at("status"), "PENDING");
  EXPECT_EQ(now.at("units_pending_count"), 1);
  api_.clock().Advance(absl::Seconds(5));
  EXPECT_EQ(Poll(job, 60).body.at("response").at("status"), "DONE");
}

TEST_F(UploadsTest, EndByThemselvesWhenNobodyPolls) {
  Start(Images({"s3://b/a.jpg"}));
  EXPECT_TRUE(DataTitles().empty());
  api_.clock().Advance(absl::Seconds(5));
  EXPECT_EQ(DataTitles(), json::array{"a.jpg"});
}

TEST_F(UploadsTest, WithoutIgnoreErrorsOneFailureStopsAll) {
  json::value state = Run(Images({"s3://b/missing.jpg", "s3://b/a.jpg"}));
  EXPECT_EQ(state.at("status"), "ERROR");
  EXPECT_EQ(state.at("units_error_count"), 1);
  EXPECT_EQ(state.at("units_cancelled_count"), 1);
  EXPECT_EQ(state.at("data_unit_errors").at(0).at("object_urls"),
            json::array{"s3://b/missing.jpg"});
  EXPECT_TRUE(DataTitles().empty());
}

TEST_F(UploadsTest, WithIgnoreErrorsTheOthersAreMade) {
  json::value state = Run(Images({"s3://b/missing.jpg", "s3://b/a.jpg"}), {{"ignoreErrors", true}});
  EXPECT_EQ(state.at("status"), "DONE");
  EXPECT_EQ(state.at("units_done_count"), 1);
  EXPECT_EQ(state.at("units_error_count"), 1);
  EXPECT_EQ(state.at("errors").as_array().size(), 1u);
  EXPECT_EQ(DataTitles(), json::array{"a.jpg"});
}

TEST_F(UploadsTest, SkippingDuplicatesMakesARepeatHarmless) {
  json::object files = Images({"s3://b/a.jpg", "s3://b/a.jpg"});
  files["skip_duplicate_urls"] = true;
  EXPECT_EQ(Run(files).at("data_hashes_with_titles").as_array().size(), 1u);
  json::value again = Run(files);
  EXPECT_EQ(again.at("status"), "DONE");
  EXPECT_TRUE(again.at("data_hashes_with_titles").as_array().empty());
  EXPECT_EQ(DataTitles(), json::array{"a.jpg"});
  Run(Images({"s3://b/a.jpg"}));
  EXPECT_EQ(DataTitles().size(), 2u);
}

TEST_F(UploadsTest, BadStartsAreRefused) {
  EXPECT_EQ(Start(Images({"s3://b/a.jpg"}), {{"integrationId", NewUuid()}}).status, 404);
  EXPECT_EQ(Start(Images({"s3://b/a.jpg"}), {{"integrationId", nullptr}}).status, 400);
  EXPECT_EQ(Start({}).status, 400);
  EXPECT_EQ(Start(Images({"s3://b/a.jpg"}), {}, kBob).status, 403);
  EXPECT_EQ(Poll(json::value(NewUuid()), 0).status, 404);
}

TEST_F(UploadsTest, DatasetsWithoutBackingFolderNeedAFolder) {
  User ann = EnsureUser(api_.store(), kAnn);
  std::string folder = *dataset_.backing_folder_uuid;
  dataset_ = CreateDataset(api_.context(), ann,
                           {.title = "bare", .description = "", .create_backing_folder = false});
  EXPECT_EQ(Start(Images({"s3://b/a.jpg"})).status, 400);
  EXPECT_EQ(Run(Images({"s3://b/a.jpg"}), {{"folderUuid", folder}}).at("status"), "DONE");
  EXPECT_EQ(DataTitles(), json::array{"a.jpg"});
}

class FolderUploadsTest : public UploadsTest {
 protected:
  FolderUploadsTest()
      : jobs_("/v2/public/storage/folders/" + *dataset_.backing_folder_uuid + "/data-upload-jobs") {
  }
  std::string StartInFolder() {
    auto reply = api_.Call(kAnn, "POST", jobs_,
                           json::object{{"externalFiles", Images({"s3://b/a.jpg"})},
                                        {"integrationHash", integration_},
                                        {"ignoreErrors", false}});
    return std::string(reply.body.as_string());
  }
  std::string jobs_;
};

TEST_F(FolderUploadsTest, MakeItemsOnly) {
  std::string job = StartInFolder();
  EXPECT_EQ(api_.Call(kAnn, "GET", jobs_ + "/" + job + "?timeoutSeconds=604800").not_yet,
            api_.clock().Now() + absl::Seconds(5));
  api_.clock().Advance(absl::Seconds(5));
  json::value state = api_.Call(kAnn, "GET", jobs_ + "/" + job + "?timeoutSeconds=1").body;
  EXPECT_EQ(state.at("status"), "DONE");
  EXPECT_EQ(state.at("itemsWithNames").at(0).at("name"), "a.jpg");
  EXPECT_TRUE(DataTitles().empty());
}

TEST_F(FolderUploadsTest, CanBeCancelledWhilePending) {
  std::string job = StartInFolder();
  auto cancelled = api_.Call(kAnn, "POST", jobs_ + "/" + job + "/cancel");
  EXPECT_EQ(cancelled.body.at("unitsCancelledCount"), 1);
  api_.clock().Advance(absl::Seconds(5));
  json::value state = api_.Call(kAnn, "GET", jobs_ + "/" + job + "?timeoutSeconds=1").body;
  EXPECT_EQ(state.at("status"), "CANCELLED");
  EXPECT_EQ(state.at("unitsCancelledCount"), 1);
  EXPECT_EQ(api_.Call(kAnn, "POST", jobs_ + "/" + job + "/cancel").body.at("unitsCancelledCount"),
            0);
}

}  // namespace
}  // namespace sandbox
