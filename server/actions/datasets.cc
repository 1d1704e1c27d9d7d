#include "server/actions/datasets.h"

#include "server/actions/list_request.h"
#include "server/actions/paging.h"
#include "server/encord/datasets.h"

namespace gateway::actions {
namespace asio = boost::asio;

asio::awaitable<absl::Status> CreateDataset(CallContext& context,
                                            const pb::CreateDatasetRequest& request,
                                            pb::CreateDatasetResponse& response) {
  constexpr absl::string_view kStorageLocations[] = {"CORD_STORAGE", "AWS", "GCP", "AZURE"};
  Validator check;
  check.Text("title", request.title(), 1, kMaxTitle);
  check.Text("description", request.description(), 0, kMaxDescription);
  if (request.has_storage_location()) {
    check.OneOf("storage_location", request.storage_location(), kStorageLocations);
  }
  if (!check.ok()) co_return check.status();
  co_return co_await encord::CreateDataset(context.encord, request, response);
}

asio::awaitable<absl::Status> GetDataset(CallContext& context, const pb::GetDatasetRequest& request,
                                         pb::GetDatasetResponse& response) {
  Validator check;
  check.Uuid("dataset_hash", request.dataset_hash());
  if (!check.ok()) co_return check.status();
  co_return co_await encord::GetDataset(context.encord, request, response);
}

asio::awaitable<absl::Status> ListDatasets(CallContext& context,
                                           const pb::ListDatasetsRequest& request,
                                           pb::ListDatasetsResponse& response) {
  Validator check;
  CheckTitleFilters(request, check);
  if (!check.ok()) co_return check.status();
  const auto page = ReadPage(request);
  if (!page.ok()) co_return page.status();
  const absl::Status status = co_await encord::ListDatasets(context.encord, request, response);
  CutPage(*page, *response.mutable_datasets(), response.mutable_next_page_token());
  co_return status;
}

}  // namespace gateway::actions
