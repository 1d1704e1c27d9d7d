#include "server/rpc/server.h"

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "grpc/health/v1/health.grpc.pb.h"
#include "proto/encord/v1/encord.grpc.pb.h"
#include "server/encord/auth_vectors.h"
#include "server/http/testing/fake_upstream.h"
#include "server/http/testing/test_authority.h"
#include "server/log.h"
#include "server/pb.h"

namespace gateway::rpc {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using http::testing::FakeConnection;
using http::testing::FakeUpstream;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;
using ::testing::HasSubstr;

std::shared_ptr<const encord::PrivateKey> TheKey() {
  auto key = encord::PrivateKey::Parse(encord::AuthVectorKey("openssh_private_key"), "");
  return std::make_shared<const encord::PrivateKey>(*std::move(key));
}

// Answers like Encord: the groups call with no groups, anything else with 404.
void AnswerLikeEncord(FakeConnection& connection) {
  while (const auto request = connection.ReadRequest()) {
    if (request->MethodAndTarget().find("/groups") != std::string::npos) {
      connection.Write(http::testing::Ok(R"({"results":[]})"));
    } else {
      connection.Write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    }
  }
}

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    SetUpLogging(std::make_shared<BatchingSink>(STDERR_FILENO), LogFormat::kText, "info");
    options_.listen = "127.0.0.1:0";
    options_.http.url = "http://127.0.0.1:1";
    options_.readiness_interval = milliseconds(100);
  }

  void Start(std::shared_ptr<const encord::PrivateKey> key = TheKey()) {
    auto server = Server::Start(options_, std::move(key));
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    Connect(grpc::InsecureChannelCredentials());
  }

  void Connect(const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    channel_ = grpc::CreateChannel(server_->address(), credentials);
    stub_ = pb::EncordService::NewStub(channel_);
    health_ = grpc::health::v1::Health::NewStub(channel_);
  }

  grpc::Status ListGroups(const std::string& token = "") {
    grpc::ClientContext context;
    context.set_deadline(system_clock::now() + seconds(30));
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
    pb::ListGroupsResponse response;
    return stub_->ListGroups(&context, {}, &response);
  }

  // Waits until the service has this status.
  bool AwaitHealth(HealthCheckResponse::ServingStatus status) {
    grpc::ClientContext context;
    context.set_deadline(system_clock::now() + seconds(30));
    HealthCheckRequest request;
    request.set_service("encord.v1.EncordService");
    auto reader = health_->Watch(&context, request);
    HealthCheckResponse response;
    while (reader->Read(&response)) {
      if (response.status() == status) return true;
    }
    return false;
  }

  Options options_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<pb::EncordService::Stub> stub_;
  std::unique_ptr<grpc::health::v1::Health::Stub> health_;
};

TEST_F(ServerTest, ServesAndKnowsThatEncordIsReachable) {
  FakeUpstream encord(AnswerLikeEncord);
  options_.http.url = encord.url();
  Start();
  EXPECT_TRUE(ListGroups().ok());
  EXPECT_TRUE(AwaitHealth(HealthCheckResponse::SERVING));
}

