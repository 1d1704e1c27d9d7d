#include "server/rpc/reflection.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/support/server_callback.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"

namespace gateway::rpc {
namespace {

namespace protobuf = google::protobuf;

const protobuf::DescriptorPool& Pool() { return *protobuf::DescriptorPool::generated_pool(); }

// Adds the file and, before it, all that it imports.
template <class FileDescriptorResponse>
void AddFile(const protobuf::FileDescriptor& file,
             std::unordered_set<const protobuf::FileDescriptor*>& added,
             FileDescriptorResponse& response) {
  if (!added.insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), added, response);
  protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  response.add_file_descriptor_proto(proto.SerializeAsString());
}

template <class Response>
void SetError(grpc::StatusCode code, const std::string& message, Response& response) {
  response.mutable_error_response()->set_error_code(code);
  response.mutable_error_response()->set_error_message(message);
}

template <class Response>
void SetFile(const protobuf::FileDescriptor* file, const std::string& what, Response& response) {
  if (file == nullptr) {
    SetError(grpc::StatusCode::NOT_FOUND, what + " not found", response);
    return;
  }
  std::unordered_set<const protobuf::FileDescriptor*> added;
  AddFile(*file, added, *response.mutable_file_descriptor_response());
}

template <class Request, class Response>
void Answer(const std::vector<std::string>& services, const Request& request, Response& response) {
  response.Clear();
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case Request::kFileByFilename:
      SetFile(Pool().FindFileByName(request.file_by_filename()), request.file_by_filename(),
              response);
      return;
    case Request::kFileContainingSymbol:
      SetFile(Pool().FindFileContainingSymbol(request.file_containing_symbol()),
              request.file_containing_symbol(), response);
      return;
    case Request::kFileContainingExtension: {
      const auto& asked = request.file_containing_extension();
      const protobuf::Descriptor* type = Pool().FindMessageTypeByName(asked.containing_type());
      const protobuf::FieldDescriptor* extension =
          type == nullptr ? nullptr : Pool().FindExtensionByNumber(type, asked.extension_number());
      SetFile(extension == nullptr ? nullptr : extension->file(), "extension", response);
      return;
    }
    case Request::kAllExtensionNumbersOfType: {
      const std::string& name = request.all_extension_numbers_of_type();
      const protobuf::Descriptor* type = Pool().FindMessageTypeByName(name);
      if (type == nullptr) {
        SetError(grpc::StatusCode::NOT_FOUND, name + " not found", response);
        return;
      }
      response.mutable_all_extension_numbers_response()->set_base_type_name(name);
      std::vector<const protobuf::FieldDescriptor*> extensions;
      Pool().FindAllExtensions(type, &extensions);
      for (const protobuf::FieldDescriptor* extension : extensions) {
        response.mutable_all_extension_numbers_response()->add_extension_number(
            extension->number());
      }
      return;
    }
    case Request::kListServices:
      for (const std::string& service : services) {
        response.mutable_list_services_response()->add_service()->set_name(service);
      }
      return;
    case Request::MESSAGE_REQUEST_NOT_SET:
      break;
  }
  SetError(grpc::StatusCode::INVALID_ARGUMENT, "the request asks nothing", response);
}

// One stream: a question, its answer, the next question.
template <class Request, class Response>
class Stream final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  Stream(const std::vector<std::string>& services, Reflection::Streams& streams,
         grpc::CallbackServerContext& context)
      : services_(services), streams_(streams), context_(context) {
    streams_.Add(&context_);
    this->StartRead(&request_);
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) {
      this->Finish(grpc::Status::OK);
      return;
    }
    Answer(services_, request_, response_);
    this->StartWrite(&response_);
  }

  // If the write failed, so does the read, which then ends the stream.
  void OnWriteDone(bool /*ok*/) override { this->StartRead(&request_); }

  void OnDone() override {
    streams_.Remove(&context_);
    delete this;
  }

  const std::vector<std::string>& services_;
  Reflection::Streams& streams_;
  grpc::CallbackServerContext& context_;
  Request request_;
  Response response_;
};

template <class Generated, class Request, class Response>
class Service final : public Generated::CallbackService {
 public:
  Service(const std::vector<std::string>& services, Reflection::Streams& streams)
      : services_(services), streams_(streams) {}

  grpc::ServerBidiReactor<Request, Response>* ServerReflectionInfo(
      grpc::CallbackServerContext* context) override {
    return new Stream<Request, Response>(services_, streams_, *context);
  }

 private:
  const std::vector<std::string>& services_;
  Reflection::Streams& streams_;
};

namespace v1 = grpc::reflection::v1;
namespace v1alpha = grpc::reflection::v1alpha;

std::vector<std::string> WithReflection(std::vector<std::string> services) {
  services.push_back(v1::ServerReflection::service_full_name());
  services.push_back(v1alpha::ServerReflection::service_full_name());
  std::sort(services.begin(), services.end());
  return services;
}

}  // namespace

void Reflection::Streams::Add(grpc::CallbackServerContext* stream) {
  const std::lock_guard lock(mutex_);
  streams_.insert(stream);
  if (cancelled_) stream->TryCancel();
}

void Reflection::Streams::Remove(grpc::CallbackServerContext* stream) {
  const std::lock_guard lock(mutex_);
  streams_.erase(stream);
}

void Reflection::Streams::CancelAll() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  for (grpc::CallbackServerContext* stream : streams_) stream->TryCancel();
}

Reflection::Reflection(std::vector<std::string> services)
    : services_(WithReflection(std::move(services))),
      v1_(std::make_unique<
          Service<v1::ServerReflection, v1::ServerReflectionRequest, v1::ServerReflectionResponse>>(
          services_, streams_)),
      v1alpha_(std::make_unique<Service<v1alpha::ServerReflection, v1alpha::ServerReflectionRequest,
                                        v1alpha::ServerReflectionResponse>>(services_, streams_)) {}

Reflection::~Reflection() = default;

void Reflection::Drain() { streams_.CancelAll(); }

}  // namespace gateway::rpc
