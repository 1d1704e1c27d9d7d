// Client of Encord Gateway: connecting, errors, pages, and exports to a file. The generated
// messages and stubs are in encord::v1.

#ifndef CLIENT_CPP_ENCORD_CLIENT_H_
#define CLIENT_CPP_ENCORD_CLIENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "encord/v1/encord.grpc.pb.h"

namespace encord {

// What is left open is taken from the environment. An empty variable is one that is not set.
struct ConnectOptions {
  // HOST:PORT, IPv6 addresses in brackets; otherwise ENCORD_GATEWAY.
  std::optional<std::string> address;
  // Encord bearer token, printable ASCII; otherwise ENCORD_GATEWAY_TOKEN. Empty: none, so that the
  // gateway uses its own key. A call's own "authorization" metadata goes before it.
  std::optional<std::string> token;
  // Whether to use TLS; otherwise yes if ca_file is given, otherwise ENCORD_GATEWAY_TLS (1 or true,
  // 0 or false). Without either: plain text.
  std::optional<bool> tls;
  // PEM file of the certificate authorities to trust; otherwise, with TLS, ENCORD_GATEWAY_CA_FILE.
  // Without either: those that come with gRPC.
  std::string ca_file;
  // For calls that set none themselves. Calls that stream have an hour.
  absl::Duration timeout = absl::Minutes(1);
};

// Ends calls from another thread. May be given to many calls, and must outlive them.
class Cancellation {
 public:
  // Ends the calls that are under way, and those that are made afterwards, with CANCELLED.
  void Cancel() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  friend class CancellableContext;

  absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<grpc::ClientContext*> calls_ ABSL_GUARDED_BY(mutex_);
};

struct CallOptions {
  // The call's deadline from now. Unset: that of the connection.
  std::optional<absl::Duration> timeout;
  // Sent with the call; keys in lower case.
  std::vector<std::pair<std::string, std::string>> metadata;
  // Null: the call cannot be cancelled.
  Cancellation* cancellation = nullptr;
};

struct FieldViolation {
  std::string field;
  std::string description;
};

// The thing that an error is about.
struct Resource {
  std::string type;
  std::string name;
  std::string description;
};

// From the google.rpc details of an answer; empty where the gateway says nothing, or was not
// reached.
struct ErrorDetails {
  // Stable name of the cause, such as NOT_FOUND, and facts such as Encord's own code.
  std::string reason;
  std::map<std::string, std::string> metadata;
  std::vector<FieldViolation> field_violations;
  // Time after which another try makes sense.
  std::optional<absl::Duration> retry_after;
  // The trace id that Encord's support can look up.
  std::string request_id;
  std::optional<Resource> resource;
};

ErrorDetails DetailsOf(const absl::Status& status);

// gRPC's status with the same code and message; its details are kept for DetailsOf.
absl::Status StatusOf(const grpc::Status& status);

// The answers of a list, page by page, or of a stream, to be walked through once:
//
//   for (const auto& page : client.Pages(&Client::ListProjects, request)) {
//     if (!page.ok()) return page.status();
//
// An error is the last element.
template <typename Response>
class AnswerRange {
 public:
  // The next element; nullopt after the last.
  using Next = std::function<std::optional<absl::StatusOr<Response>>()>;

  struct End {};

  class Iterator {
   public:
    explicit Iterator(AnswerRange* range) : range_(range) {}
    const absl::StatusOr<Response>& operator*() const { return *range_->current_; }
    const absl::StatusOr<Response>* operator->() const { return &*range_->current_; }
    Iterator& operator++() {
      range_->current_ = range_->next_();
      return *this;
    }
    bool operator==(End) const { return !range_->current_.has_value(); }

   private:
    AnswerRange* range_;
  };

  explicit AnswerRange(Next next) : next_(std::move(next)) {}

  Iterator begin() {
    current_ = next_();
    return Iterator(this);
  }
  End end() { return {}; }