TEST_F(ServerTest, EncordOutOfReachIsUnavailableAndNotServing) {
  {
    FakeUpstream encord([](FakeConnection&) {});
    options_.http.url = encord.url();
  }
  options_.encord.retry.read.max_attempts = 1;
  Start();
  EXPECT_TRUE(AwaitHealth(HealthCheckResponse::NOT_SERVING));
  EXPECT_EQ(ListGroups().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServerTest, WithoutAKeyCallersBringTokens) {
  std::promise<std::string> head;
  FakeUpstream encord([&](FakeConnection& connection) {
    while (const auto request = connection.ReadRequest()) {
      if (request->MethodAndTarget().find("/groups") == std::string::npos) {
        connection.Write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        continue;
      }
      head.set_value(request->head);
      connection.Write(http::testing::Ok(R"({"results":[]})"));
    }
  });
  options_.http.url = encord.url();
  Start(nullptr);
  EXPECT_EQ(ListGroups().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(ListGroups("tok-123").ok());
  EXPECT_THAT(head.get_future().get(), HasSubstr("Authorization: Bearer tok-123\r\n"));
}

// An upstream that answers no call until it is told to, and tells when one has arrived.
class PausedEncord {
 public:
  std::string url() const { return upstream_.url(); }
  void AwaitCall() { arrived_.get_future().wait(); }
  void Resume() { resume_.set_value(); }

 private:
  std::promise<void> arrived_;
  std::promise<void> resume_;
  FakeUpstream upstream_{[this](FakeConnection& connection) {
    while (const auto request = connection.ReadRequest()) {
      if (request->MethodAndTarget().find("/groups") == std::string::npos) {
        connection.Write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        continue;
      }
      arrived_.set_value();
      resume_.get_future().wait();
      connection.Write(http::testing::Ok(R"({"results":[]})"));
    }
  }};
};

TEST_F(ServerTest, DrainLetsCallsFinishAndTakesNoMore) {
  PausedEncord encord;
  options_.http.url = encord.url();
  Start();
  grpc::Status under_way;
  std::thread caller([&] { under_way = ListGroups(); });
  encord.AwaitCall();
  grpc::ClientContext watch_context;
  auto watch = health_->Watch(&watch_context, HealthCheckRequest());
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);

  std::thread drainer([&] { server_->Drain(seconds(30)); });
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  // A call that crosses the farewell on the wire is CANCELLED by gRPC, a later one UNAVAILABLE.
  EXPECT_THAT(ListGroups().error_code(),
              testing::AnyOf(grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::CANCELLED));

  encord.Resume();
  caller.join();
  EXPECT_TRUE(under_way.ok()) << under_way.error_message();
  drainer.join();
}

TEST_F(ServerTest, DrainCancelsWhatTakesTooLong) {
  PausedEncord encord;
  options_.http.url = encord.url();
  Start();
  grpc::Status under_way;
  std::thread caller([&] { under_way = ListGroups(); });
  encord.AwaitCall();
  server_->Drain(milliseconds(50));
  caller.join();
  EXPECT_FALSE(under_way.ok());
  encord.Resume();
}

TEST_F(ServerTest, RefusesTooLargeMessages) {
  FakeUpstream encord(AnswerLikeEncord);
  options_.http.url = encord.url();
  options_.max_receive_message_size = 1024;
  Start();
  grpc::ClientContext context;
  pb::GetProjectRequest request;
  request.set_project_hash(std::string(2000, 'x'));
  pb::GetProjectResponse response;
  EXPECT_EQ(stub_->GetProject(&context, request, &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServerTest, TwoServersDoNotShareAPort) {
  Start();
  options_.listen = server_->address();
  EXPECT_EQ(Server::Start(options_, nullptr).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(ServerTest, BadSettingsAreErrors) {
  options_.http.url = "encord";
  EXPECT_FALSE(Server::Start(options_, nullptr).ok());
  options_.http.url = "http://127.0.0.1:1";
  options_.tls_cert_file = options_.tls_key_file = "/nonexistent";
  EXPECT_EQ(Server::Start(options_, nullptr).status().code(), absl::StatusCode::kNotFound);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST_F(ServerTest, SpeaksTls) {
  FakeUpstream encord(AnswerLikeEncord);
  options_.http.url = encord.url();
  const http::testing::TestAuthority authority("edge");
  const auto context = authority.IssueServerContext("IP:127.0.0.1");
  options_.tls_cert_file = testing::TempDir() + "/cert.pem";
  options_.tls_key_file = testing::TempDir() + "/key.pem";
  std::FILE* file = std::fopen(options_.tls_cert_file.c_str(), "w");
  PEM_write_X509(file, SSL_CTX_get0_certificate(context.get()));
  std::fclose(file);
  file = std::fopen(options_.tls_key_file.c_str(), "w");
  PEM_write_PrivateKey(file, SSL_CTX_get0_privatekey(context.get()), nullptr, nullptr, 0, nullptr,
                       nullptr);
  std::fclose(file);

  Start();
  EXPECT_EQ(ListGroups().error_code(), grpc::StatusCode::UNAVAILABLE);  // plain text
  grpc::SslCredentialsOptions trust;
  trust.pem_root_certs = ReadFile(authority.ca_file());
  Connect(grpc::SslCredentials(trust));
  EXPECT_TRUE(ListGroups().ok());
  server_.reset();

  // Clients must show a certificate of the same authority.
  options_.tls_client_ca_file = authority.ca_file();
  Start();
  Connect(grpc::SslCredentials(trust));
  EXPECT_EQ(ListGroups().error_code(), grpc::StatusCode::UNAVAILABLE);
  trust.pem_private_key = ReadFile(options_.tls_key_file);
  trust.pem_cert_chain = ReadFile(options_.tls_cert_file);
  Connect(grpc::SslCredentials(trust));
  EXPECT_TRUE(ListGroups().ok());
}

}  // namespace
}  // namespace gateway::rpc
