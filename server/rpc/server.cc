#include "server/rpc/server.h"

#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/encord/client.h"
#include "server/encord/credential.h"
#include "server/encord/signing.h"
#include "server/http/client.h"
#include "server/rpc/access_log.h"
#include "server/rpc/encord_service.h"
#include "server/rpc/health.h"
#include "server/rpc/readiness.h"
#include "server/rpc/reflection.h"
#include "server/rpc/rpc_reactor.h"

namespace gateway::rpc {
namespace {

namespace asio = boost::asio;

constexpr const char* kEncordService = "encord.v1.EncordService";
constexpr const char* kHealthService = "grpc.health.v1.Health";

void LogForGrpc(gpr_log_func_args* arguments) {
  const auto level = arguments->severity == GPR_LOG_SEVERITY_ERROR  ? spdlog::level::err
                     : arguments->severity == GPR_LOG_SEVERITY_INFO ? spdlog::level::info
                                                                    : spdlog::level::debug;
  spdlog::log(level, "gRPC: {}", arguments->message);
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::string content(std::istreambuf_iterator<char>(file), {});
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read \"", path, "\""));
  return content;
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(const Options& options) {
  if (options.tls_cert_file.empty()) return grpc::InsecureServerCredentials();
  const absl::StatusOr<std::string> certificate = ReadFile(options.tls_cert_file);
  if (!certificate.ok()) return certificate.status();
  const absl::StatusOr<std::string> key = ReadFile(options.tls_key_file);
  if (!key.ok()) return key.status();
  grpc::SslServerCredentialsOptions tls;
  tls.pem_key_cert_pairs.push_back({*key, *certificate});
  if (!options.tls_client_ca_file.empty()) {
    absl::StatusOr<std::string> authorities = ReadFile(options.tls_client_ca_file);
    if (!authorities.ok()) return authorities.status();
    tls.pem_root_certs = *std::move(authorities);
    tls.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return grpc::SslServerCredentials(tls);
}

int Milliseconds(std::chrono::milliseconds duration) {
  return static_cast<int>(
      std::min<std::chrono::milliseconds::rep>(duration.count(), std::numeric_limits<int>::max()));
}

}  // namespace

class Server::Impl {
 public:
  Impl(const Options& options, std::shared_ptr<const encord::PrivateKey> key)
      : options_(options),
        key_(std::move(key)),
        workers_(static_cast<std::size_t>(options.workers)),
        access_log_(spdlog::get(kFieldsLogger), options.log_format),
        health_(kEncordService),
        reflection_({kEncordService, kHealthService}) {}

  ~Impl() {
    Drain(std::chrono::milliseconds(0));
    // gRPC's own threads go on, and the log may be gone by the time they have something to say.
    gpr_set_log_function(nullptr);
  }

  absl::Status Start() {
    absl::StatusOr<std::unique_ptr<http::Client>> http = http::Client::Create(loop_, options_.http);
    if (!http.ok()) return http.status();
    http_ = *std::move(http);
    client_.emplace(*http_, signer_, workers_.get_executor(), signing_.get_executor(),
                    options_.encord);
    std::optional<encord::Credential> credential;
    if (key_ != nullptr) credential = encord::Credential::FromKey(key_);
    environment_.reset(
        new CallEnvironment{loop_, *client_, options_.actions, std::move(credential), access_log_});
    encord_service_ = MakeEncordService(*environment_);
    if (const absl::Status status = Listen(); !status.ok()) return status;
    WatchEncord();
    loop_thread_ = std::thread([this] { loop_.run(); });
    return absl::OkStatus();
  }

  const std::string& address() const { return address_; }

  void Drain(std::chrono::milliseconds timeout) {
    if (grpc_ == nullptr) return;
    environment_->draining = true;
    health_.Drain();
    reflection_.Drain();
    grpc_->Shutdown(std::chrono::system_clock::now() + timeout);
    grpc_->Wait();
    grpc_.reset();
    asio::post(loop_, [this] {
      readiness_.emit(asio::cancellation_type::terminal);
      http_->Shutdown();
      asio::post(loop_, [this] { loop_.stop(); });
    });
    loop_thread_.join();
    workers_.join();
    signing_.join();
  }

 private:
  absl::Status Listen() {
    gpr_set_log_function(LogForGrpc);
    const absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> credentials =
        MakeCredentials(options_);
    if (!credentials.ok()) return credentials.status();
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(options_.listen, *credentials, &port);
    builder.RegisterService(encord_service_.get());
    builder.RegisterService(&health_);
    builder.RegisterService(&reflection_.v1());
    builder.RegisterService(&reflection_.v1alpha());
    builder.SetMaxReceiveMessageSize(static_cast<int>(options_.max_receive_message_size));
    // Answers are as large as Encord's; whether they are too large is the client's to say.
    builder.SetMaxSendMessageSize(-1);
    // Two servers on one port would share its connections silently.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE,
                               static_cast<int>(options_.max_metadata_size));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(options_.keepalive_time));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                               Milliseconds(options_.keepalive_timeout));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               Milliseconds(options_.min_client_ping_interval));
    // Requests are small, so that their flow control needs no pings that measure the bandwidth; and
    // nobody asks for channelz.
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
    if (options_.max_connection_age.count() > 0) {
      builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                                 Milliseconds(options_.max_connection_age));
      builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                                 Milliseconds(options_.drain_timeout));
    }
    grpc_ = builder.BuildAndStart();
    if (grpc_ == nullptr || port == 0) {
      grpc_.reset();
      return absl::UnavailableError(absl::StrCat("cannot listen on ", options_.listen));
    }
    address_ = absl::StrCat(options_.listen.substr(0, options_.listen.rfind(':')), ":", port);
    return absl::OkStatus();
  }

  void WatchEncord() {
    ReadinessOptions options;
    options.interval = options_.readiness_interval;
    options.user_agent = options_.encord.user_agent;
    asio::co_spawn(loop_,
                   WatchReadiness(
                       *http_, std::move(options), [this] { return client_->last_answer(); },
                       [this](bool reachable) { health_.SetServing(reachable); }),
                   asio::bind_cancellation_slot(readiness_.slot(), asio::detached));
  }

  const Options options_;
  const std::shared_ptr<const encord::PrivateKey> key_;
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(loop_);
  asio::thread_pool workers_;
  asio::thread_pool signing_{1};
  asio::cancellation_signal readiness_;
  std::unique_ptr<http::Client> http_;
  encord::Signer signer_;
  std::optional<encord::Client> client_;
  const AccessLog access_log_;
  std::unique_ptr<CallEnvironment> environment_;
  std::unique_ptr<grpc::Service> encord_service_;
  Health health_;
  Reflection reflection_;
  std::unique_ptr<grpc::Server> grpc_;
  std::string address_;
  std::thread loop_thread_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() = default;

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const Options& options, std::shared_ptr<const encord::PrivateKey> key) {
  auto impl = std::make_unique<Impl>(options, std::move(key));
  if (const absl::Status status = impl->Start(); !status.ok()) return status;
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

const std::string& Server::address() const { return impl_->address(); }

void Server::Drain(std::chrono::milliseconds timeout) { impl_->Drain(timeout); }

}  // namespace gateway::rpc
