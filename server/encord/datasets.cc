#include "server/encord/datasets.h"

#include "boost/json/object.hpp"
#include "server/encord/list_query.h"

namespace gateway::encord {
namespace asio = boost::asio;

namespace {

absl::Status DecodeDataRow(Json element, pb::DataRow& row) {
  ObjectReader reader("DataRow", element);
  reader.Text("data_hash", row.mutable_data_hash());
  reader.Text("data_title", row.mutable_data_title());
  reader.Text("data_type", row.mutable_data_type());
  reader.Date("created_at", row.mutable_created_at());
  reader.Date("last_edited_at", row.mutable_last_edited_at());
  if (auto width = reader.OptionalInt32("width")) row.set_width(*width);
  if (auto height = reader.OptionalInt32("height")) row.set_height(*height);
  if (auto item = reader.OptionalText("backing_item_uuid")) row.set_backing_item_uuid(*item);
  return reader.status();
}

absl::Status DecodeDataset(Json element, pb::Dataset& dataset) {
  ObjectReader reader("Dataset", element);
  reader.Text("datasetUuid", dataset.mutable_dataset_hash());
  reader.Text("title", dataset.mutable_title());
  reader.Text("description", dataset.mutable_description());
  reader.Date("createdAt", dataset.mutable_created_at());
  reader.Date("lastEditedAt", dataset.mutable_last_edited_at());
  if (auto role = reader.OptionalText("userRole")) dataset.set_user_role(*role);
  if (auto folder = reader.OptionalText("backingFolderUuid")) {
    dataset.set_backing_folder_uuid(*folder);
  }
  return reader.status();
}

}  // namespace

asio::awaitable<absl::Status> CreateDataset(Call& call, const pb::CreateDatasetRequest& request,
                                            pb::CreateDatasetResponse& response) {
  const bool backing_folder =
      !request.has_create_backing_folder() || request.create_backing_folder();
  boost::json::object body{
      {"title", request.title()}, {"createBackingFolder", backing_folder}, {"legacyCall", false}};
  if (request.has_description()) body["description"] = request.description();
  V2Request create{.method = http::Method::kPost,
                   .target = "/v2/public/datasets",
                   .body = std::move(body),
                   .retry_class = RetryClass::kCreate};
  co_return co_await call.Fetch(std::move(create), [&](Json answer) {
    ObjectReader reader("new dataset", answer);
    reader.Text("datasetUuid", response.mutable_dataset_hash());
    if (auto folder = reader.OptionalText("backingFolderUuid")) {
      response.set_backing_folder_uuid(*folder);
    }
    response.set_title(request.title());
    return reader.status();
  });
}

asio::awaitable<absl::Status> GetDataset(Call& call, const pb::GetDatasetRequest& request,
                                         pb::GetDatasetResponse& response) {
  V1Request get{
      .query_type = "dataset",
      .query_method = "GET",
      .resource = {"dataset", request.dataset_hash()},
      .payload = boost::json::object{{"dataset_access_settings",
                                      boost::json::object{{"fetch_client_metadata", false},
                                                          {"fetch_rows", true}}}},
      .empty_is_not_found = true};
  co_return co_await call.Fetch(std::move(get), [&](Json answer) {
    ObjectReader reader("Dataset", answer);
    reader.Text("dataset_hash", response.mutable_dataset_hash());
    reader.Text("title", response.mutable_title());
    response.set_description(reader.OptionalText("description").value_or(""));
    response.set_dataset_type(reader.OptionalText("dataset_type").value_or(""));
    if (auto folder = reader.OptionalText("backing_folder_uuid")) {
      response.set_backing_folder_uuid(*folder);
    }
    int32_t count = 0;
    reader.OptionalList("data_rows", [&](Json row) {
      ++count;
      return request.include_data_rows() ? DecodeDataRow(row, *response.add_data_rows())
                                         : absl::OkStatus();
    });
    response.set_data_row_count(count);
    return reader.status();
  });
}

asio::awaitable<absl::Status> ListDatasets(Call& call, const pb::ListDatasetsRequest& request,
                                           pb::ListDatasetsResponse& response) {
  const Query query = TitleFilters(request, {"descriptionEq", "descriptionLike", FormatDateZ});
  V2Request list{.target = query.AppendTo("/v2/public/datasets/list")};
  co_return co_await call.Fetch(std::move(list), [&](Json answer) {
    ObjectReader reader("datasets", answer);
    reader.List("result",
                [&](Json dataset) { return DecodeDataset(dataset, *response.add_datasets()); });
    return reader.status();
  });
}

}  // namespace gateway::encord
