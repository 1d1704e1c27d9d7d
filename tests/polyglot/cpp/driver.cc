// Does what a line of JSON on stdin asks for, with the C++ client, and says what came of it.

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <iostream>
#include <thread>

#include "absl/status/status.h"
#include "client/cpp/encord_client.h"

namespace encord {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;

struct Job {
  Struct fields;

  bool has(const std::string& name) const { return fields.fields().contains(name); }
  std::string text(const std::string& name) const {
    return has(name) ? fields.fields().at(name).string_value() : "";
  }
  double number(const std::string& name) const { return fields.fields().at(name).number_value(); }
};

void Set(Struct* answer, const std::string& name, const std::string& text) {
  (*answer->mutable_fields())[name].set_string_value(text);
}

ListValue* List(Struct* answer, const std::string& name) {
  return (*answer->mutable_fields())[name].mutable_list_value();
}

absl::Status Titles(const Client& client, const Job& job, Struct* answer) {
  v1::ListProjectsRequest request;
  request.set_page_size(static_cast<int>(job.number("page_size")));
  ListValue* pages = List(answer, "pages");
  for (const auto& page : client.Pages(&Client::ListProjects, request)) {
    if (!page.ok()) return page.status();
    ListValue* titles = pages->add_values()->mutable_list_value();
    for (const auto& project : page->projects()) {
      titles->add_values()->set_string_value(project.title());
    }
  }
  return absl::OkStatus();
}

absl::Status Journey(const Client& client, const Job& job, Struct* answer) {
  v1::CreateDatasetRequest dataset_request;
  dataset_request.set_title("Journey");
  const auto dataset = client.CreateDataset(dataset_request);
  if (!dataset.ok()) return dataset.status();
  v1::CreateOntologyRequest ontology_request;
  ontology_request.set_title("Journey");
  *ontology_request.mutable_structure() = job.fields.fields().at("structure").struct_value();
  const auto ontology = client.CreateOntology(ontology_request);
  if (!ontology.ok()) return ontology.status();
  v1::CreateProjectRequest project_request;
  project_request.set_title("Journey");
  project_request.add_dataset_hashes(dataset->dataset_hash());
  project_request.set_ontology_hash(ontology->ontology_hash());
  const auto project = client.CreateProject(project_request);
  if (!project.ok()) return project.status();
  v1::UploadDataToDatasetRequest upload_request;
  upload_request.set_dataset_hash(dataset->dataset_hash());
  upload_request.set_integration_id(job.text("integration"));
  for (const auto& url : job.fields.fields().at("urls").list_value().values()) {
    upload_request.add_file_urls(url.string_value());
  }
  const auto uploaded = client.UploadDataToDataset(upload_request);
  if (!uploaded.ok()) return uploaded.status();
  v1::ListLabelRowsRequest rows_request;
  rows_request.set_project_hash(project->project_hash());
  rows_request.set_page_size(2);
  std::vector<v1::LabelRow> rows;
  for (const auto& page : client.Pages(&Client::ListLabelRows, rows_request)) {
    if (!page.ok()) return page.status();
    rows.insert(rows.end(), page->label_rows().begin(), page->label_rows().end());
  }
  if (rows.empty()) return absl::InternalError("no label rows");
  v1::MoveWorkflowTaskRequest move_request;
  move_request.set_project_hash(project->project_hash());
  move_request.set_data_hash(rows[0].data_hash());
  move_request.set_stage_uuid(rows[0].workflow_stage_uuid());
  move_request.set_pathway_name("submit");
  const auto moved = client.MoveWorkflowTask(move_request);
  if (!moved.ok()) return moved.status();
  Set(answer, "project_hash", project->project_hash());
  Set(answer, "upload", uploaded->status());
  ListValue* names = List(answer, "rows");
  for (const auto& row : rows) names->add_values()->set_string_value(row.data_title());
  Set(answer, "moved_row", rows[0].data_hash());
  Set(answer, "move", moved->status());
  return absl::OkStatus();
}

absl::Status Export(const Client& client, const Job& job, Struct* answer) {
  ListValue* progress = List(answer, "progress");
  const auto summary = client.ExportCocoToFile(
      job.text("project_hash"), job.text("path"), [progress](int done, int total) {
        ListValue* rows = progress->add_values()->mutable_list_value();
        rows->add_values()->set_number_value(done);
        rows->add_values()->set_number_value(total);
        return absl::OkStatus();
      });
  if (!summary.ok()) return summary.status();
  ListValue* counts = List(answer, "summary");
  counts->add_values()->set_number_value(static_cast<double>(summary->image_count()));
  counts->add_values()->set_number_value(static_cast<double>(summary->annotation_count()));
  counts->add_values()->set_number_value(static_cast<double>(summary->skipped_count()));
  return absl::OkStatus();
}

absl::Status Get(const Client& client, const Job& job, Struct* answer) {
  CallOptions options;
  if (job.has("timeout")) options.timeout = absl::Seconds(job.number("timeout"));
  v1::GetProjectRequest request;
  request.set_project_hash(job.text("project_hash"));
  const auto project = client.GetProject(request, options);
  if (!project.ok()) return project.status();
  Set(answer, "title", project->title());
  return absl::OkStatus();
}

absl::Status Cancel(const Client& client, const Job&, Struct* answer) {
  Cancellation cancellation;
  CallOptions options;
  options.cancellation = &cancellation;
  absl::Status outcome;
  std::thread call([&] { outcome = client.ListProjects({}, options).status(); });
  std::string line;
  std::getline(std::cin, line);
  cancellation.Cancel();
  call.join();
  (*answer->mutable_fields())["cancelled"].set_bool_value(absl::IsCancelled(outcome));
  return absl::OkStatus();
}

Struct Describe(const absl::Status& status) {
  const ErrorDetails details = DetailsOf(status);
  Struct error;
  Set(&error, "code", absl::StatusCodeToString(status.code()));
  Set(&error, "message", std::string(status.message()));
  Set(&error, "reason", details.reason);
  Set(&error, "request_id", details.request_id);
  Struct* metadata = (*error.mutable_fields())["metadata"].mutable_struct_value();
  for (const auto& [key, value] : details.metadata) Set(metadata, key, value);
  Struct* violations = (*error.mutable_fields())["violations"].mutable_struct_value();
  for (const auto& [field, description] : details.field_violations) {
    Set(violations, field, description);
  }
  (*error.mutable_fields())["retry_after"].set_null_value(google::protobuf::NULL_VALUE);
  (*error.mutable_fields())["resource"].set_null_value(google::protobuf::NULL_VALUE);
  if (details.retry_after.has_value()) {
    (*error.mutable_fields())["retry_after"].set_number_value(
        absl::ToDoubleSeconds(*details.retry_after));
  }
  if (details.resource.has_value()) {
    ListValue* resource = List(&error, "resource");
    resource->add_values()->set_string_value(details.resource->type);
    resource->add_values()->set_string_value(details.resource->name);
  }
  return error;
}

Struct Answer(const Job& job) {
  Job given{job.fields.fields().at("options").struct_value()};
  ConnectOptions options;
  if (given.has("address")) options.address = given.text("address");
  if (given.has("token")) options.token = given.text("token");
  if (given.has("tls")) options.tls = given.fields.fields().at("tls").bool_value();
  if (given.has("timeout")) options.timeout = absl::Seconds(given.number("timeout"));
  options.ca_file = given.text("ca_file");
  Struct answer;
  const absl::StatusOr<Client> client = Connect(options);
  if (!client.ok()) {
    Set(&answer, "settings_error", std::string(client.status().message()));
    return answer;
  }
  const std::map<std::string, absl::Status (*)(const Client&, const Job&, Struct*)> commands = {
      {"titles", Titles}, {"journey", Journey}, {"export", Export},
      {"get", Get},       {"cancel", Cancel},
  };
  if (absl::Status status = commands.at(job.text("command"))(*client, job, &answer); !status.ok()) {
    answer.Clear();
    *(*answer.mutable_fields())["error"].mutable_struct_value() = Describe(status);
  }
  return answer;
}

}  // namespace
}  // namespace encord

int main() {
  std::string line;
  std::getline(std::cin, line);
  encord::Job job;
  if (!google::protobuf::util::JsonStringToMessage(line, &job.fields).ok()) return 1;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(encord::Answer(job), &text).ok()) return 1;
  std::cout << text << "\n";
}
