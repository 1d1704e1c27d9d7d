#include "client/cpp/encord_client.h"

#include <fcntl.h>
#include <google/protobuf/descriptor.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/notification.h"

namespace encord {

// The context of a call that a Cancellation may end; known to it while it exists.
class CancellableContext {
 public:
  explicit CancellableContext(Cancellation* cancellation) : cancellation_(cancellation) {
    if (cancellation_ == nullptr) return;
    absl::MutexLock lock(&cancellation_->mutex_);
    if (cancellation_->cancelled_) context_.TryCancel();
    cancellation_->calls_.insert(&context_);
  }
  CancellableContext(const CancellableContext&) = delete;
  CancellableContext& operator=(const CancellableContext&) = delete;
  ~CancellableContext() {
    if (cancellation_ == nullptr) return;
    absl::MutexLock lock(&cancellation_->mutex_);
    cancellation_->calls_.erase(&context_);
  }

  grpc::ClientContext* get() { return &context_; }

  void Prepare(const CallOptions& options, const std::string& token, absl::Duration timeout) {
    context_.set_deadline(absl::ToChronoTime(absl::Now() + options.timeout.value_or(timeout)));
    bool has_credential = false;
    for (const auto& [key, value] : options.metadata) {
      context_.AddMetadata(key, value);
      has_credential = has_credential || key == "authorization";
    }
    if (!token.empty() && !has_credential) {
      context_.AddMetadata("authorization", absl::StrCat("Bearer ", token));
    }
  }

 private:
  Cancellation* cancellation_;
  grpc::ClientContext context_;
};

void Cancellation::Cancel() {
  absl::MutexLock lock(&mutex_);
  cancelled_ = true;
  for (grpc::ClientContext* call : calls_) call->TryCancel();
}

namespace {

// Streams last as long as there is data.
constexpr absl::Duration kStreamTimeout = absl::Hours(1);
constexpr char kStatusType[] = "type.googleapis.com/google.rpc.Status";

// --- Settings ---

absl::Status SettingsError(const std::string& setting, const std::string& problem) {
  return absl::InvalidArgumentError(absl::StrCat(setting, ": ", problem));
}

std::string Environment(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

bool IsAddress(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return false;
  const std::string host = text.substr(0, colon);
  const std::string port = text.substr(colon + 1);
  int number = 0;
  if (port.size() > 5 || !std::all_of(port.begin(), port.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(port, &number) || number < 1 || number > 65535) {
    return false;
  }
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.%") ==
           std::string::npos;
  }
  return !host.empty() && host.find_first_of(" \t\n\v\f\r:/[]") == std::string::npos;
}

absl::StatusOr<std::string> ReadAddress(const std::optional<std::string>& option) {
  const std::string address = option.value_or(Environment("ENCORD_GATEWAY"));
  if (IsAddress(address)) return address;
  return SettingsError(option.has_value() ? "address" : "ENCORD_GATEWAY",
                       absl::StrCat("must be HOST:PORT, is \"", address, "\""));
}

absl::StatusOr<std::string> ReadToken(const std::optional<std::string>& option) {
  const std::string token = option.value_or(Environment("ENCORD_GATEWAY_TOKEN"));
  // The value is a secret and must not get into an error.
  if (std::all_of(token.begin(), token.end(), absl::ascii_isgraph)) return token;
  return SettingsError(option.has_value() ? "token" : "ENCORD_GATEWAY_TOKEN",
                       "must be printable ASCII without blanks");
}

absl::StatusOr<bool> ReadTls(const ConnectOptions& options) {
  if (options.tls.has_value()) {
    if (!*options.tls && !options.ca_file.empty()) {
      return SettingsError("ca_file", "given although tls is off");
    }
    return *options.tls;
  }
  if (!options.ca_file.empty()) return true;
  const std::string value = Environment("ENCORD_GATEWAY_TLS");
  if (value.empty() || value == "0" || value == "false") return false;
  if (value == "1" || value == "true") return true;
  return SettingsError("ENCORD_GATEWAY_TLS",
                       absl::StrCat("must be 1, true, 0 or false, is \"", value, "\""));
}

// The PEM text of the authorities to trust; empty: gRPC's own.
absl::StatusOr<std::string> ReadCa(const ConnectOptions& options) {
  std::string setting = "ca_file";
  std::string path = options.ca_file;
  if (path.empty()) {
    setting = "ENCORD_GATEWAY_CA_FILE";
    path = Environment("ENCORD_GATEWAY_CA_FILE");
  }
  if (path.empty()) return "";
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string pem((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) {
    return SettingsError(setting, absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
  }
  if (pem.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    return SettingsError(setting, absl::StrCat("no PEM certificate in ", path));
  }
  return pem;
}

// --- Connection ---

// gRPC's own retries, for reads alone.
std::string ServiceConfig() {
  const google::protobuf::ServiceDescriptor* service =
      v1::ListProjectsRequest::descriptor()->file()->pool()->FindServiceByName(
          v1::EncordService::service_full_name());
  std::vector<std::string> names;
  for (int i = 0; i < service->method_count(); ++i) {
    const google::protobuf::MethodDescriptor* method = service->method(i);
    if (method->options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS) {
      names.push_back(absl::StrFormat(R"({"service": "%s", "method": "%s"})", service->full_name(),
                                      method->name()));
    }
  }
  return absl::StrCat(R"({"methodConfig": [{"name": [)", absl::StrJoin(names, ", "),
                      R"(], "retryPolicy": {"maxAttempts": 3, "initialBackoff": "0.25s",
                          "maxBackoff": "8s", "backoffMultiplier": 2,
                          "retryableStatusCodes": ["UNAVAILABLE"]}}],
                          "retryThrottling": {"maxTokens": 100, "tokenRatio": 0.1}})");
}

// --- Files ---

absl::Status FileError(const std::string& path) { return absl::ErrnoToStatus(errno, path); }

// A new file beside `path` that takes its place by Commit, and else vanishes.
class ReplacingFile {
 public:
  explicit ReplacingFile(const std::string& path) : path_(path) {
    std::random_device random;
    part_ = absl::StrFormat("%s.%08x%08x.part", path, random(), random());
  }
  ReplacingFile(const ReplacingFile&) = delete;
  ReplacingFile& operator=(const ReplacingFile&) = delete;
  ~ReplacingFile() {
    if (file_ < 0) return;
    close(file_);
    if (!committed_) unlink(part_.c_str());
  }

