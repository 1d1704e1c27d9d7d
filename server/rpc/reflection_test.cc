#include "server/rpc/reflection.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/client_context.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "proto/encord/v1/encord.grpc.pb.h"

namespace gateway::rpc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The two versions' generated code, under one set of names.
struct V1 {
  using Service = grpc::reflection::v1::ServerReflection;
  using Request = grpc::reflection::v1::ServerReflectionRequest;
  using Response = grpc::reflection::v1::ServerReflectionResponse;
};
struct V1Alpha {
  using Service = grpc::reflection::v1alpha::ServerReflection;
  using Request = grpc::reflection::v1alpha::ServerReflectionRequest;
  using Response = grpc::reflection::v1alpha::ServerReflectionResponse;
};

template <class Version>
class ReflectionTest : public testing::Test {
 protected:
  using Request = typename Version::Request;
  using Response = typename Version::Response;

  ReflectionTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&reflection_.v1());
    builder.RegisterService(&reflection_.v1alpha());
    server_ = builder.BuildAndStart();
    stub_ = Version::Service::NewStub(server_->InProcessChannel({}));
    stream_ = stub_->ServerReflectionInfo(&context_);
  }

  ~ReflectionTest() override { server_->Shutdown(std::chrono::system_clock::now()); }

  Response Ask(const Request& request) {
    EXPECT_TRUE(stream_->Write(request));
    Response response;
    EXPECT_TRUE(stream_->Read(&response));
    EXPECT_EQ(response.original_request().SerializeAsString(), request.SerializeAsString());
    return response;
  }

  Response AskForSymbol(const std::string& symbol) {
    Request request;
    request.set_file_containing_symbol(symbol);
    return Ask(request);
  }

  // The names of the files in an answer.
  static std::vector<std::string> Files(const Response& response) {
    std::vector<std::string> names;
    for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
      google::protobuf::FileDescriptorProto file;
      EXPECT_TRUE(file.ParseFromString(bytes));
      // Each file after those it imports.
      for (const std::string& import : file.dependency()) EXPECT_THAT(names, Contains(import));
      names.push_back(file.name());
    }
    return names;
  }

  Reflection reflection_{{encord_service(), "grpc.health.v1.Health"}};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<typename Version::Service::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> stream_;

 private:
  static std::string encord_service() { return ::encord::v1::EncordService::service_full_name(); }
};

using Versions = testing::Types<V1, V1Alpha>;
TYPED_TEST_SUITE(ReflectionTest, Versions);

TYPED_TEST(ReflectionTest, ListsServices) {
  typename TypeParam::Request request;
  request.set_list_services("");
  const auto response = this->Ask(request);
  std::vector<std::string> names;
  for (const auto& service : response.list_services_response().service()) {
    names.push_back(service.name());
  }
  EXPECT_THAT(names, ElementsAre("encord.v1.EncordService", "grpc.health.v1.Health",
                                 "grpc.reflection.v1.ServerReflection",
                                 "grpc.reflection.v1alpha.ServerReflection"));
  for (const std::string& name : names) {
    EXPECT_FALSE(this->Files(this->AskForSymbol(name)).empty()) << name;
  }
}

TYPED_TEST(ReflectionTest, FindsEveryKindOfSymbol) {
  for (const char* symbol : {
           "grpc.health.v1.Health",                               // service
           "grpc.health.v1.Health.Check",                         // method
           "grpc.health.v1.HealthCheckResponse",                  // message
           "grpc.health.v1.HealthCheckResponse.status",           // field
           "grpc.health.v1.HealthCheckResponse.ServingStatus",    // nested enum
           "grpc.health.v1.HealthCheckResponse.SERVICE_UNKNOWN",  // enum value
       }) {
    EXPECT_THAT(this->Files(this->AskForSymbol(symbol)), ElementsAre("grpc/health/v1/health.proto"))
        << symbol;
  }
  EXPECT_THAT(this->Files(this->AskForSymbol("encord.v1.EncordService.GetProject")),
              Contains("encord/v1/projects.proto"));
}

TYPED_TEST(ReflectionTest, FindsFilesByName) {
  typename TypeParam::Request request;
  request.set_host("here");
  request.set_file_by_filename("encord/v1/encord.proto");
  const auto response = this->Ask(request);
  EXPECT_EQ(response.valid_host(), "here");
  EXPECT_EQ(this->Files(response).back(), "encord/v1/encord.proto");
}

TYPED_TEST(ReflectionTest, UnknownIsNotFound) {
  typename TypeParam::Request file;
  file.set_file_by_filename("nothing.proto");
  EXPECT_EQ(this->Ask(file).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(this->AskForSymbol("no.thing").error_response().error_code(),
            grpc::StatusCode::NOT_FOUND);
  typename TypeParam::Request type;
  type.set_all_extension_numbers_of_type("no.Thing");
  EXPECT_EQ(this->Ask(type).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  typename TypeParam::Request extension;
  extension.mutable_file_containing_extension()->set_containing_type(
      "grpc.health.v1.HealthCheckResponse");
  extension.mutable_file_containing_extension()->set_extension_number(100);
  EXPECT_EQ(this->Ask(extension).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(this->Ask({}).error_response().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TYPED_TEST(ReflectionTest, MessagesHaveNoExtensions) {
  typename TypeParam::Request request;
  request.set_all_extension_numbers_of_type("grpc.health.v1.HealthCheckResponse");
  const auto response = this->Ask(request);
  EXPECT_EQ(response.all_extension_numbers_response().base_type_name(),
            "grpc.health.v1.HealthCheckResponse");
  EXPECT_THAT(response.all_extension_numbers_response().extension_number(), IsEmpty());
}

TYPED_TEST(ReflectionTest, EndsWithTheCaller) {
  this->stream_->WritesDone();
  EXPECT_TRUE(this->stream_->Finish().ok());
}

TYPED_TEST(ReflectionTest, DrainEndsStreams) {
  this->AskForSymbol("grpc.health.v1.Health");
  this->reflection_.Drain();
  EXPECT_EQ(this->stream_->Finish().error_code(), grpc::StatusCode::CANCELLED);
  grpc::ClientContext context;
  EXPECT_FALSE(this->stub_->ServerReflectionInfo(&context)->Finish().ok());
}

}  // namespace
}  // namespace gateway::rpc
