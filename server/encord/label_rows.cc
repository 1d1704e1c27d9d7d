#include "server/encord/label_rows.h"

#include <algorithm>

#include "boost/json/array.hpp"
#include "boost/json/object.hpp"
#include "server/encord/dates.h"
#include "server/encord/wire_values.h"

namespace gateway::encord {
namespace asio = boost::asio;

namespace {

template <class Texts>
boost::json::value ListOrNull(const Texts& texts) {
  if (texts.empty()) return nullptr;
  return boost::json::array(texts.begin(), texts.end());
}

boost::json::value TextOrNull(bool has, const std::string& text) {
  return has ? boost::json::value(text) : nullptr;
}

boost::json::value DateOrNull(bool has, const google::protobuf::Timestamp& date) {
  return has ? boost::json::value(FormatDate(ToTime(date))) : nullptr;
}

// All members are always there, as the official SDK sends them.
boost::json::object ListPayload(const LabelRowQuery& query) {
  const pb::LabelRowFilter& filter = query.filter;
  return {
      {"edited_before", DateOrNull(filter.has_edited_before(), filter.edited_before())},
      {"edited_after", DateOrNull(filter.has_edited_after(), filter.edited_after())},
      {"label_statuses", ListOrNull(query.annotation_task_statuses)},
      {"shadow_data_state", nullptr},
      {"include_uninitialised_labels", !filter.exclude_uninitialised()},
      {"data_hashes", ListOrNull(filter.data_hashes())},
      {"label_hashes", ListOrNull(filter.label_hashes())},
      {"data_title_eq", TextOrNull(filter.has_data_title_eq(), filter.data_title_eq())},
      {"data_title_like",
       TextOrNull(!query.data_title_like.empty(), LikePattern(query.data_title_like))},
      {"workflow_graph_node_title_eq",
       TextOrNull(filter.has_workflow_stage_title_eq(), filter.workflow_stage_title_eq())},
      {"workflow_graph_node_title_like",
       TextOrNull(filter.has_workflow_stage_title_like(),
                  LikePattern(filter.workflow_stage_title_like()))},
      {"include_client_metadata", false},
      {"include_images_data", false},
      {"include_children", false},
      {"include_workflow_graph_node", true},
      {"include_all_label_branches", false},
      {"branch_name", TextOrNull(filter.has_branch_name(), filter.branch_name())},
      {"client_metadata_as_signed_url", false},
  };
}

absl::Status DecodeLabelRow(Json element, pb::LabelRow& row) {
  ObjectReader reader("LabelRowMetadata", element);
  row.set_label_hash(reader.OptionalText("label_hash").value_or(""));
  reader.Text("data_hash", row.mutable_data_hash());
  reader.Text("data_title", row.mutable_data_title());
  reader.Text("label_status", row.mutable_label_status());
  row.set_annotation_task_status(reader.OptionalText("annotation_task_status").value_or(""));
  reader.OptionalDate("created_at", [&] { return row.mutable_created_at(); });
  reader.OptionalDate("last_edited_at", [&] { return row.mutable_last_edited_at(); });
  row.set_dataset_hash(reader.OptionalText("dataset_hash").value_or(""));
  row.set_dataset_title(reader.OptionalText("dataset_title").value_or(""));
  row.set_data_type(reader.OptionalText("data_type").value_or(""));
  row.set_branch_name(reader.OptionalText("branch_name").value_or(""));
  if (auto node = reader.OptionalMember("workflow_graph_node")) {
    ObjectReader stage("workflow_graph_node", *node);
    row.set_workflow_stage_uuid(stage.OptionalText("uuid").value_or(""));
    row.set_workflow_stage_title(stage.OptionalText("title").value_or(""));
    reader.Update(stage.status());
  }
  if (auto priority = reader.OptionalNumber("priority")) row.set_priority(*priority);
  row.set_number_of_frames(reader.OptionalInt32("number_of_frames").value_or(0));
  if (auto width = reader.OptionalInt32("width")) row.set_width(*width);
  if (auto height = reader.OptionalInt32("height")) row.set_height(*height);
  if (auto rate = reader.OptionalNumber("frames_per_second")) row.set_frames_per_second(*rate);
  if (auto duration = reader.OptionalNumber("duration")) row.set_duration(*duration);
  if (auto type = reader.OptionalText("file_type")) row.set_file_type(*type);
  row.set_data_link(reader.OptionalText("data_link").value_or(""));
  if (auto user = reader.OptionalText("assigned_user_email")) row.set_assigned_user_email(*user);
  if (auto item = reader.OptionalText("backing_item_uuid")) row.set_backing_item_uuid(*item);
  return reader.status();
}

V1Request ListRequest(const LabelRowQuery& query) {
  return {.query_type = "labelrowmetadata",
          .query_method = "GET",
          .resource = {"project", query.project_hash},
          .payload = ListPayload(query),
          .empty_is_not_found = true};
}

// What the call itself does not filter by.
bool IsWanted(const pb::LabelRow& row, const LabelRowQuery& query) {
  const auto& statuses = query.label_statuses;
  return statuses.empty() ||
         std::find(statuses.begin(), statuses.end(), row.label_status()) != statuses.end();
}

class LabelRowReader final : public ElementSink {
 public:
  LabelRowReader(const LabelRowQuery& query, LabelRowSink& sink) : query_(query), sink_(sink) {}