  absl::Status Open() {
    file_ = open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return file_ < 0 ? FileError(part_) : absl::OkStatus();
  }

  absl::Status Write(const std::string& data) {
    std::size_t written = 0;
    while (written < data.size()) {
      const ssize_t count = write(file_, data.data() + written, data.size() - written);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return FileError(part_);
      written += static_cast<std::size_t>(count);
    }
    return absl::OkStatus();
  }

  absl::Status Commit() {
    if (fsync(file_) != 0) return FileError(part_);
    if (std::rename(part_.c_str(), path_.c_str()) != 0) return FileError(path_);
    committed_ = true;
    return absl::OkStatus();
  }

 private:
  std::string path_;
  std::string part_;
  int file_ = -1;
  bool committed_ = false;
};

}  // namespace

// --- Errors ---

absl::Status StatusOf(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  if (!status.error_details().empty()) {
    result.SetPayload(kStatusType, absl::Cord(status.error_details()));
  }
  return result;
}

ErrorDetails DetailsOf(const absl::Status& status) {
  ErrorDetails details;
  const absl::optional<absl::Cord> payload = status.GetPayload(kStatusType);
  google::rpc::Status answer;
  if (!payload.has_value() || !answer.ParseFromString(std::string(*payload))) return details;
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest request;
  google::rpc::RetryInfo retry;
  google::rpc::RequestInfo origin;
  google::rpc::ResourceInfo resource;
  for (const google::protobuf::Any& detail : answer.details()) {
    if (detail.UnpackTo(&info)) {
      details.reason = info.reason();
      details.metadata = {info.metadata().begin(), info.metadata().end()};
    } else if (detail.UnpackTo(&request)) {
      for (const auto& violation : request.field_violations()) {
        details.field_violations.push_back({violation.field(), violation.description()});
      }
    } else if (detail.UnpackTo(&retry)) {
      details.retry_after = absl::Seconds(retry.retry_delay().seconds()) +
                            absl::Nanoseconds(retry.retry_delay().nanos());
    } else if (detail.UnpackTo(&origin)) {
      details.request_id = origin.request_id();
    } else if (detail.UnpackTo(&resource)) {
      details.resource =
          Resource{resource.resource_type(), resource.resource_name(), resource.description()};
    }
  }
  return details;
}

