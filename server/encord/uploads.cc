#include "server/encord/uploads.h"

namespace gateway::encord {
namespace asio = boost::asio;

namespace {

std::string UploadStatus(const std::string& job_status, const pb::GetUploadStatusResponse& job) {
  if (job_status == "DONE") {
    return job.units_error_count() > 0 || job.errors_size() > 0 ? "partial" : "success";
  }
  if (job_status == "ERROR") return "error";
  if (job_status == "CANCELLED") return "cancelled";
  return "pending";
}

absl::Status DecodeUnitError(Json element, pb::UploadError& error) {
  ObjectReader reader("data unit error", element);
  reader.OptionalList("objectUrls", [&](Json url) {
    std::string_view text;
    if (url.get_string().get(text) != simdjson::SUCCESS) return UnexpectedAnswer("URL is no text");
    error.add_file_urls(std::string(text));
    return absl::OkStatus();
  });
  error.set_message(reader.OptionalText("error").value_or(""));
  return reader.status();
}

absl::Status DecodeJob(Json element, pb::GetUploadStatusResponse& job) {
  ObjectReader reader("UploadJob", element);
  std::string status;
  reader.Text("status", &status);
  reader.OptionalList("dataHashesWithTitles", [&](Json data) {
    ObjectReader unit("uploaded data", data);
    unit.Text("dataHash", job.add_data_hashes());
    return unit.status();
  });
  reader.OptionalList("dataUnitErrors",
                      [&](Json error) { return DecodeUnitError(error, *job.add_errors()); });
  // `errors` repeats what dataUnitErrors says about certain files.
  if (job.errors_size() == 0) {
    reader.OptionalList("errors", [&](Json error) {
      std::string_view text;
      if (error.get_string().get(text) != simdjson::SUCCESS) {
        return UnexpectedAnswer("error is no text");
      }
      job.add_errors()->set_message(std::string(text));
      return absl::OkStatus();
    });
  }
  const auto count = [&](absl::string_view member) {
    return reader.OptionalInt32(member).value_or(0);
  };
  job.set_units_pending_count(count("unitsPendingCount"));
  job.set_units_done_count(count("unitsDoneCount"));
  job.set_units_error_count(count("unitsErrorCount"));
  job.set_units_cancelled_count(count("unitsCancelledCount"));
  job.set_status(UploadStatus(status, job));
  return reader.status();
}

}  // namespace

asio::awaitable<absl::StatusOr<std::string>> StartUpload(
    Call& call, const pb::UploadDataToDatasetRequest& request, boost::json::object files) {
  boost::json::object payload{{"files", std::move(files)},
                              {"integrationId", request.integration_id()},
                              {"ignoreErrors", request.ignore_errors()}};
  if (request.has_folder_uuid()) payload["folderUuid"] = request.folder_uuid();
  V1Request start{.query_type = "datasetdatalongpolling",
                  .query_method = "POST",
                  .resource = {"dataset", request.dataset_hash()},
                  .uid = boost::json::string(request.dataset_hash()),
                  .payload = std::move(payload),
                  .retry_class = RetryClass::kCreate};
  std::string upload_job_uuid;
  auto status = co_await call.Fetch(std::move(start), [&](Json answer) {
    ObjectReader reader("started upload", answer);
    reader.Text("processHash", &upload_job_uuid);
    return reader.status();
  });
  if (!status.ok()) co_return status;
  co_return upload_job_uuid;
}

asio::awaitable<absl::Status> PollUpload(Call& call, const std::string& dataset_hash,
                                         const std::string& upload_job_uuid,
                                         std::chrono::seconds wait,
                                         pb::GetUploadStatusResponse& response) {
  V1Request poll{.query_type = "datasetdatalongpolling",
                 .query_method = "GET",
                 .resource = {"dataset", dataset_hash},
                 .uid = boost::json::string(dataset_hash),
                 .payload = boost::json::object{{"process_hash", upload_job_uuid},
                                                {"timeout_seconds", wait.count()}},
                 .empty_is_not_found = true};
  auto status = co_await call.Fetch(std::move(poll), [&](Json answer) {
    response.Clear();
    return DecodeJob(answer, response);
  });
  response.set_dataset_hash(dataset_hash);
  response.set_upload_job_uuid(upload_job_uuid);
  co_return status;
}

}  // namespace gateway::encord
