#include "server/encord/label_rows.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "server/encord/testing/canned_encord.h"

namespace gateway::encord {
namespace {

using testing::CannedEncord;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Keeps the titles.
class Titles final : public LabelRowSink {
 public:
  void Begin() override {
    ++begun;
    titles.clear();
  }
  void Add(const pb::LabelRow& row) override { titles.push_back(row.data_title()); }

  int begun = 0;
  std::vector<std::string> titles;
};

std::string Row(absl::string_view title, absl::string_view label_status = "LABELLED") {
  return absl::StrCat(R"({"label_hash":"l","data_hash":"d","data_title":")", title,
                      R"(","label_status":")", label_status, R"("})");
}

std::string Envelope(absl::string_view rows, absl::string_view rest = R"("status":200)") {
  return absl::StrCat(R"({"response":[)", rows, "],", rest, "}");
}

google::rpc::ErrorInfo InfoOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  if (auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo")) {
    EXPECT_TRUE(info.ParseFromString(std::string(*payload)));
  }
  return info;
}

ClientOptions TwoAttempts() {
  ClientOptions options;
  options.retry.read.max_attempts = 2;
  options.retry.initial_backoff = std::chrono::milliseconds(1);
  return options;
}

// Each kind of outcome must be that of a listing in one piece.
class ReadLabelRowsTest : public ::testing::Test {
 protected:
  absl::Status Read(const LabelRowQuery& query = {.project_hash = "p"}) {
    const absl::Status status =
        encord_.Run([&](Call& call) { return ReadLabelRows(call, query, rows_); });
    google::protobuf::RepeatedPtrField<pb::LabelRow> whole;
    const absl::Status of_whole =
        encord_.Run([&](Call& call) { return ListLabelRows(call, query, whole); });
    EXPECT_EQ(status.code(), of_whole.code());
    EXPECT_EQ(status.message(), of_whole.message());
    EXPECT_TRUE(
        google::protobuf::util::MessageDifferencer::Equals(InfoOf(status), InfoOf(of_whole)));
    if (status.ok()) {
      std::vector<std::string> titles;
      for (const pb::LabelRow& row : whole) titles.push_back(row.data_title());
      EXPECT_EQ(rows_.titles, titles);
    }
    return status;
  }

  CannedEncord encord_;
  Titles rows_;
};

TEST_F(ReadLabelRowsTest, RowsInTheirOrder) {
  encord_.set_piece_bytes(7);
  encord_.set_answer(200, Envelope(absl::StrCat(Row("a"), ",", Row("b"))));
  EXPECT_TRUE(Read().ok());
  EXPECT_THAT(rows_.titles, ElementsAre("a", "b"));
  EXPECT_EQ(rows_.begun, 1);
  encord_.set_answer(200, Envelope(""));
  EXPECT_TRUE(Read().ok());
  EXPECT_THAT(rows_.titles, IsEmpty());
}

TEST_F(ReadLabelRowsTest, OfSomeLabelStatuses) {
  encord_.set_answer(200, Envelope(absl::StrCat(Row("a"), ",", Row("b", "REVIEWED"))));
  EXPECT_TRUE(Read({.project_hash = "p", .label_statuses = {"REVIEWED"}}).ok());
  EXPECT_THAT(rows_.titles, ElementsAre("b"));
}

TEST_F(ReadLabelRowsTest, ErrorsInTheEnvelopeComeBeforeTheRows) {
  // After rows, after what is no row, and as Encord makes them.
  for (const std::string& body :
       {Envelope(Row("a"), R"("status":403)"), Envelope("7", R"("status":403,"payload":"no")"),
        Envelope(R"("AUTHORISATION_ERROR")", R"("status":403,"payload":{"why":1})")}) {
    encord_.set_answer(200, body);
    EXPECT_EQ(Read().code(), absl::StatusCode::kPermissionDenied) << body;
  }
}

