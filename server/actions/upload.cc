#include "server/actions/upload.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/actions/file_urls.h"
#include "server/actions/validator.h"
#include "server/encord/uploads.h"

namespace gateway::actions {
namespace asio = boost::asio;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr int kMaxUrls = 100000;
// Encord holds a poll's answer for at most this long.
constexpr seconds kLongestWait{60};

absl::StatusOr<boost::json::object> ReadFiles(const pb::UploadDataToDatasetRequest& request) {
  Validator check;
  check.Uuid("dataset_hash", request.dataset_hash());
  check.Uuid("integration_id", request.integration_id());
  if (request.has_folder_uuid()) check.Uuid("folder_uuid", request.folder_uuid());
  boost::json::object files;
  if (request.has_upload_json() == (request.file_urls_size() > 0)) {
    check.Fail("file_urls", "exactly one of file_urls and upload_json must be given");
  } else if (request.has_upload_json()) {
    check.Json("upload_json", request.upload_json());
    files = encord::ToJson(request.upload_json());
  } else {
    check.Range("file_urls", request.file_urls_size(), 1, kMaxUrls);
    files = FilesFromUrls(request.file_urls(), check);
  }
  if (!check.ok()) return check.status();
  return files;
}

absl::Status JobFailed(const pb::GetUploadStatusResponse& job) {
  std::vector<encord::FieldViolation> failures;
  for (const pb::UploadError& error : job.errors()) {
    failures.push_back({"file_urls", error.message()});
    for (const std::string& url : error.file_urls()) {
      absl::StrAppend(&failures.back().description, " ", url);
    }
  }
  return encord::UploadFailed(
      absl::StrCat("upload job ", job.upload_job_uuid(), " ended with ", job.status(), ", ",
                   job.units_error_count(), " files failed"),
      failures);
}

// How long the next poll may be held; nullopt when the deadline is near.
std::optional<seconds> NextWait(CallContext& context) {
  const auto now = steady_clock::now();
  const auto end = context.encord.deadline();
  if (end - now <= context.options.upload_margin) return std::nullopt;
  const auto left = std::chrono::duration_cast<seconds>(end - now - context.options.upload_margin);
  return std::min(left, kLongestWait);
}

// Polls until the job ends or the deadline is near. The job goes on whatever happens here, so a
// poll that fails leaves it pending: its UUID must not be lost. Fails only if the call is
// cancelled.
asio::awaitable<absl::Status> Follow(CallContext& context, pb::GetUploadStatusResponse& job) {
  constexpr milliseconds kShortestPoll{200};
  const std::string dataset_hash = job.dataset_hash();
  const std::string upload_job_uuid = job.upload_job_uuid();
  while (job.status() == "pending") {
    const auto wait = NextWait(context);
    if (!wait) co_return absl::OkStatus();
    const auto start = steady_clock::now();
    pb::GetUploadStatusResponse polled;
    const absl::Status status =
        co_await encord::PollUpload(context.encord, dataset_hash, upload_job_uuid, *wait, polled);
    if (absl::IsCancelled(status)) co_return status;
    if (!status.ok()) {
      job.add_errors()->set_message(absl::StrCat("the job's state is unknown: ", status.message()));
      co_return absl::OkStatus();
    }
    job = std::move(polled);
    // Encord may answer at once although it was asked to wait.
    if (steady_clock::now() - start < kShortestPoll && job.status() == "pending") {
      if (auto waited = co_await context.encord.Wait(kShortestPoll); !waited.ok()) co_return waited;
    }
  }
  co_return absl::OkStatus();
}

}  // namespace

asio::awaitable<absl::Status> GetUploadStatus(CallContext& context,
                                              const pb::GetUploadStatusRequest& request,
                                              pb::GetUploadStatusResponse& response) {
  Validator check;
  check.Uuid("dataset_hash", request.dataset_hash());
  check.Uuid("upload_job_uuid", request.upload_job_uuid());
  check.Range("wait_seconds", request.wait_seconds(), 0, kLongestWait.count());
  if (!check.ok()) co_return check.status();
  co_return co_await encord::PollUpload(context.encord, request.dataset_hash(),
                                        request.upload_job_uuid(), seconds(request.wait_seconds()),
                                        response);
}

asio::awaitable<absl::Status> UploadDataToDataset(CallContext& context,
                                                  const pb::UploadDataToDatasetRequest& request,
                                                  pb::UploadDataToDatasetResponse& response) {
  auto files = ReadFiles(request);
  if (!files.ok()) co_return files.status();
  const auto upload_job_uuid =
      co_await encord::StartUpload(context.encord, request, *std::move(files));
  if (!upload_job_uuid.ok()) co_return upload_job_uuid.status();

  pb::GetUploadStatusResponse job;
  job.set_dataset_hash(request.dataset_hash());
  job.set_upload_job_uuid(*upload_job_uuid);
  job.set_status("pending");
  if (auto status = co_await Follow(context, job); !status.ok()) co_return status;
  if (job.status() == "error" || job.status() == "cancelled") co_return JobFailed(job);
  response.set_dataset_hash(job.dataset_hash());
  response.set_upload_job_uuid(job.upload_job_uuid());
  response.set_status(job.status());
  response.mutable_data_hashes()->Swap(job.mutable_data_hashes());
  response.mutable_errors()->Swap(job.mutable_errors());
  co_return absl::OkStatus();
}

}  // namespace gateway::actions
