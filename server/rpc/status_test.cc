#include "server/rpc/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace gateway::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kTraceId = "0123456789abcdef0123456789abcdef";

template <class Message>
void SetDetail(absl::Status& status, const Message& message) {
  status.SetPayload(absl::StrCat("type.googleapis.com/", Message::descriptor()->full_name()),
                    absl::Cord(message.SerializeAsString()));
}

google::rpc::Status Details(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), status.error_code());
  EXPECT_EQ(details.message(), status.error_message());
  return details;
}

std::vector<std::string> Types(const grpc::Status& status) {
  const google::rpc::Status details = Details(status);
  std::vector<std::string> types;
  for (const auto& any : details.details()) types.push_back(any.type_url());
  return types;
}

TEST(ToGrpcStatusTest, OkIsBare) {
  const grpc::Status status = ToGrpcStatus(absl::OkStatus(), kTraceId);
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.error_details(), "");
}

TEST(ToGrpcStatusTest, CarriesCodeMessageAndTraceId) {
  const grpc::Status status = ToGrpcStatus(absl::NotFoundError("no such project"), kTraceId);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "no such project");
  google::rpc::RequestInfo info;
  ASSERT_EQ(Details(status).details_size(), 1);
  ASSERT_TRUE(Details(status).details(0).UnpackTo(&info));
  EXPECT_EQ(info.request_id(), kTraceId);
}

TEST(ToGrpcStatusTest, CarriesGoogleRpcPayloadsInOneOrder) {
  absl::Status status = absl::ResourceExhaustedError("slow down");
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(3);
  google::rpc::ErrorInfo error;
  error.set_reason("RATE_LIMIT_EXCEEDED");
  google::rpc::ResourceInfo resource;
  resource.set_resource_type("project");
  SetDetail(status, resource);
  SetDetail(status, retry);
  SetDetail(status, error);
  status.SetPayload("somewhere.else/Private", absl::Cord("hush"));

  const grpc::Status converted = ToGrpcStatus(status, kTraceId);
  EXPECT_THAT(Types(converted),
              ElementsAre(EndsWith("rpc.ErrorInfo"), EndsWith("rpc.RequestInfo"),
                          EndsWith("rpc.RetryInfo"), EndsWith("rpc.ResourceInfo")));
  google::rpc::RetryInfo unpacked;
  ASSERT_TRUE(Details(converted).details(2).UnpackTo(&unpacked));
  EXPECT_EQ(unpacked.retry_delay().seconds(), 3);
  EXPECT_THAT(converted.error_details(), Not(HasSubstr("hush")));
}

TEST(ToGrpcStatusTest, EveryCodeMapsToItself) {
  for (int code = 1; code <= 16; ++code) {
    const grpc::Status status =
        ToGrpcStatus(absl::Status(static_cast<absl::StatusCode>(code), "m"), kTraceId);
    EXPECT_EQ(status.error_code(), code);
    EXPECT_EQ(CodeName(status.error_code()),
              absl::StatusCodeToString(static_cast<absl::StatusCode>(code)));
  }
  EXPECT_EQ(CodeName(grpc::StatusCode::OK), "OK");
}

TEST(ToGrpcStatusTest, InternalErrorsLeakNothing) {
  absl::Status status = absl::InternalError("std::bad_alloc at 0x1234");
  EXPECT_EQ(ToGrpcStatus(status, kTraceId).error_message(), "internal error");
  google::rpc::DebugInfo debug;
  debug.set_detail("stack");
  SetDetail(status, debug);
  EXPECT_THAT(Types(ToGrpcStatus(status, kTraceId)), ElementsAre(EndsWith("RequestInfo")));

  absl::Status of_encord = absl::InternalError("Encord failed");
  SetDetail(of_encord, google::rpc::ErrorInfo());
  EXPECT_EQ(ToGrpcStatus(of_encord, kTraceId).error_message(), "Encord failed");
}

TEST(ToGrpcStatusTest, BoundsTheMessageBetweenCharacters) {
  std::string text = "x";
  for (int i = 0; i < 1000; ++i) text += "\xc3\xa9";  // é
  const std::string message = ToGrpcStatus(absl::UnknownError(text), kTraceId).error_message();
  EXPECT_LE(message.size(), 1024u);
  EXPECT_GE(message.size(), 1020u);
  EXPECT_THAT(message, EndsWith("\xc3\xa9\xe2\x80\xa6"));
  const std::string exact(1024, 'a');
  EXPECT_EQ(ToGrpcStatus(absl::UnknownError(exact), kTraceId).error_message(), exact);
}

TEST(ToGrpcStatusTest, MakesTheMessageUtf8) {
  const auto message = [](const std::string& text) {
    return ToGrpcStatus(absl::UnknownError(text), kTraceId).error_message();
  };
  EXPECT_EQ(message("a\xff"
                    "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(message("a\xc3"), "a\xef\xbf\xbd");
  EXPECT_EQ(message("\xc0\x80"), "\xef\xbf\xbd\xef\xbf\xbd");                  // overlong
  EXPECT_EQ(message("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // surrogate
  EXPECT_EQ(message("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
}

TEST(ToGrpcStatusTest, BoundsTheDetails) {
  absl::Status status = absl::InvalidArgumentError("bad");
  google::rpc::BadRequest bad_request;
  for (int i = 0; i < 1000; ++i) {
    auto* violation = bad_request.add_field_violations();
    violation->set_field(absl::StrCat("file_urls[", i, "]"));
    violation->set_description("not a URL");
  }
  SetDetail(status, bad_request);
  google::rpc::Help help;
  help.add_links()->set_description(std::string(5000, 'h'));
  SetDetail(status, help);

  const grpc::Status converted = ToGrpcStatus(status, kTraceId);
  EXPECT_LE(converted.error_details().size(), 4000u);
  EXPECT_THAT(Types(converted), ElementsAre(EndsWith("RequestInfo"), EndsWith("BadRequest")));
  google::rpc::BadRequest cut;
  ASSERT_TRUE(Details(converted).details(1).UnpackTo(&cut));
  EXPECT_GT(cut.field_violations_size(), 50);
  EXPECT_EQ(cut.field_violations(0).field(), "file_urls[0]");
}

TEST(CredentialsErrorTest, NamesTheReason) {
  const grpc::Status status =
      ToGrpcStatus(CredentialsError("CREDENTIALS_MISSING", "no credential"), kTraceId);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(Details(status).details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "CREDENTIALS_MISSING");
  EXPECT_EQ(info.domain(), "encord-gateway");
}

TEST(DrainingErrorTest, IsUnavailable) {
  EXPECT_EQ(DrainingError().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace gateway::rpc