TEST_F(ReadLabelRowsTest, AProjectThatIsNotThere) {
  for (const char* nothing : {"null", "{}"}) {
    encord_.set_answer(200, absl::StrCat(R"({"status":200,"response":)", nothing, "}"));
    EXPECT_EQ(Read().code(), absl::StatusCode::kNotFound);
  }
}

TEST_F(ReadLabelRowsTest, AnswersThatMakeNoSense) {
  for (const std::string& body :
       {Envelope("7"), Envelope(R"({"label_hash":1})"), Envelope(Row("a") + ",\"text\""),
        Envelope(Row("a"), R"("status":"200")"), std::string(R"({"status":200,"response":7})"),
        std::string(R"({"status":200,"response":{"a":1}})"), std::string(R"({"status":200})"),
        std::string("[]")}) {
    encord_.set_answer(200, body);
    EXPECT_EQ(Read().code(), absl::StatusCode::kUnknown) << body;
  }
}

TEST_F(ReadLabelRowsTest, TheOutcomeInTheBodyCountsWhateverTheHttpStatus) {
  encord_.set_answer(400, Envelope(Row("a")));
  EXPECT_TRUE(Read().ok());
  EXPECT_THAT(rows_.titles, ElementsAre("a"));
  encord_.set_answer(400, Envelope("", R"("status":403)"));
  EXPECT_EQ(Read().code(), absl::StatusCode::kPermissionDenied);
  encord_.set_answer(403, "no JSON");
  EXPECT_EQ(Read().code(), absl::StatusCode::kPermissionDenied);
}

// A list that is not JSON comes before all that the envelope says, but its error has other words.
TEST(ReadLabelRowsMalformedTest, IsRefused) {
  CannedEncord encord;
  const LabelRowQuery query{.project_hash = "p"};
  for (const std::string& body :
       {Envelope("{},,{}", R"("status":403)"), Envelope(Row("a") + "]"), Envelope("\"\xFF\""),
        Envelope(Row("a")).substr(0, 20), Envelope(Row("a")) + "}"}) {
    encord.set_answer(200, body);
    Titles rows;
    const absl::Status status =
        encord.Run([&](Call& call) { return ReadLabelRows(call, query, rows); });
    EXPECT_EQ(status.code(), absl::StatusCode::kUnknown) << body;
    EXPECT_THAT(std::string(status.message()), HasSubstr("not JSON"));
  }
}

TEST(ReadLabelRowsRetryTest, AnAttemptThatFailsMidwayIsForgotten) {
  CannedEncord encord(TwoAttempts());
  int attempts = 0;
  encord.set_handler(
      [&](const http::Request& request) -> boost::asio::awaitable<CannedEncord::Answer> {
        if (++attempts == 1) {
          request.body_sink(R"({"status":200,"response":[)" + Row("of the first attempt") + ",{");
          co_return absl::UnavailableError("the answer is cut off");
        }
        http::Response response;
        response.status = 200;
        response.body = Envelope(Row("of the second"));
        co_return response;
      });
  Titles rows;
  const LabelRowQuery query{.project_hash = "p"};
  const absl::Status status =
      encord.Run([&](Call& call) { return ReadLabelRows(call, query, rows); });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(attempts, 2);
  EXPECT_EQ(rows.begun, 2);
  EXPECT_THAT(rows.titles, ElementsAre("of the second"));
}

TEST(ReadLabelRowsRetryTest, TheLastAttemptsErrorIsThatOfTheCall) {
  CannedEncord encord(TwoAttempts());
  int attempts = 0;
  encord.set_handler(
      [&](const http::Request& request) -> boost::asio::awaitable<CannedEncord::Answer> {
        ++attempts;
        request.body_sink(R"({"status":200,"response":[)" + Row("a"));
        co_return absl::UnavailableError("the answer is cut off");
      });
  Titles rows;
  const LabelRowQuery query{.project_hash = "p"};
  const absl::Status status =
      encord.Run([&](Call& call) { return ReadLabelRows(call, query, rows); });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(attempts, 2);
}

}  // namespace
}  // namespace gateway::encord
