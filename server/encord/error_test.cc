#include "server/encord/error.h"

#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace gateway::encord {
namespace {

template <class Detail>
Detail GetDetail(const absl::Status& status) {
  Detail detail;
  const auto payload =
      status.GetPayload("type.googleapis.com/" + Detail::descriptor()->full_name());
  EXPECT_TRUE(payload && detail.ParseFromString(std::string(*payload)));
  return detail;
}

TEST(InvalidArgumentTest, NamesEveryField) {
  const absl::Status status =
      InvalidArgument({{"title", "must not be empty"}, {"page_size", "must be 1 to 1000"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const auto detail = GetDetail<google::rpc::BadRequest>(status);
  ASSERT_EQ(detail.field_violations_size(), 2);
  EXPECT_EQ(detail.field_violations(1).field(), "page_size");
}

TEST(FromRefusalTest, MapsV1Codes) {
  const absl::Status status =
      FromRefusal({.http_status = 400, .code = "RESOURCE_NOT_FOUND_ERROR", .message = "no such"},
                  {"dataset", "d1"});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(GetDetail<google::rpc::ResourceInfo>(status).resource_name(), "d1");
  const auto info = GetDetail<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.reason(), "RESOURCE_NOT_FOUND_ERROR");
  EXPECT_EQ(info.metadata().at("encord_message"), "no such");
}

TEST(FromRefusalTest, KeepsRetryAfter) {
  const absl::Status status =
      FromRefusal({.http_status = 429, .retry_after = std::chrono::milliseconds(1500)}, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  const auto retry = GetDetail<google::rpc::RetryInfo>(status);
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
  EXPECT_EQ(retry.retry_delay().nanos(), 500000000);
}

TEST(OutcomeUnknownTest, IsNoCodeThatClientsRepeat) {
  const absl::Status status = OutcomeUnknown(FromRefusal({.http_status = 502}, {}));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnknown);
  const auto info = GetDetail<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.reason(), "BAD_GATEWAY");
  EXPECT_EQ(info.metadata().at("outcome"), "unknown");
  EXPECT_TRUE(IsOutcomeUnknown(status));
}

TEST(OutcomeNotAppliedTest, IsACodeThatClientsRepeat) {
  const absl::Status status =
      OutcomeNotApplied(OutcomeUnknown(FromRefusal({.http_status = 500}, {})));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  const auto info = GetDetail<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.reason(), "SERVER_ERROR");
  EXPECT_EQ(info.metadata().at("outcome"), "not_applied");
  EXPECT_FALSE(IsOutcomeUnknown(status));
}

TEST(FromRefusalTest, AnUnknownErrorOfABusyServerIsThatItIsBusy) {
  const auto code = [](int http_status) {
    return FromRefusal({.http_status = http_status, .code = "UNKNOWN_ERROR"}, {}).code();
  };
  EXPECT_EQ(code(429), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(code(503), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code(400), absl::StatusCode::kInternal);
  EXPECT_EQ(code(500), absl::StatusCode::kInternal);
}

TEST(FromHttpFailureTest, SaysWhatFailed) {
  const auto reason = [](const absl::Status& failure) {
    const absl::Status status = FromHttpFailure(failure);
    EXPECT_EQ(status.code(), failure.code());
    return GetDetail<google::rpc::ErrorInfo>(status).reason();
  };
  EXPECT_EQ(reason(absl::UnavailableError("reset")), "CONNECTION_FAILED");
  EXPECT_EQ(reason(absl::DeadlineExceededError("late")), "DEADLINE_EXCEEDED");
  EXPECT_EQ(reason(absl::ResourceExhaustedError("large")), "LIMIT_EXCEEDED");
}

}  // namespace
}  // namespace gateway::encord
