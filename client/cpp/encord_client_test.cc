#include "client/cpp/encord_client.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "absl/strings/str_cat.h"

namespace encord {
namespace {

using ::testing::ElementsAre;

// What a call said, and the answers that tests ask for.
class FakeService final : public v1::EncordService::Service {
 public:
  grpc::Status GetProject(grpc::ServerContext* context, const v1::GetProjectRequest* request,
                          v1::GetProjectResponse* response) override {
    ++gets;
    remaining = context->deadline() - std::chrono::system_clock::now();
    const auto credential = context->client_metadata().find("authorization");
    token = credential == context->client_metadata().end()
                ? ""
                : std::string(credential->second.data(), credential->second.size());
    if (gets <= failures) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "for a moment");
    response->set_title(request->project_hash());
    return error;
  }

  grpc::Status CreateDataset(grpc::ServerContext*, const v1::CreateDatasetRequest*,
                             v1::CreateDatasetResponse*) override {
    ++creates;
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "for a moment");
  }

  grpc::Status ListGroups(grpc::ServerContext*, const v1::ListGroupsRequest* request,
                          v1::ListGroupsResponse* response) override {
    const std::string& page = request->page_token();
    asked.push_back(absl::StrCat(request->page_size(), page));
    if (page == "bad") return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "page_token");
    response->add_groups()->set_name(absl::StrCat("after ", page));
    response->set_next_page_token(page.empty() ? "a" : page == "a" ? after_a : "");
    return grpc::Status::OK;
  }

  grpc::Status StreamStorageItems(
      grpc::ServerContext* context, const v1::StreamStorageItemsRequest*,
      grpc::ServerWriter<v1::StreamStorageItemsResponse>* writer) override {
    stream_remaining = context->deadline() - std::chrono::system_clock::now();
    for (const char* name : {"a", "b"}) {
      v1::StreamStorageItemsResponse part;
      part.add_items()->set_name(name);
      writer->Write(part);
    }
    while (hold && !context->IsCancelled()) std::this_thread::yield();
    return error;
  }

  grpc::Status StreamLabelsCocoJson(
      grpc::ServerContext* context, const v1::StreamLabelsCocoJsonRequest*,
      grpc::ServerWriter<v1::StreamLabelsCocoJsonResponse>* writer) override {
    v1::StreamLabelsCocoJsonResponse part;
    part.set_json("{");
    part.set_rows_total(1);
    writer->Write(part);
    while (hold && !context->IsCancelled()) std::this_thread::yield();
    part.set_json("}");
    part.set_rows_done(1);
    if (with_summary) part.mutable_summary()->set_image_count(7);
    writer->Write(part);
    return error;
  }

  int gets = 0;
  int creates = 0;
  int failures = 0;
  bool with_summary = true;
  bool hold = false;
  std::string after_a = "b";
  std::string token;
  std::chrono::system_clock::duration remaining{};
  std::chrono::system_clock::duration stream_remaining{};
  std::vector<std::string> asked;
  grpc::Status error;
};

class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    options_.address = absl::StrCat("127.0.0.1:", port);
    options_.token = "";
    options_.tls = false;
    std::filesystem::create_directories(folder_);
  }
  ~ClientTest() override { std::filesystem::remove_all(folder_); }

  Client client() { return *Connect(options_); }

  static v1::GetProjectRequest Project(const std::string& hash) {
    v1::GetProjectRequest request;
    request.set_project_hash(hash);
    return request;
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  FakeService service_;
  std::unique_ptr<grpc::Server> server_;
  ConnectOptions options_;
  const std::string folder_ = testing::TempDir() + "/encord_client_test";
  const std::string path_ = folder_ + "/coco.json";
};

TEST_F(ClientTest, ReadsAreSentAgain) {
  service_.failures = 2;
  const absl::StatusOr<v1::GetProjectResponse> project = client().GetProject(Project("p"));
  ASSERT_TRUE(project.ok()) << project.status();
  EXPECT_EQ(project->title(), "p");
  EXPECT_EQ(service_.gets, 3);
}

