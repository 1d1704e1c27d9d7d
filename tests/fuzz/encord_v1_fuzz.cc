// A body that Encord's v1 API might answer with, read by every call that speaks v1.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server/encord/datasets.h"
#include "server/encord/label_rows.h"
#include "server/encord/projects.h"
#include "server/encord/uploads.h"
#include "server/encord/users.h"
#include "simdjson.h"
#include "tests/fuzz/canned_encord.h"
#include "tests/fuzz/check.h"

namespace gateway {
namespace {

using encord::Call;

void ReadByEveryCall(CannedEncord& encord, bool is_json) {
  // The calls keep references to their arguments.
  const std::string uuid = "uuid";
  const std::vector<std::string> uuids;
  {
    pb::CreateProjectRequest request;
    pb::CreateProjectResponse response;
    const auto status =
        encord.Run([&](Call& call) { return encord::CreateProject(call, request, response); });
    if (status.ok()) CheckIsSendable(response);
  }
  if (!is_json) return;
  {
    pb::GetDatasetRequest request;
    request.set_include_data_rows(true);
    pb::GetDatasetResponse response;
    const auto status =
        encord.Run([&](Call& call) { return encord::GetDataset(call, request, response); });
    if (status.ok()) CheckIsSendable(response);
  }
  {
    pb::UploadDataToDatasetRequest request;
    encord.Run([&](Call& call) { return encord::StartUpload(call, request, {}); }).IgnoreError();
  }
  {
    pb::GetUploadStatusResponse response;
    const auto status = encord.Run([&](Call& call) {
      return encord::PollUpload(call, uuid, uuid, std::chrono::seconds(0), response);
    });
    if (status.ok()) CheckIsSendable(response);
  }
  {
    pb::AddUsersToProjectRequest request;
    request.set_user_role("annotator");
    pb::AddUsersToProjectResponse response;
    const auto status =
        encord.Run([&](Call& call) { return encord::AddUsersToProject(call, request, response); });
    if (status.ok()) CheckIsSendable(response);
  }
  {
    pb::ListLabelRowsResponse response;
    const encord::LabelRowQuery query;
    const auto status = encord.Run([&](Call& call) {
      return encord::ListLabelRows(call, query, *response.mutable_label_rows());
    });
    if (status.ok()) CheckIsSendable(response);
  }
  {
    simdjson::dom::parser parser;
    auto each = [&](const std::string&, std::string_view json) {
      simdjson::dom::element row;
      FUZZ_CHECK(parser.parse(json.data(), json.size()).get(row) == simdjson::SUCCESS);
    };
    const encord::LabelRowContentQuery query{.project_hash = uuid, .label_hashes = uuids};
    encord.Run([&](Call& call) { return encord::GetLabelRowContents(call, query, each); })
        .IgnoreError();
  }
}

}  // namespace
}  // namespace gateway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static gateway::CannedEncord encord;
  const std::string body(reinterpret_cast<const char*>(data), size);
  encord.set_answer(200, body);
  gateway::ReadByEveryCall(encord, gateway::IsJson(body));
  return 0;
}
