#include "server/actions/export.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "server/actions/validator.h"
#include "server/coco/converter.h"
#include "server/coco/proto_sink.h"
#include "server/encord/label_rows.h"
#include "server/encord/ontologies.h"
#include "server/encord/projects.h"

namespace gateway::actions {
namespace asio = boost::asio;

namespace {

// Encord's bundle limit where it names none.
constexpr int kBundle = 100;

using LabelRows = google::protobuf::RepeatedPtrField<pb::LabelRow>;

asio::awaitable<absl::StatusOr<coco::Converter>> MakeConverter(CallContext& context,
                                                               const std::string& project_hash) {
  pb::GetProjectResponse project;
  auto status = co_await encord::GetProject(context.encord, project_hash, project);
  if (!status.ok()) co_return status;
  auto ontology = co_await encord::GetOntologyEditor(context.encord, project.ontology_hash());
  if (!ontology.ok()) co_return ontology.status();
  co_return coco::Converter::Create(*ontology, {});
}

// An image that nobody has opened has no label row, and is still an image of the project.
void AddUnopened(const pb::LabelRow& row, coco::Converter& converter, coco::Sink& sink) {
  if (row.data_type() != "IMAGE") return;
  converter.AddUnopenedImage({.data_hash = row.data_hash(),
                              .title = row.data_title(),
                              .data_link = row.data_link(),
                              .width = row.width(),
                              .height = row.height()},
                             sink);
}

// Converts some label rows in the order of the listing.
asio::awaitable<absl::Status> AddBundle(CallContext& context, const std::string& project_hash,
                                        LabelRows::const_iterator begin,
                                        LabelRows::const_iterator end, coco::Converter& converter,
                                        coco::Sink& sink) {
  std::vector<std::string> label_hashes;
  for (auto row = begin; row != end; ++row) {
    if (!row->label_hash().empty()) label_hashes.push_back(row->label_hash());
  }
  absl::flat_hash_map<std::string, std::string> contents;
  size_t bytes = 0;
  if (!label_hashes.empty()) {
    auto keep = [&](const std::string& label_hash, std::string_view json) {
      bytes += json.size();
      contents.emplace(label_hash, json);
    };
    const absl::Status status =
        co_await encord::GetLabelRowContents(context.encord, project_hash, label_hashes, keep);
    if (!status.ok()) co_return status;
  }
  co_await context.encord.Compute(bytes, [&] {
    for (auto row = begin; row != end; ++row) {
      const auto content = contents.find(row->label_hash());
      if (row->label_hash().empty()) {
        AddUnopened(*row, converter, sink);
      } else if (content == contents.end()) {
        sink.OnSkipped({.label_hash = row->label_hash(),
                        .data_hash = row->data_hash(),
                        .object_hash = {},
                        .reason = "Encord did not return the label row"});
      } else {
        converter.AddLabelRow(content->second, sink);
      }
    }
  });
  co_return absl::OkStatus();
}

// Reports the label hashes that the project does not have.
void ReportUnknown(const pb::ExportLabelsCocoRequest& request, const LabelRows& rows,
                   coco::Sink& sink) {
  absl::flat_hash_set<std::string> known;
  for (const pb::LabelRow& row : rows) known.insert(row.label_hash());
  for (const std::string& label_hash : request.label_hashes()) {
    if (known.contains(label_hash)) continue;
    sink.OnSkipped({.label_hash = label_hash,
                    .data_hash = {},
                    .object_hash = {},
                    .reason = "the project has no such label row"});
  }
}

}  // namespace

asio::awaitable<absl::Status> ExportLabelsCoco(CallContext& context,
                                               const pb::ExportLabelsCocoRequest& request,
                                               pb::ExportLabelsCocoResponse& response) {
  Validator check;
  check.Uuid("project_hash", request.project_hash());
  check.Uuids("label_hashes", request.label_hashes(), 0, kMaxHashes);
  if (!check.ok()) co_return check.status();

  auto converter = co_await MakeConverter(context, request.project_hash());
  if (!converter.ok()) co_return converter.status();
  encord::LabelRowQuery query{.project_hash = request.project_hash()};
  *query.filter.mutable_label_hashes() = request.label_hashes();
  LabelRows rows;
  auto status = co_await encord::ListLabelRows(context.encord, query, rows);
  if (!status.ok()) co_return status;

  coco::ProtoSink sink(*response.mutable_coco_labels(), *response.mutable_skipped());
  sink.AddCategories(converter->categories());
  for (int begin = 0; begin < rows.size(); begin += kBundle) {
    const int end = std::min(rows.size(), begin + kBundle);
    status = co_await AddBundle(context, request.project_hash(), rows.begin() + begin,
                                rows.begin() + end, *converter, sink);
    if (!status.ok()) co_return status;
  }
  ReportUnknown(request, rows, sink);
  co_return absl::OkStatus();
}

}  // namespace gateway::actions
