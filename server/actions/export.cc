#include "server/actions/export.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/actions/export_messages.h"
#include "server/actions/export_rows.h"
#include "server/actions/label_row_bundles.h"
#include "server/actions/validator.h"
#include "server/coco/converter.h"
#include "server/coco/json_padding.h"
#include "server/coco/profile.h"
#include "server/coco/proto_sink.h"
#include "server/encord/label_rows.h"
#include "server/encord/ontologies.h"
#include "server/encord/projects.h"

namespace gateway::actions {
namespace asio = boost::asio;

namespace {

// Encord's feature hashes have 8 characters.
constexpr int kMaxFeatureHash = 64;
constexpr int kMaxFeatureHashes = 1000;
constexpr absl::string_view kProfiles[] = {"standard", "sdk"};

template <class Request>
coco::Profile ProfileOf(const Request& request) {
  return absl::EqualsIgnoreCase(request.profile(), "sdk") ? coco::Profile::kSdk
                                                          : coco::Profile::kStandard;
}

asio::awaitable<absl::StatusOr<coco::Converter>> MakeConverter(CallContext& context,
                                                               const std::string& project_hash,
                                                               coco::Options options) {
  pb::GetProjectResponse project;
  auto status = co_await encord::GetProject(context.encord, project_hash, project);
  if (!status.ok()) co_return status;
  auto ontology = co_await encord::GetOntologyEditor(context.encord, project.ontology_hash());
  if (!ontology.ok()) co_return ontology.status();
  co_return coco::Converter::Create(*ontology, std::move(options));
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

void AddLabelRow(const pb::LabelRow& row, const LabelRowBundle& bundle, coco::Converter& converter,
                 coco::Sink& sink) {
  if (row.label_hash().empty()) return AddUnopened(row, converter, sink);
  const auto content = bundle.contents.find(row.label_hash());
  if (content == bundle.contents.end()) {
    return sink.OnSkipped({.label_hash = row.label_hash(),
                           .data_hash = row.data_hash(),
                           .object_hash = {},
                           .reason = "Encord did not return the label row"});
  }
  std::string_view json = content->second;
  json.remove_suffix(coco::kJsonPadding);
  converter.AddLabelRow(json, sink, content->second.size());
}

// An export that is ready to be read: its label rows, how their content is asked for, and what
// converts it.
struct Export {
  coco::Converter converter;
  ExportRows rows;
  encord::LabelRowContentQuery query;
};

// Checks the request of any export, and finds what it is about.
template <class Request>
asio::awaitable<absl::StatusOr<Export>> BeginExport(CallContext& context, const Request& request) {
  Validator check;
  check.Uuid("project_hash", request.project_hash());
  check.Uuids("label_hashes", request.label_hashes(), 0, kMaxHashes);
  if (!request.profile().empty()) check.OneOf("profile", request.profile(), kProfiles);
  check.Texts("include_object_feature_hashes", request.include_object_feature_hashes(),
              kMaxFeatureHash, kMaxFeatureHashes);
  check.Texts("include_classification_feature_hashes",
              request.include_classification_feature_hashes(), kMaxFeatureHash, kMaxFeatureHashes);
  if (!check.ok()) co_return check.status();

  const auto& objects = request.include_object_feature_hashes();
  const auto& classifications = request.include_classification_feature_hashes();
  const encord::LabelRowContentQuery contents{
      .project_hash = request.project_hash(),
      .label_hashes = {},
      .object_feature_hashes = {objects.begin(), objects.end()},
      .classification_feature_hashes = {classifications.begin(), classifications.end()}};
  const coco::Options options{
      .profile = ProfileOf(request),
      .object_feature_hashes = contents.object_feature_hashes,
      .classification_feature_hashes = contents.classification_feature_hashes};
  auto converter = co_await MakeConverter(context, request.project_hash(), options);
  if (!converter.ok()) co_return converter.status();
  encord::LabelRowQuery query{.project_hash = request.project_hash()};
  *query.filter.mutable_label_hashes() = request.label_hashes();
  ExportRows rows;
  const auto status = co_await encord::ReadLabelRows(context.encord, query, rows);
  if (!status.ok()) co_return status;
  co_return Export{*std::move(converter), std::move(rows), contents};
}

// Label hashes that were asked for and have not come.
template <class Request>
class Missing {
 public:
  explicit Missing(const Request& request)
      : request_(request),
        label_hashes_(request.label_hashes().begin(), request.label_hashes().end()) {}

  void Came(const pb::LabelRow& row) { label_hashes_.erase(row.label_hash()); }

  // Once all rows have come.
  void Report(coco::Sink& sink) const {
    for (const std::string& label_hash : request_.label_hashes()) {
      if (!label_hashes_.contains(label_hash)) continue;
      sink.OnSkipped({.label_hash = label_hash,
                      .data_hash = {},
                      .object_hash = {},
                      .reason = "the project has no such label row"});
    }
  }

 private:
  const Request& request_;
  absl::flat_hash_set<std::string_view> label_hashes_;
};

// Converts all rows in the order of the listing. `flush` is called after each bundle, with how many
// rows are done; the next one is not converted before it has ended.
template <class Request>
asio::awaitable<absl::Status> Convert(
    CallContext& context, const Request& request, Export& started, coco::Sink& sink,
    absl::FunctionRef<asio::awaitable<absl::Status>(int rows_done)> flush) {
  Missing missing(request);
  const auto convert = [&](const LabelRowBundle& bundle) -> asio::awaitable<absl::Status> {
    co_await context.encord.Compute(bundle.bytes, [&] {
      for (const pb::LabelRow& row : bundle.rows) {
        missing.Came(row);
        AddLabelRow(row, bundle, started.converter, sink);
      }
    });
    co_return co_await flush(bundle.end);
  };
  const auto status = co_await ForEachBundle(context.encord, started.query, started.rows, convert);
  if (!status.ok()) co_return status;
  missing.Report(sink);
  co_return co_await flush(started.rows.total());
}

// Either streaming export; `messages` makes its form.
template <class Messages, class Request>
asio::awaitable<absl::Status> StreamExport(CallContext& context, const Request& request,
                                           Messages& messages,
                                           StreamWriter<typename Messages::Message>& writer) {
  auto started = co_await BeginExport(context, request);
  if (!started.ok()) co_return started.status();
  const int rows_total = started->rows.total();

  int rows_told = 0;
  const auto send = [&](int rows_done) -> asio::awaitable<absl::Status> {
    auto message = messages.Take();
    // Rows that give nothing are progress too.
    if (!message && rows_done > rows_told) message.emplace();
    for (; message; message = messages.Take()) {
      message->set_rows_done(rows_done);
      message->set_rows_total(rows_total);
      if (!co_await writer.Write(*message)) co_return absl::CancelledError("the caller is gone");
      rows_told = rows_done;
    }
    co_return absl::OkStatus();
  };
  messages.Begin(started->rows.first_title(), started->converter.categories());
  auto status = co_await send(0);
  if (!status.ok()) co_return status;
  status = co_await Convert(context, request, *started, messages, send);
  if (!status.ok()) co_return status;
  for (bool more = true; more;) {
    absl::StatusOr<bool> rest;
    // As much as a mebibyte, which may come from a file.
    co_await context.encord.Compute(1 << 20, [&] { rest = messages.WriteRest(); });
    if (!rest.ok()) co_return rest.status();
    more = *rest;
    status = co_await send(rows_total);
    if (!status.ok()) co_return status;
  }

  typename Messages::Message last;
  last.set_rows_done(rows_total);
  last.set_rows_total(rows_total);
  *last.mutable_summary() = messages.summary();
  if (!co_await writer.Write(last)) co_return absl::CancelledError("the caller is gone");
  co_return absl::OkStatus();
}

}  // namespace

asio::awaitable<absl::Status> ExportLabelsCoco(CallContext& context,
                                               const pb::ExportLabelsCocoRequest& request,
                                               pb::ExportLabelsCocoResponse& response) {
  auto started = co_await BeginExport(context, request);
  if (!started.ok()) co_return started.status();

  coco::ProtoSink sink(*response.mutable_coco_labels(), *response.mutable_skipped());
  sink.AddCategories(started->converter.categories());
  const auto check_size = [&](int) -> asio::awaitable<absl::Status> {
    if (sink.bytes() <= context.options.max_export_size) co_return absl::OkStatus();
    co_return encord::LimitExceeded(
        absl::StrCat("the export is larger than ", context.options.max_export_size,
                     " bytes: use StreamLabelsCoco or StreamLabelsCocoJson, which have no limit"));
  };
  co_return co_await Convert(context, request, *started, sink, check_size);
}

asio::awaitable<absl::Status> StreamLabelsCoco(CallContext& context,
                                               const pb::StreamLabelsCocoRequest& request,
                                               StreamWriter<pb::StreamLabelsCocoResponse>& writer) {
  TypedMessages messages;
  co_return co_await StreamExport(context, request, messages, writer);
}

asio::awaitable<absl::Status> StreamLabelsCocoJson(
    CallContext& context, const pb::StreamLabelsCocoJsonRequest& request,
    StreamWriter<pb::StreamLabelsCocoJsonResponse>& writer) {
  JsonMessages messages(ProfileOf(request));
  co_return co_await StreamExport(context, request, messages, writer);
}

}  // namespace gateway::actions
