#include "server/rpc/rpc_reactor.h"

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "server/encord/auth_vectors.h"
#include "server/http/client.h"
#include "server/rpc/stream_call.h"
#include "server/rpc/unary_call.h"

namespace gateway::rpc {
namespace {

namespace asio = boost::asio;

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

// How often something happened, to be awaited.
class Counter {
 public:
  void Add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }

  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

  // False if it takes implausibly long.
  bool Await(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(30), [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

// What the handlers below have seen.
struct Observations {
  Counter started;
  Counter ended;
  Counter written;
  std::thread::id thread;
  steady_clock::time_point deadline;
};
Observations* observed = nullptr;

// Behaves as the request's service says.
asio::awaitable<absl::Status> FakeCheck(actions::CallContext& context,
                                        const HealthCheckRequest& request,
                                        HealthCheckResponse& response) {
  Observations& seen = *observed;
  seen.thread = std::this_thread::get_id();
  seen.deadline = context.encord.deadline();
  seen.started.Add();
  const absl::Cleanup end = [&seen] { seen.ended.Add(); };
  if (request.service() == "not found") co_return absl::NotFoundError("no such thing");
  if (request.service() == "throw") throw std::runtime_error("hush");
  if (request.service() == "hang") {
    asio::steady_timer never(co_await asio::this_coro::executor, steady_clock::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
  }
  if (request.service() == "pause") {
    asio::steady_timer pause(co_await asio::this_coro::executor, milliseconds(1));
    co_await pause.async_wait(asio::use_awaitable);
  }
  response.set_status(HealthCheckResponse::SERVING);
  co_return absl::OkStatus();
}

constexpr int kMessages = 50;

// Writes kMessages messages of 1 MiB, or ends with an error when the caller is gone.
asio::awaitable<absl::Status> FakeWatch(actions::CallContext&, const HealthCheckRequest& request,
                                        actions::StreamWriter<HealthCheckResponse>& writer) {
  Observations& seen = *observed;
  const absl::Cleanup end = [&seen] { seen.ended.Add(); };
  HealthCheckResponse message;
  message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(
      100, std::string(1 << 20, 'x'));
  for (int i = 0; i < kMessages; ++i) {
    message.set_status(HealthCheckResponse::SERVING);
    if (!co_await writer.Write(message)) co_return absl::UnavailableError("gone");
    seen.written.Add();
  }
  if (request.service() == "fail") co_return absl::DataLossError("in the middle");
  co_return absl::OkStatus();
}

class FakeService final : public grpc::health::v1::Health::WithRawCallbackMethod_Check<
                              grpc::health::v1::Health::WithRawCallbackMethod_Watch<
                                  grpc::health::v1::Health::Service>> {
 public:
  explicit FakeService(CallEnvironment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* request,
                                  grpc::ByteBuffer* response) override {
    return new UnaryCall<HealthCheckRequest, HealthCheckResponse>(
        environment_, *context, "/fake/Check", FakeCheck, *request, *response);
  }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* Watch(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request) override {
    return new StreamCall<HealthCheckRequest, HealthCheckResponse>(
        environment_, *context, "/fake/Watch", FakeWatch, *request);
  }

 private:
  CallEnvironment& environment_;
};

encord::Credential ServerKey() {
  auto key = encord::PrivateKey::Parse(encord::AuthVectorKey("openssh_private_key"), "");
  return encord::Credential::FromKey(std::make_shared<const encord::PrivateKey>(*std::move(key)));
}

class RpcReactorTest : public testing::Test {
 protected:
  RpcReactorTest() {
    observed = &seen_;
    http::Options http_options;
    http_options.url = "http://127.0.0.1:1";
    http_ = *http::Client::Create(loop_, http_options);
    client_.emplace(*http_, signer_, workers_.get_executor(), workers_.get_executor(),
                    encord::ClientOptions());
    logger_->set_pattern("%v");
    access_log_.emplace(logger_, LogFormat::kText);
    environment_.reset(new CallEnvironment{loop_, *client_, options_, ServerKey(), *access_log_});
    service_.emplace(*environment_);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&*service_);
    server_ = builder.BuildAndStart();
    thread_ = std::thread([this] { loop_.run(); });
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    stub_ = grpc::health::v1::Health::NewStub(grpc::CreateCustomChannel(
        absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials(), arguments));
  }

  ~RpcReactorTest() override { Shutdown(); }

  // Ends all calls, after which log() is complete.
  void Shutdown() {
    if (server_ == nullptr) return;
    server_->Shutdown(system_clock::now());
    server_->Wait();
    server_.reset();
    work_.reset();
    thread_.join();
  }

  std::string log() {
    Shutdown();
    return log_.str();
  }

  grpc::Status Check(const std::string& service, grpc::ClientContext& context) {
    HealthCheckRequest request;
    request.set_service(service);
    return stub_->Check(&context, request, &response_);
  }

  grpc::Status Check(const std::string& service) {
    grpc::ClientContext context;
    return Check(service, context);
  }

  Observations seen_;
  std::ostringstream log_;
  std::shared_ptr<spdlog::logger> logger_ = std::make_shared<spdlog::logger>(
      kFieldsLogger, std::make_shared<spdlog::sinks::ostream_sink_mt>(log_));
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(loop_);
  asio::thread_pool workers_{1};
  std::unique_ptr<http::Client> http_;
  encord::Signer signer_;
  std::optional<encord::Client> client_;
  actions::Options options_;
  std::optional<AccessLog> access_log_;
  std::unique_ptr<CallEnvironment> environment_;
  std::optional<FakeService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::thread thread_;
  std::unique_ptr<grpc::health::v1::Health::Stub> stub_;
  HealthCheckResponse response_;
};

TEST_F(RpcReactorTest, AnswersFromTheLoop) {
  EXPECT_TRUE(Check("").ok());
  EXPECT_EQ(response_.status(), HealthCheckResponse::SERVING);
  EXPECT_EQ(seen_.thread, thread_.get_id());
  EXPECT_EQ(seen_.deadline, steady_clock::time_point::max());
  EXPECT_THAT(log(), MatchesRegex(" method=/fake/Check code=OK duration_ms=[0-9.]+ "
                                  "upstream_calls=0 upstream_attempts=0 upstream_ms=0.000 "
                                  "trace_id=[0-9a-f]{32} peer=ipv4:127.0.0.1:[0-9]+\n"));
}

TEST_F(RpcReactorTest, PassesErrorsOn) {
  const grpc::Status status = Check("not found");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "no such thing");
  EXPECT_THAT(log(), HasSubstr("code=NOT_FOUND"));
}

TEST_F(RpcReactorTest, ExceptionsAreInternalErrors) {
  const grpc::Status status = Check("throw");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(status.error_message(), "internal error");
  EXPECT_THAT(status.error_details(), Not(HasSubstr("hush")));
  EXPECT_TRUE(Check("").ok());
}

TEST_F(RpcReactorTest, EchoesTheTraceId) {
  const std::string trace_id = "0af7651916cd43dd8448eb211c80319c";
  grpc::ClientContext context;
  context.AddMetadata("x-cloud-trace-context", trace_id + "/1;o=1");
  const grpc::Status status = Check("not found", context);
  const auto echoed = context.GetServerTrailingMetadata().find("x-cloud-trace-context");
  ASSERT_NE(echoed, context.GetServerTrailingMetadata().end());
  EXPECT_EQ(echoed->second, trace_id);
  google::rpc::Status details;
  google::rpc::RequestInfo info;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.request_id(), trace_id);
}

TEST_F(RpcReactorTest, DeadlineEndsCallAndHandler) {
  grpc::ClientContext context;
  const auto deadline = system_clock::now() + milliseconds(200);
  context.set_deadline(deadline);
  EXPECT_EQ(Check("hang", context).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_GE(system_clock::now(), deadline);
  EXPECT_TRUE(seen_.ended.Await(1));
  EXPECT_THAT(log(), HasSubstr("code=DEADLINE_EXCEEDED"));
}

TEST_F(RpcReactorTest, DeadlineReachesTheHandler) {
  grpc::ClientContext context;
  context.set_deadline(system_clock::now() + seconds(100));
  const auto before = steady_clock::now();
  EXPECT_TRUE(Check("", context).ok());
  EXPECT_GE(seen_.deadline, before + seconds(99));
  EXPECT_LE(seen_.deadline, steady_clock::now() + seconds(102));
}

TEST_F(RpcReactorTest, CancellationReachesTheHandler) {
  grpc::ClientContext context;
  std::thread canceller([&] {
    EXPECT_TRUE(seen_.started.Await(1));
    context.TryCancel();
  });
  EXPECT_EQ(Check("hang", context).error_code(), grpc::StatusCode::CANCELLED);
  canceller.join();
  EXPECT_TRUE(seen_.ended.Await(1));
  EXPECT_THAT(log(), HasSubstr("code=CANCELLED"));
}

TEST_F(RpcReactorTest, MissingCredentialsAreRefused) {
  environment_->server_credential.reset();
  EXPECT_EQ(Check("").error_code(), grpc::StatusCode::UNAUTHENTICATED);
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer tok-123");
  EXPECT_TRUE(Check("", context).ok());
  EXPECT_EQ(seen_.started.count(), 1);
  EXPECT_THAT(log(), Not(HasSubstr("tok-123")));
}

TEST_F(RpcReactorTest, DrainingRefusesNewCalls) {
  environment_->draining = true;
  EXPECT_EQ(Check("").error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(seen_.started.count(), 0);
}

TEST_F(RpcReactorTest, ShutdownCancelsCallsUnderWay) {
  grpc::Status status;
  std::thread caller([&] { status = Check("hang"); });
  EXPECT_TRUE(seen_.started.Await(1));
  Shutdown();
  caller.join();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(seen_.ended.count(), 1);
}

TEST_F(RpcReactorTest, AwaitsTheReaderOfAStream) {
  grpc::ClientContext context;
  auto reader = stub_->Watch(&context, HealthCheckRequest());
  int read = 0;
  // Messages on their way: what gRPC's windows and buffers hold, however many are to come.
  int ahead = 0;
  while (reader->Read(&response_)) {
    ++read;
    ahead = std::max(ahead, seen_.written.count() - read);
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(read, kMessages);
  EXPECT_LT(ahead, kMessages / 2);
}

TEST_F(RpcReactorTest, StreamsEndWithTheHandlersError) {
  grpc::ClientContext context;
  HealthCheckRequest request;
  request.set_service("fail");
  auto reader = stub_->Watch(&context, request);
  int read = 0;
  while (reader->Read(&response_)) ++read;
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(read, kMessages);
}

TEST_F(RpcReactorTest, StreamsThatNobodyReadsEnd) {
  grpc::ClientContext context;
  auto reader = stub_->Watch(&context, HealthCheckRequest());
  ASSERT_TRUE(reader->Read(&response_));
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(seen_.ended.Await(1));
  EXPECT_LT(seen_.written.count(), kMessages);
}

// Calls that end by themselves, by their deadline and by their caller, all at once.
TEST_F(RpcReactorTest, SurvivesEndsThatMeet) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 150;
  std::vector<std::thread> callers;
  for (int thread = 0; thread < kThreads; ++thread) {
    callers.emplace_back([this, thread] {
      for (int i = 0; i < kCalls; ++i) {
        grpc::ClientContext context;
        context.set_deadline(system_clock::now() + std::chrono::microseconds(300 + 100 * (i % 17)));
        HealthCheckRequest request;
        request.set_service((i + thread) % 3 == 0 ? "hang" : "pause");
        HealthCheckResponse response;
        const grpc::Status status = stub_->Check(&context, request, &response);
        EXPECT_TRUE(status.ok() || status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED)
            << status.error_message();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_TRUE(Check("").ok());
  Shutdown();
  EXPECT_EQ(seen_.started.count(), seen_.ended.count());
}

}  // namespace
}  // namespace gateway::rpc
