#include "server/actions/export.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "server/actions/validator.h"
#include "server/coco/converter.h"
#include "server/coco/json_writer.h"
#include "server/coco/profile.h"
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
template <class Request>
void ReportUnknown(const Request& request, const LabelRows& rows, coco::Sink& sink) {
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

// An export that is ready to be read: its label rows, and what converts them.
struct Export {
  coco::Converter converter;
  LabelRows rows;
};

// Checks the request of either export, and finds what it is about.
template <class Request>
asio::awaitable<absl::StatusOr<Export>> BeginExport(CallContext& context, const Request& request) {
  Validator check;
  check.Uuid("project_hash", request.project_hash());
  check.Uuids("label_hashes", request.label_hashes(), 0, kMaxHashes);
  if (!check.ok()) co_return check.status();

  auto converter = co_await MakeConverter(context, request.project_hash());
  if (!converter.ok()) co_return converter.status();
  encord::LabelRowQuery query{.project_hash = request.project_hash()};
  *query.filter.mutable_label_hashes() = request.label_hashes();
  LabelRows rows;
  const auto status = co_await encord::ListLabelRows(context.encord, query, rows);
  if (!status.ok()) co_return status;
  co_return Export{*std::move(converter), std::move(rows)};
}

// Writes the document, and counts what is in it.
class CountingJsonWriter final : public coco::JsonWriter {
 public:
  CountingJsonWriter() : JsonWriter(coco::Profile::kStandard) {}

  void OnImage(const coco::Image& image) override {
    summary_.set_image_count(summary_.image_count() + 1);
    JsonWriter::OnImage(image);
  }

  void OnAnnotation(const coco::Annotation& annotation) override {
    summary_.set_annotation_count(summary_.annotation_count() + 1);
    JsonWriter::OnAnnotation(annotation);
  }

  void OnSkipped(const coco::Skipped& skipped) override {
    summary_.set_skipped_count(summary_.skipped_count() + 1);
    pb::SkippedLabel& label = *skipped_.Add();
    label.set_label_hash(std::string(skipped.label_hash));
    label.set_data_hash(std::string(skipped.data_hash));
    label.set_object_hash(std::string(skipped.object_hash));
    label.set_reason(std::string(skipped.reason));
  }

  const pb::CocoExportSummary& summary() const { return summary_; }

  // What was skipped since this was last called.
  google::protobuf::RepeatedPtrField<pb::SkippedLabel> TakeSkipped() {
    return std::exchange(skipped_, {});
  }

 private:
  pb::CocoExportSummary summary_;
  google::protobuf::RepeatedPtrField<pb::SkippedLabel> skipped_;
};

using CocoJsonWriter = StreamWriter<pb::StreamLabelsCocoJsonResponse>;

// Sends the text that is ready, and the skipped labels, in messages that every client accepts. The
// progress is that of `message`.
asio::awaitable<absl::Status> SendText(CountingJsonWriter& document,
                                       pb::StreamLabelsCocoJsonResponse& message,
                                       CocoJsonWriter& writer) {
  constexpr size_t kPiece = 1 << 20;
  *message.mutable_skipped() = document.TakeSkipped();
  const std::string_view text = document.text();
  size_t begin = 0;
  do {
    message.set_json(std::string(text.substr(begin, kPiece)));
    begin += message.json().size();
    if (!co_await writer.Write(message)) co_return absl::CancelledError("the caller is gone");
    message.clear_skipped();
  } while (begin < text.size());
  document.text().clear();
  co_return absl::OkStatus();
}

}  // namespace

asio::awaitable<absl::Status> ExportLabelsCoco(CallContext& context,
                                               const pb::ExportLabelsCocoRequest& request,
                                               pb::ExportLabelsCocoResponse& response) {
  auto started = co_await BeginExport(context, request);
  if (!started.ok()) co_return started.status();
  const LabelRows& rows = started->rows;

  coco::ProtoSink sink(*response.mutable_coco_labels(), *response.mutable_skipped());
  sink.AddCategories(started->converter.categories());
  for (int begin = 0; begin < rows.size(); begin += kBundle) {
    const int end = std::min(rows.size(), begin + kBundle);
    const auto status = co_await AddBundle(context, request.project_hash(), rows.begin() + begin,
                                           rows.begin() + end, started->converter, sink);
    if (!status.ok()) co_return status;
  }
  ReportUnknown(request, rows, sink);
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> StreamLabelsCocoJson(CallContext& context,
                                                   const pb::StreamLabelsCocoJsonRequest& request,
                                                   CocoJsonWriter& writer) {
  // A bundle is what is held in memory, and what must be ready before anything can be sent.
  constexpr int kStreamedBundle = 20;
  auto started = co_await BeginExport(context, request);
  if (!started.ok()) co_return started.status();
  const LabelRows& rows = started->rows;

  CountingJsonWriter document;
  std::optional<std::string_view> description;
  if (!rows.empty()) description = rows[0].data_title();
  document.Begin(description, started->converter.categories());
  pb::StreamLabelsCocoJsonResponse message;
  message.set_rows_total(rows.size());
  for (int begin = 0; begin < rows.size(); begin += kStreamedBundle) {
    const int end = std::min(rows.size(), begin + kStreamedBundle);
    auto status = co_await AddBundle(context, request.project_hash(), rows.begin() + begin,
                                     rows.begin() + end, started->converter, document);
    if (!status.ok()) co_return status;
    message.set_rows_done(end);
    status = co_await SendText(document, message, writer);
    if (!status.ok()) co_return status;
  }
  ReportUnknown(request, rows, document);
  for (bool more = true; more;) {
    const auto rest = document.WriteRest();
    if (!rest.ok()) co_return rest.status();
    more = *rest;
    const auto status = co_await SendText(document, message, writer);
    if (!status.ok()) co_return status;
  }
  message.clear_json();
  *message.mutable_summary() = document.summary();
  if (!co_await writer.Write(message)) co_return absl::CancelledError("the caller is gone");
  co_return absl::OkStatus();
}

}  // namespace gateway::actions
