// A body that Encord's v1 API might answer with, read by every call that speaks v1.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server/encord/datasets.h"
#include "server/encord/json.h"
#include "server/encord/label_rows.h"
#include "server/encord/projects.h"
#include "server/encord/testing/canned_encord.h"
#include "server/encord/uploads.h"
#include "server/encord/users.h"
#include "simdjson.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/sendable.h"

namespace gateway {
namespace {

using encord::Call;
using encord::testing::CannedEncord;

class KeptRows final : public encord::LabelRowSink {
 public:
  void Begin() override { rows_.Clear(); }
  void Add(const pb::LabelRow& row) override { *rows_.Add() = row; }
  pb::ListLabelRowsResponse Take() {
    pb::ListLabelRowsResponse response;
    response.mutable_label_rows()->Swap(&rows_);
    return response;
  }

 private:
  google::protobuf::RepeatedPtrField<pb::LabelRow> rows_;
};

// A listing in one piece and one that is read while it arrives must come to the same.
void ListLabelRows(CannedEncord& encord) {
  const encord::LabelRowQuery query;
  pb::ListLabelRowsResponse whole;
  const auto status = encord.Run(
      [&](Call& call) { return encord::ListLabelRows(call, query, *whole.mutable_label_rows()); });
  if (status.ok()) CheckIsSendable(whole);

  KeptRows rows;
  const auto status_in_pieces =
      encord.Run([&](Call& call) { return encord::ReadLabelRows(call, query, rows); });
  FUZZ_CHECK(status.code() == status_in_pieces.code());
  if (status.ok()) {
    FUZZ_CHECK(rows.Take().SerializeAsString() == whole.SerializeAsString());
  } else if (status.code() != absl::StatusCode::kUnknown) {
    FUZZ_CHECK(status.message() == status_in_pieces.message());
  }
}

void ReadByEveryCall(CannedEncord& encord, bool is_json) {
  ListLabelRows(encord);
  // What is not JSON is the same to every other call.
  if (!is_json) return;
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
  static gateway::encord::testing::CannedEncord encord;
  const std::string body(reinterpret_cast<const char*>(data), size);
  encord.set_answer(200, body);
  encord.set_piece_bytes(1 + size % 61);
  gateway::ReadByEveryCall(encord, gateway::encord::JsonDocument::Parse(body).ok());
  return 0;
}
