#include "server/actions/label_row_bundles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/this_coro.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "boost/json/parse.hpp"
#include "server/coco/json_padding.h"
#include "server/encord/testing/canned_encord.h"

namespace gateway::actions {
namespace {

namespace asio = boost::asio;
using encord::testing::CannedEncord;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

using Hashes = std::vector<std::string>;

// Lets everything happen that can happen by now.
asio::awaitable<void> Settle() {
  const auto executor = co_await asio::this_coro::executor;
  for (int i = 0; i < 1000; ++i) co_await asio::post(executor, asio::use_awaitable);
}

// Label rows, an Encord that has their content, and what comes of them.
class ForEachBundleTest : public ::testing::Test {
 protected:
  ForEachBundleTest() {
    encord_.set_handler([this](const http::Request& request) { return Answer(request); });
  }

  void AddRows(int count, int frames = 1) {
    for (int i = 0; i < count; ++i) {
      pb::LabelRow row;
      row.set_label_hash(absl::StrCat("label ", rows_.total()));
      row.set_number_of_frames(frames);
      rows_.Add(row);
    }
  }

  void AddUnopenedRows(int count) {
    for (int i = 0; i < count; ++i) {
      pb::LabelRow row;
      row.set_data_type("IMAGE");
      row.set_data_hash(absl::StrCat("data ", rows_.total()));
      rows_.Add(row);
    }
  }

  absl::Status Run() {
    const auto each = [this](const LabelRowBundle& bundle) -> asio::awaitable<absl::Status> {
      for (const pb::LabelRow& row : bundle.rows) {
        seen_.push_back(row.label_hash().empty() ? row.data_hash() : row.label_hash());
        const auto content = bundle.contents.find(row.label_hash());
        if (content != bundle.contents.end()) contents_.push_back(content->second);
      }
      ends_.push_back(bundle.end);
      for (int i = 0; i < settling_; ++i) co_await Settle();
      requests_seen_.push_back(requests_.size());
      co_return each_status_;
    };
    const encord::LabelRowContentQuery query{.project_hash = "project"};
    return encord_.Run([&](encord::Call& call) { return ForEachBundle(call, query, rows_, each); });
  }

  // The number of label hashes of each request.
  std::vector<size_t> Sizes() const {
    std::vector<size_t> sizes;
    for (const Hashes& request : requests_) sizes.push_back(request.size());
    return sizes;
  }

  CannedEncord encord_;
  ExportRows rows_;

  // How Encord behaves.
  size_t content_bytes_ = 100;
  std::set<std::string> missing_;  // label hashes that it does not return
  std::set<std::string> refused_;  // label hashes with which a request fails
  std::set<std::string> held_;     // label hashes whose requests come back late
  absl::Status each_status_;
  int settling_ = 0;

  // What happened.
  std::vector<Hashes> requests_;
  int under_way_ = 0;
  int most_under_way_ = 0;
  std::vector<std::string> seen_;
  std::vector<std::string> contents_;
  std::vector<int> ends_;
  std::vector<size_t> requests_seen_;  // requests made when each bundle was done

 private:
  asio::awaitable<CannedEncord::Answer> Answer(const http::Request& request) {
    Hashes hashes;
    const boost::json::value body = boost::json::parse(request.body);
    for (const auto& uid : body.at("values").at("uid").as_array()) {
      hashes.emplace_back(uid.as_string());
    }
    requests_.push_back(hashes);
    most_under_way_ = std::max(most_under_way_, ++under_way_);
    const auto is_in = [&](const std::set<std::string>& set) {
      return std::any_of(hashes.begin(), hashes.end(),
                         [&](const std::string& hash) { return set.contains(hash); });
    };
    // All that can be under way at a time is.
    co_await Settle();
    if (is_in(held_)) {
      for (int i = 0; i < 10; ++i) co_await Settle();
    }
    --under_way_;
    http::Response response;
    response.status = is_in(refused_) ? 400 : 200;
    std::string rows;
    for (const std::string& hash : hashes) {
      if (missing_.contains(hash)) continue;
      absl::StrAppend(&rows, rows.empty() ? "" : ",", R"({"label_hash":")", hash, R"(","text":")",
                      std::string(content_bytes_, 'x'), R"("})");
    }
    response.body = absl::StrCat(R"({"status":)", response.status, R"(,"response":[)", rows, "]}");
    co_return response;
  }
};

TEST_F(ForEachBundleTest, NoRows) {
  EXPECT_TRUE(Run().ok());
  EXPECT_THAT(requests_, IsEmpty());
  EXPECT_THAT(ends_, IsEmpty());
}