TEST_F(ClientTest, ReadsAreNotSentForever) {
  service_.failures = 100;
  EXPECT_EQ(client().GetProject(Project("p")).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(service_.gets, 3);
}

TEST_F(ClientTest, ChangesAreSentOnce) {
  EXPECT_EQ(client().CreateDataset({}).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(service_.creates, 1);
}

TEST_F(ClientTest, DeadlinesOfTheConnectionAndOfACall) {
  options_.timeout = absl::Seconds(1000);
  ASSERT_TRUE(client().GetProject(Project("p")).ok());
  // On the wire gRPC rounds timeouts up, by as much as a tenth.
  EXPECT_GT(service_.remaining, std::chrono::seconds(700));
  EXPECT_LE(service_.remaining, std::chrono::seconds(1100));
  CallOptions call;
  call.timeout = absl::Seconds(500);
  ASSERT_TRUE(client().GetProject(Project("p"), call).ok());
  EXPECT_GT(service_.remaining, std::chrono::seconds(200));
  EXPECT_LE(service_.remaining, std::chrono::seconds(600));
}

TEST_F(ClientTest, ACallsOwnCredentialGoesFirst) {
  options_.token = "ours";
  ASSERT_TRUE(client().GetProject(Project("p")).ok());
  EXPECT_EQ(service_.token, "Bearer ours");
  CallOptions call;
  call.metadata.emplace_back("authorization", "Bearer theirs");
  ASSERT_TRUE(client().GetProject(Project("p"), call).ok());
  EXPECT_EQ(service_.token, "Bearer theirs");
}

TEST_F(ClientTest, DetailsOfErrors) {
  google::rpc::Status answer;
  answer.set_code(3);
  google::rpc::ErrorInfo info;
  info.set_reason("BAD_REQUEST");
  (*info.mutable_metadata())["encord_code"] = "7";
  answer.add_details()->PackFrom(info);
  google::rpc::BadRequest request;
  request.add_field_violations()->set_field("project_hash");
  answer.add_details()->PackFrom(request);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(500'000'000);
  answer.add_details()->PackFrom(retry);
  google::rpc::RequestInfo origin;
  origin.set_request_id("trace");
  answer.add_details()->PackFrom(origin);
  google::rpc::ResourceInfo resource;
  resource.set_resource_name("p");
  answer.add_details()->PackFrom(resource);
  service_.error =
      grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no", answer.SerializeAsString());

  const absl::Status status = client().GetProject(Project("p")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "no");
  const ErrorDetails details = DetailsOf(status);
  EXPECT_EQ(details.reason, "BAD_REQUEST");
  EXPECT_EQ(details.metadata.at("encord_code"), "7");
  ASSERT_EQ(details.field_violations.size(), 1u);
  EXPECT_EQ(details.field_violations[0].field, "project_hash");
  EXPECT_EQ(details.retry_after, absl::Milliseconds(500));
  EXPECT_EQ(details.request_id, "trace");
  ASSERT_TRUE(details.resource.has_value());
  EXPECT_EQ(details.resource->name, "p");
}

TEST_F(ClientTest, ErrorsWithoutDetails) {
  const ErrorDetails details = DetailsOf(absl::NotFoundError("nothing"));
  EXPECT_EQ(details.reason, "");
  EXPECT_FALSE(details.retry_after.has_value());
  EXPECT_FALSE(details.resource.has_value());
}

TEST_F(ClientTest, Pages) {
  const Client connected = client();
  std::vector<std::string> names;
  for (const auto& page : connected.Pages(&Client::ListGroups, {})) {
    ASSERT_TRUE(page.ok()) << page.status();
    names.push_back(page->groups(0).name());
  }
  EXPECT_THAT(names, ElementsAre("after ", "after a", "after b"));
  EXPECT_THAT(service_.asked, ElementsAre("1000", "1000a", "1000b"));
}

TEST_F(ClientTest, PagesEndWithAnError) {
  service_.after_a = "bad";
  v1::ListGroupsRequest request;
  request.set_page_size(2);
  const Client connected = client();
  std::vector<absl::StatusCode> codes;
  for (const auto& page : connected.Pages(&Client::ListGroups, request)) {
    codes.push_back(page.status().code());
  }
  EXPECT_THAT(codes, ElementsAre(absl::StatusCode::kOk, absl::StatusCode::kOk,
                                 absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(service_.asked, ElementsAre("2", "2a", "2bad"));
}

TEST_F(ClientTest, AStream) {
  std::vector<std::string> names;
  for (const auto& part : client().StreamStorageItems({})) {
    ASSERT_TRUE(part.ok()) << part.status();
    names.push_back(part->items(0).name());
  }
  EXPECT_THAT(names, ElementsAre("a", "b"));
  EXPECT_GT(service_.stream_remaining, std::chrono::minutes(30));
}

TEST_F(ClientTest, AStreamEndsWithAnError) {
  service_.error = grpc::Status(grpc::StatusCode::INTERNAL, "late");
  std::vector<absl::Status> ends;
  for (const auto& part : client().StreamStorageItems({})) ends.push_back(part.status());
  EXPECT_THAT(ends, ElementsAre(absl::OkStatus(), absl::OkStatus(), absl::InternalError("late")));
}

// The server would hold the call for ever.
TEST_F(ClientTest, AStreamThatIsLeftIsCancelled) {
  service_.hold = true;
  for (const auto& part : client().StreamStorageItems({})) {
    EXPECT_EQ(part->items(0).name(), "a");
    break;
  }
  server_->Shutdown();
}

TEST_F(ClientTest, AStreamIsCancelled) {
  service_.hold = true;
  Cancellation cancellation;
  CallOptions call;
  call.cancellation = &cancellation;
  std::vector<absl::StatusCode> codes;
  for (const auto& part : client().StreamStorageItems({}, call)) {
    codes.push_back(part.status().code());
    if (codes.size() == 2) cancellation.Cancel();
  }
  EXPECT_THAT(codes, ElementsAre(absl::StatusCode::kOk, absl::StatusCode::kOk,
                                 absl::StatusCode::kCancelled));
}

TEST_F(ClientTest, AnExportReplacesTheFile) {
  std::ofstream(path_) << "older";
  std::vector<int> done;
  const auto summary = client().ExportCocoToFile("p", path_, [&](int rows_done, int rows_total) {
    done.push_back(rows_done);
    EXPECT_EQ(rows_total, 1);
    EXPECT_EQ(Read(path_), "older");
    return absl::OkStatus();
  });
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->image_count(), 7);
  EXPECT_THAT(done, ElementsAre(0, 1));
  EXPECT_EQ(Read(path_), "{}");
  EXPECT_THAT(Files(), ElementsAre("coco.json"));
}

TEST_F(ClientTest, AnExportWithoutSummaryIsNone) {
  service_.with_summary = false;
  EXPECT_EQ(client().ExportCocoToFile("p", path_).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(Files(), ElementsAre());
}

TEST_F(ClientTest, AnExportThatFailsAfterItsSummaryIsNone) {
  service_.error = grpc::Status(grpc::StatusCode::INTERNAL, "late");
  EXPECT_EQ(client().ExportCocoToFile("p", path_).status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(Files(), ElementsAre());
}

TEST_F(ClientTest, ProgressEndsAnExport) {
  service_.hold = true;
  const auto summary =
      client().ExportCocoToFile("p", path_, [](int, int) { return absl::AbortedError("enough"); });
  EXPECT_EQ(summary.status(), absl::AbortedError("enough"));
  EXPECT_THAT(Files(), ElementsAre());
}

TEST_F(ClientTest, AnExportIsCancelled) {
  service_.hold = true;
  Cancellation cancellation;
  CallOptions call;
  call.cancellation = &cancellation;
  const auto summary = client().ExportCocoToFile(
      "p", path_,
      [&](int, int) {
        cancellation.Cancel();
        return absl::OkStatus();
      },
      call);
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(Files(), ElementsAre());
  EXPECT_EQ(client().GetProject(Project("p"), call).status().code(), absl::StatusCode::kCancelled);
}

TEST_F(ClientTest, AnExportToNowhere) {
  EXPECT_EQ(client().ExportCocoToFile("p", folder_ + "/none/coco.json").status().code(),
            absl::StatusCode::kNotFound);
}

TEST(ConnectTest, Addresses) {
  for (const char* address : {"localhost:1", "127.0.0.1:65535", "[::1]:50051"}) {
    ConnectOptions options;
    options.address = address;
    EXPECT_TRUE(Connect(options).ok()) << address;
  }
  for (const char* address : {"", "localhost", ":1", "a:0", "a:65536", "a:1x", "::1:50051", "a b:1",
                              "[]:1", "http://a:1", "[x]:1", "a:", "a:+1"}) {
    ConnectOptions options;
    options.address = address;
    EXPECT_EQ(Connect(options).status().code(), absl::StatusCode::kInvalidArgument) << address;
  }
}

}  // namespace
}  // namespace encord