  void Begin() override { sink_.Begin(); }
  absl::Status Add(Json element) override {
    row_.Clear();
    if (auto status = DecodeLabelRow(element, row_); !status.ok()) return status;
    if (IsWanted(row_, query_)) sink_.Add(row_);
    return absl::OkStatus();
  }

 private:
  const LabelRowQuery& query_;
  LabelRowSink& sink_;
  pb::LabelRow row_;
};

}  // namespace

asio::awaitable<absl::Status> ListLabelRows(
    Call& call, const LabelRowQuery& query,
    google::protobuf::RepeatedPtrField<pb::LabelRow>& label_rows) {
  V1Request list = ListRequest(query);
  co_return co_await call.Fetch(std::move(list), [&](Json answer) {
    return ForEach(answer, "label rows", [&](Json element) {
      pb::LabelRow row;
      if (auto status = DecodeLabelRow(element, row); !status.ok()) return status;
      if (IsWanted(row, query)) *label_rows.Add() = std::move(row);
      return absl::OkStatus();
    });
  });
}

asio::awaitable<absl::Status> ReadLabelRows(Call& call, const LabelRowQuery& query,
                                            LabelRowSink& sink) {
  LabelRowReader reader(query, sink);
  V1Request list = ListRequest(query);
  co_return co_await call.FetchList(std::move(list), "label rows", reader);
}

asio::awaitable<absl::Status> GetLabelRowContents(
    Call& call, const LabelRowContentQuery& query,
    absl::FunctionRef<void(const std::string& label_hash, std::string_view json)> each) {
  V1Request get{.query_type = "labelrow",
                .query_method = "GET",
                .resource = {"project", query.project_hash},
                .uid = boost::json::array(query.label_hashes.begin(), query.label_hashes.end()),
                .payload = boost::json::object{
                    {"get_signed_url", false},
                    {"multi_request", true},
                    {"include_object_feature_hashes", ListOrNull(query.object_feature_hashes)},
                    {"include_classification_feature_hashes",
                     ListOrNull(query.classification_feature_hashes)},
                    {"include_reviews", false},
                    {"include_export_history", false},
                    {"include_archived", false}}};
  co_return co_await call.Fetch(std::move(get), [&](Json answer) {
    return ForEach(answer, "label rows", [&](Json row) {
      ObjectReader reader("LabelRow", row);
      std::string label_hash;
      reader.Text("label_hash", &label_hash);
      if (reader.status().ok()) each(label_hash, simdjson::minify(row));
      return reader.status();
    });
  });
}

}  // namespace gateway::encord