// --- Calls ---

absl::StatusOr<Client> Connect(const ConnectOptions& options) {
  absl::StatusOr<bool> tls = ReadTls(options);
  if (!tls.ok()) return tls.status();
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (*tls) {
    absl::StatusOr<std::string> ca = ReadCa(options);
    if (!ca.ok()) return ca.status();
    grpc::SslCredentialsOptions ssl;
    ssl.pem_root_certs = *std::move(ca);
    credentials = grpc::SslCredentials(ssl);
  }
  absl::StatusOr<std::string> address = ReadAddress(options.address);
  if (!address.ok()) return address.status();
  absl::StatusOr<std::string> token = ReadToken(options.token);
  if (!token.ok()) return token.status();
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(ServiceConfig());
  return Client(grpc::CreateCustomChannel(*address, credentials, arguments), *std::move(token),
                options.timeout);
}

absl::Status Client::Call(const std::string& rpc, const google::protobuf::Message& request,
                          google::protobuf::Message* response, const CallOptions& options) const {
  CancellableContext context(options.cancellation);
  context.Prepare(options, token_, timeout_);
  const std::string method = absl::StrCat("/", v1::EncordService::service_full_name(), "/", rpc);
  grpc::ByteBuffer sent;
  grpc::ByteBuffer received;
  bool own_buffer = false;
  grpc::Status status = grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(
      request, &sent, &own_buffer);
  if (!status.ok()) return StatusOf(status);
  absl::Notification done;
  grpc::GenericStub(channel_).UnaryCall(context.get(), method, grpc::StubOptions(), &sent,
                                        &received, [&](grpc::Status outcome) {
                                          status = std::move(outcome);
                                          done.Notify();
                                        });
  done.WaitForNotification();
  if (status.ok()) {
    status = grpc::GenericDeserialize<grpc::ProtoBufferReader, google::protobuf::Message>(&received,
                                                                                          response);
  }
  return StatusOf(status);
}

std::shared_ptr<grpc::ClientContext> Client::StreamContext(const CallOptions& options) const {
  const auto context = std::make_shared<CancellableContext>(options.cancellation);
  context->Prepare(options, token_, kStreamTimeout);
  return {context, context->get()};
}

absl::StatusOr<v1::CocoExportSummary> Client::ExportCocoToFile(
    const v1::StreamLabelsCocoJsonRequest& request, const std::string& path,
    const Progress& progress, const CallOptions& options) const {
  ReplacingFile file(path);
  if (absl::Status opened = file.Open(); !opened.ok()) return opened;
  CancellableContext context(options.cancellation);
  context.Prepare(options, token_, kStreamTimeout);
  const std::unique_ptr<v1::EncordService::Stub> stub = v1::EncordService::NewStub(channel_);
  const std::unique_ptr<grpc::ClientReader<v1::StreamLabelsCocoJsonResponse>> reader =
      stub->StreamLabelsCocoJson(context.get(), request);
  std::optional<v1::CocoExportSummary> summary;
  absl::Status local;
  v1::StreamLabelsCocoJsonResponse part;
  while (local.ok() && reader->Read(&part)) {
    local = file.Write(part.json());
    if (local.ok() && progress != nullptr) local = progress(part.rows_done(), part.rows_total());
    summary.reset();
    if (part.has_summary()) summary = part.summary();
  }
  if (!local.ok()) context.get()->TryCancel();
  const absl::Status remote = StatusOf(reader->Finish());
  if (!local.ok()) return local;
  if (!remote.ok()) return remote;
  if (!summary.has_value()) return absl::DataLossError("the export ended without a summary");
  if (absl::Status committed = file.Commit(); !committed.ok()) return committed;
  return *std::move(summary);
}

absl::StatusOr<v1::CocoExportSummary> Client::ExportCocoToFile(const std::string& project_hash,
                                                               const std::string& path,
                                                               const Progress& progress,
                                                               const CallOptions& options) const {
  v1::StreamLabelsCocoJsonRequest request;
  request.set_project_hash(project_hash);
  return ExportCocoToFile(request, path, progress, options);
}

}  // namespace encord