 private:
  Next next_;
  std::optional<absl::StatusOr<Response>> current_;
};

// Called with the number of data units done, and of all. An error of its ends the export.
using Progress = std::function<absl::Status(std::int32_t rows_done, std::int32_t rows_total)>;

// A connection to the gateway; may be used by many threads. Calls block until they are answered.
//
// Reads (RPCs of idempotency level NO_SIDE_EFFECTS) that fail with UNAVAILABLE are sent up to three
// times; what changes something is sent once.
class Client {
 public:
  absl::StatusOr<v1::AddUsersToProjectResponse> AddUsersToProject(
      const v1::AddUsersToProjectRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::AddUsersToProjectResponse>("AddUsersToProject", request, options);
  }
  absl::StatusOr<v1::CreateDatasetResponse> CreateDataset(const v1::CreateDatasetRequest& request,
                                                          const CallOptions& options = {}) const {
    return Unary<v1::CreateDatasetResponse>("CreateDataset", request, options);
  }
  absl::StatusOr<v1::CreateOntologyResponse> CreateOntology(
      const v1::CreateOntologyRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::CreateOntologyResponse>("CreateOntology", request, options);
  }
  absl::StatusOr<v1::CreateProjectResponse> CreateProject(const v1::CreateProjectRequest& request,
                                                          const CallOptions& options = {}) const {
    return Unary<v1::CreateProjectResponse>("CreateProject", request, options);
  }
  absl::StatusOr<v1::CreateStorageFolderResponse> CreateStorageFolder(
      const v1::CreateStorageFolderRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::CreateStorageFolderResponse>("CreateStorageFolder", request, options);
  }
  absl::StatusOr<v1::ExportLabelsCocoResponse> ExportLabelsCoco(
      const v1::ExportLabelsCocoRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::ExportLabelsCocoResponse>("ExportLabelsCoco", request, options);
  }
  absl::StatusOr<v1::GetDatasetResponse> GetDataset(const v1::GetDatasetRequest& request,
                                                    const CallOptions& options = {}) const {
    return Unary<v1::GetDatasetResponse>("GetDataset", request, options);
  }
  absl::StatusOr<v1::GetOntologyResponse> GetOntology(const v1::GetOntologyRequest& request,
                                                      const CallOptions& options = {}) const {
    return Unary<v1::GetOntologyResponse>("GetOntology", request, options);
  }
  absl::StatusOr<v1::GetProjectResponse> GetProject(const v1::GetProjectRequest& request,
                                                    const CallOptions& options = {}) const {
    return Unary<v1::GetProjectResponse>("GetProject", request, options);
  }
  absl::StatusOr<v1::GetUploadStatusResponse> GetUploadStatus(
      const v1::GetUploadStatusRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::GetUploadStatusResponse>("GetUploadStatus", request, options);
  }
  absl::StatusOr<v1::GetWorkflowStagesResponse> GetWorkflowStages(
      const v1::GetWorkflowStagesRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::GetWorkflowStagesResponse>("GetWorkflowStages", request, options);
  }
  absl::StatusOr<v1::ListDatasetsResponse> ListDatasets(const v1::ListDatasetsRequest& request,
                                                        const CallOptions& options = {}) const {
    return Unary<v1::ListDatasetsResponse>("ListDatasets", request, options);
  }
  absl::StatusOr<v1::ListGroupsResponse> ListGroups(const v1::ListGroupsRequest& request,
                                                    const CallOptions& options = {}) const {
    return Unary<v1::ListGroupsResponse>("ListGroups", request, options);
  }
  absl::StatusOr<v1::ListLabelRowsResponse> ListLabelRows(const v1::ListLabelRowsRequest& request,
                                                          const CallOptions& options = {}) const {
    return Unary<v1::ListLabelRowsResponse>("ListLabelRows", request, options);
  }
  absl::StatusOr<v1::ListOntologiesResponse> ListOntologies(
      const v1::ListOntologiesRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::ListOntologiesResponse>("ListOntologies", request, options);
  }
  absl::StatusOr<v1::ListProjectUsersResponse> ListProjectUsers(
      const v1::ListProjectUsersRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::ListProjectUsersResponse>("ListProjectUsers", request, options);
  }
  absl::StatusOr<v1::ListProjectsResponse> ListProjects(const v1::ListProjectsRequest& request,
                                                        const CallOptions& options = {}) const {
    return Unary<v1::ListProjectsResponse>("ListProjects", request, options);
  }
  absl::StatusOr<v1::ListStorageFoldersResponse> ListStorageFolders(
      const v1::ListStorageFoldersRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::ListStorageFoldersResponse>("ListStorageFolders", request, options);
  }
  absl::StatusOr<v1::ListStorageItemsResponse> ListStorageItems(
      const v1::ListStorageItemsRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::ListStorageItemsResponse>("ListStorageItems", request, options);
  }
  absl::StatusOr<v1::MoveWorkflowTaskResponse> MoveWorkflowTask(
      const v1::MoveWorkflowTaskRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::MoveWorkflowTaskResponse>("MoveWorkflowTask", request, options);
  }
  absl::StatusOr<v1::UploadDataToDatasetResponse> UploadDataToDataset(
      const v1::UploadDataToDatasetRequest& request, const CallOptions& options = {}) const {
    return Unary<v1::UploadDataToDatasetResponse>("UploadDataToDataset", request, options);
  }

  // Any RPC with one response, by its name. `request` and `response` are its messages.
  absl::Status Call(const std::string& rpc, const google::protobuf::Message& request,
                    google::protobuf::Message* response, const CallOptions& options = {}) const;