TEST_F(ForEachBundleTest, RowsComeInOrderWithTheirContent) {
  AddRows(500);
  ASSERT_TRUE(Run().ok());
  ASSERT_THAT(seen_, SizeIs(500));
  ASSERT_THAT(contents_, SizeIs(500));
  for (int i = 0; i < 500; ++i) {
    const std::string label_hash = absl::StrCat("label ", i);
    EXPECT_EQ(seen_[i], label_hash);
    EXPECT_NE(contents_[i].find('"' + label_hash + '"'), std::string::npos);
    EXPECT_TRUE(contents_[i].ends_with("}" + std::string(coco::kJsonPadding, ' ')));
  }
  EXPECT_EQ(ends_.back(), 500);
  EXPECT_TRUE(std::is_sorted(ends_.begin(), ends_.end()));
}

TEST_F(ForEachBundleTest, ABundleThatComesLateKeepsItsPlace) {
  AddRows(500);
  // Of the second bundle.
  held_ = {"label 20"};
  ASSERT_TRUE(Run().ok());
  for (int i = 0; i < 500; ++i) EXPECT_EQ(seen_[i], absl::StrCat("label ", i));
}

TEST_F(ForEachBundleTest, BundlesGrowAsTheRowsTurnOutSmall) {
  AddRows(1000);
  ASSERT_TRUE(Run().ok());
  const std::vector<size_t> sizes = Sizes();
  EXPECT_EQ(sizes[0], 20u);
  EXPECT_EQ(sizes[1], 100u);
  EXPECT_THAT(sizes, Each(Le(100u)));
}

TEST_F(ForEachBundleTest, BundlesOfLargeRowsAreSmall) {
  AddRows(50);
  content_bytes_ = 300 << 10;
  ASSERT_TRUE(Run().ok());
  const std::vector<size_t> sizes = Sizes();
  EXPECT_EQ(sizes[0], 20u);
  EXPECT_GE(sizes.size(), 11u) << "a mebibyte has three of them";
  for (size_t i = 1; i < sizes.size(); ++i) EXPECT_THAT(sizes[i], ::testing::AllOf(Ge(1u), Le(3u)));
}

TEST_F(ForEachBundleTest, ARowOfManyFramesIsExpectedToBeLarge) {
  AddRows(20);
  AddRows(5, /*frames=*/100'000);
  content_bytes_ = 10'000;
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(Sizes(), ElementsAre(20, 1, 1, 1, 1, 1));
}

TEST_F(ForEachBundleTest, RowsWithoutLabelHashAreNotAskedFor) {
  AddUnopenedRows(3);
  AddRows(2);
  AddUnopenedRows(1);
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(seen_, ElementsAre("data 0", "data 1", "data 2", "label 3", "label 4", "data 5"));
  EXPECT_THAT(requests_, ElementsAre(ElementsAre("label 3", "label 4")));
  EXPECT_THAT(contents_, SizeIs(2));
}

TEST_F(ForEachBundleTest, NothingIsAskedForWhereNothingHasContent) {
  AddUnopenedRows(250);
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(requests_, IsEmpty());
  EXPECT_THAT(seen_, SizeIs(250));
  EXPECT_THAT(ends_, ElementsAre(100, 200, 250));
}

TEST_F(ForEachBundleTest, ARowThatEncordDoesNotReturnHasNoContent) {
  AddRows(3);
  missing_ = {"label 1"};
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(seen_, SizeIs(3));
  EXPECT_THAT(contents_, SizeIs(2));
}

TEST_F(ForEachBundleTest, TheFirstIsFetchedAloneAndThenThreeAtOnce) {
  AddRows(1000);
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(most_under_way_, 3);
}

TEST_F(ForEachBundleTest, ASlowReaderSlowsTheFetchingDown) {
  AddRows(2000);
  settling_ = 20;
  ASSERT_TRUE(Run().ok());
  ASSERT_GT(requests_.size(), 10u);
  // Beside what is read, each of the three has fetched a bundle and waits until it is taken; one
  // whose bundle is being read may have fetched its next one.
  for (size_t done = 0; done < requests_seen_.size(); ++done) {
    EXPECT_LE(requests_seen_[done], done + 1 + 3);
  }
}

TEST_F(ForEachBundleTest, ABundleThatFailsEndsItAll) {
  AddRows(1000);
  refused_ = {"label 60"};
  const absl::Status status = Run();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_LE(seen_.size(), 60u);
  EXPECT_LE(requests_.size(), 7u);
  EXPECT_THAT(seen_, Each(::testing::StartsWith("label ")));
}

TEST_F(ForEachBundleTest, TheFirstBundleMayFailToo) {
  AddRows(1000);
  refused_ = {"label 0"};
  EXPECT_EQ(Run().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(seen_, IsEmpty());
  EXPECT_THAT(requests_, SizeIs(1));
}

TEST_F(ForEachBundleTest, AnErrorOfTheReaderEndsItAll) {
  AddRows(1000);
  each_status_ = absl::ResourceExhaustedError("enough");
  EXPECT_EQ(Run(), each_status_);
  EXPECT_THAT(ends_, ElementsAre(20));
  EXPECT_LE(requests_.size(), 4u);
}

}  // namespace
}  // namespace gateway::actions
