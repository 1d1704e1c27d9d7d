#include "server/rpc/health.h"

#include <grpcpp/client_context.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace gateway::rpc {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr const char* kService = "encord.v1.EncordService";

class HealthTest : public testing::Test {
 protected:
  HealthTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&health_);
    server_ = builder.BuildAndStart();
    stub_ = grpc::health::v1::Health::NewStub(server_->InProcessChannel({}));
  }

  ~HealthTest() override { server_->Shutdown(std::chrono::system_clock::now()); }

  HealthCheckResponse::ServingStatus Check(const std::string& service) {
    grpc::ClientContext context;
    HealthCheckRequest request;
    request.set_service(service);
    HealthCheckResponse response;
    const grpc::Status status = stub_->Check(&context, request, &response);
    return status.error_code() == grpc::StatusCode::NOT_FOUND ? HealthCheckResponse::SERVICE_UNKNOWN
                                                              : response.status();
  }

  std::unique_ptr<grpc::ClientReader<HealthCheckResponse>> Watch(grpc::ClientContext& context,
                                                                 const std::string& service) {
    HealthCheckRequest request;
    request.set_service(service);
    return stub_->Watch(&context, request);
  }

  // The next status of a watch; UNKNOWN at its end.
  static HealthCheckResponse::ServingStatus Next(grpc::ClientReader<HealthCheckResponse>& reader) {
    HealthCheckResponse response;
    return reader.Read(&response) ? response.status() : HealthCheckResponse::UNKNOWN;
  }

  Health health_{kService};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<grpc::health::v1::Health::Stub> stub_;
};

TEST_F(HealthTest, Check) {
  EXPECT_EQ(Check(""), HealthCheckResponse::SERVING);
  EXPECT_EQ(Check(kService), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(Check("other"), HealthCheckResponse::SERVICE_UNKNOWN);
  health_.SetServing(true);
  EXPECT_EQ(Check(kService), HealthCheckResponse::SERVING);
  health_.SetServing(false);
  EXPECT_EQ(Check(kService), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(Check(""), HealthCheckResponse::SERVING);
}

TEST_F(HealthTest, WatchTellsChanges) {
  grpc::ClientContext context;
  auto reader = Watch(context, kService);
  EXPECT_EQ(Next(*reader), HealthCheckResponse::NOT_SERVING);
  health_.SetServing(false);  // no change
  health_.SetServing(true);
  EXPECT_EQ(Next(*reader), HealthCheckResponse::SERVING);
  health_.SetServing(false);
  EXPECT_EQ(Next(*reader), HealthCheckResponse::NOT_SERVING);
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(HealthTest, WatchOfAnUnknownServiceStaysOpen) {
  grpc::ClientContext context;
  auto reader = Watch(context, "other");
  EXPECT_EQ(Next(*reader), HealthCheckResponse::SERVICE_UNKNOWN);
  health_.Drain();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(HealthTest, DrainTellsWatchersAndEndsTheirStreams) {
  health_.SetServing(true);
  grpc::ClientContext context;
  auto reader = Watch(context, kService);
  EXPECT_EQ(Next(*reader), HealthCheckResponse::SERVING);
  health_.Drain();
  EXPECT_EQ(Next(*reader), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(Next(*reader), HealthCheckResponse::UNKNOWN);
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  health_.SetServing(true);
  EXPECT_EQ(Check(kService), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(Check(""), HealthCheckResponse::NOT_SERVING);
}

}  // namespace
}  // namespace gateway::rpc