  // The pages of one of the lists above. A page has as many entries as the request's page_size
  // says, or 1000 if that is unset. The client must outlive them.
  template <typename Request, typename Response>
  AnswerRange<Response> Pages(absl::StatusOr<Response> (Client::*list)(const Request&,
                                                                       const CallOptions&) const,
                              Request request, CallOptions options = {}) const {
    // The most that the gateway puts on a page; a whole list may be more than gRPC lets through.
    if (!request.has_page_size()) request.set_page_size(1000);
    return AnswerRange<Response>(
        [this, list, request = std::move(request), options = std::move(options),
         done = false]() mutable -> std::optional<absl::StatusOr<Response>> {
          if (done) return std::nullopt;
          absl::StatusOr<Response> page = (this->*list)(request, options);
          done = !page.ok() || page->next_page_token().empty();
          if (!done) request.set_page_token(page->next_page_token());
          return page;
        });
  }

  // Streams, message by message as they arrive. The call ends when the range does, if it has not
  // before.
  AnswerRange<v1::StreamLabelRowsResponse> StreamLabelRows(
      const v1::StreamLabelRowsRequest& request, const CallOptions& options = {}) const {
    return Stream(&v1::EncordService::Stub::StreamLabelRows, request, options);
  }
  AnswerRange<v1::StreamLabelsCocoResponse> StreamLabelsCoco(
      const v1::StreamLabelsCocoRequest& request, const CallOptions& options = {}) const {
    return Stream(&v1::EncordService::Stub::StreamLabelsCoco, request, options);
  }
  AnswerRange<v1::StreamStorageItemsResponse> StreamStorageItems(
      const v1::StreamStorageItemsRequest& request, const CallOptions& options = {}) const {
    return Stream(&v1::EncordService::Stub::StreamStorageItems, request, options);
  }

  // Writes labels to a COCO JSON file, and returns what it holds. `progress` may be null.
  //
  // The file appears when it is complete and on the disk: until then the data are in a file beside
  // it, whose name ends with .part, and which is removed if anything fails. Errors: those of
  // StreamLabelsCocoJson and of `progress`; DATA_LOSS: the stream ended without the summary that
  // every export ends with; others, with the file's name, if it cannot be written.
  absl::StatusOr<v1::CocoExportSummary> ExportCocoToFile(
      const v1::StreamLabelsCocoJsonRequest& request, const std::string& path,
      const Progress& progress = nullptr, const CallOptions& options = {}) const;
  absl::StatusOr<v1::CocoExportSummary> ExportCocoToFile(const std::string& project_hash,
                                                         const std::string& path,
                                                         const Progress& progress = nullptr,
                                                         const CallOptions& options = {}) const;

  // For v1::EncordService::NewStub, whose calls have no token and no deadline of the connection's.
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  friend absl::StatusOr<Client> Connect(const ConnectOptions& options);

  Client(std::shared_ptr<grpc::Channel> channel, std::string token, absl::Duration timeout)
      : channel_(std::move(channel)), token_(std::move(token)), timeout_(timeout) {}

  template <typename Response>
  absl::StatusOr<Response> Unary(const char* rpc, const google::protobuf::Message& request,
                                 const CallOptions& options) const {
    Response response;
    if (absl::Status status = Call(rpc, request, &response, options); !status.ok()) return status;
    return response;
  }

  std::shared_ptr<grpc::ClientContext> StreamContext(const CallOptions& options) const;

  template <typename Request, typename Response>
  AnswerRange<Response> Stream(std::unique_ptr<grpc::ClientReader<Response>> (
                                   v1::EncordService::Stub::*start)(grpc::ClientContext*,
                                                                    const Request&),
                               const Request& request, const CallOptions& options) const {
    struct Call {
      std::shared_ptr<grpc::ClientContext> context;
      std::unique_ptr<grpc::ClientReader<Response>> reader;
      bool finished = false;

      ~Call() {
        if (finished) return;
        context->TryCancel();
        reader->Finish();
      }
    };
    auto call = std::make_shared<Call>();
    call->context = StreamContext(options);
    call->reader =
        (v1::EncordService::NewStub(channel_).get()->*start)(call->context.get(), request);
    return AnswerRange<Response>([call]() -> std::optional<absl::StatusOr<Response>> {
      if (call->finished) return std::nullopt;
      Response message;
      if (call->reader->Read(&message)) return message;
      call->finished = true;
      const absl::Status outcome = StatusOf(call->reader->Finish());
      if (outcome.ok()) return std::nullopt;
      return outcome;
    });
  }

  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;
  absl::Duration timeout_;
};

// Connects when the first call is made. Errors: INVALID_ARGUMENT for an option or environment
// variable that cannot be; the message starts with its name and has no token in it.
absl::StatusOr<Client> Connect(const ConnectOptions& options = {});

}  // namespace encord

#endif  // CLIENT_CPP_ENCORD_CLIENT_H_
