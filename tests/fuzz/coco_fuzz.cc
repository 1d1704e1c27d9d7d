// An ontology and, after an empty line, a list of label rows, exported in both profiles to both
// kinds of output.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/coco/converter.h"
#include "server/coco/json_writer.h"
#include "server/coco/label_row_list.h"
#include "server/coco/proto_sink.h"
#include "simdjson.h"
#include "tests/fuzz/check.h"

namespace gateway::coco {
namespace {

// Passes everything on to two sinks.
class Tee : public Sink {
 public:
  Tee(Sink& one, Sink& other) : one_(one), other_(other) {}

  void OnImage(const Image& image) override {
    one_.OnImage(image);
    other_.OnImage(image);
  }
  void OnAnnotation(const Annotation& annotation) override {
    FUZZ_CHECK(std::isfinite(annotation.area));
    for (const double side : annotation.bbox) FUZZ_CHECK(std::isfinite(side));
    one_.OnAnnotation(annotation);
    other_.OnAnnotation(annotation);
  }
  void OnSkipped(const Skipped& skipped) override {
    FUZZ_CHECK(!skipped.reason.empty());
    one_.OnSkipped(skipped);
    other_.OnSkipped(skipped);
  }

 private:
  Sink& one_;
  Sink& other_;
};

class Document : public JsonWriter {
 public:
  using JsonWriter::JsonWriter;
  void OnSkipped(const Skipped&) override {}
};

void Export(std::string_view ontology, std::string_view label_rows, Profile profile) {
  auto converter = Converter::Create(ontology, {.profile = profile});
  if (!converter.ok()) {
    FUZZ_CHECK(converter.status().code() == absl::StatusCode::kInvalidArgument);
    return;
  }
  ::encord::v1::ExportLabelsCocoResponse message;
  ProtoSink messages(*message.mutable_coco_labels(), *message.mutable_skipped());
  messages.AddCategories(converter->categories());
  Document document(profile);
  document.Begin("description", converter->categories());
  Tee tee(messages, document);
  const absl::Status status =
      ForEachLabelRow(label_rows, label_rows.size(), [&](std::string_view row, size_t readable) {
        IdentifyLabelRow(row).IgnoreError();
        converter->AddLabelRow(row, tee, readable);
      });
  FUZZ_CHECK(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
  for (absl::StatusOr<bool> more = true; *more;) {
    more = document.WriteRest();
    FUZZ_CHECK(more.ok());
  }

  simdjson::dom::parser parser;
  FUZZ_CHECK(parser.parse(document.text()).error() == simdjson::SUCCESS);
  ::encord::v1::ExportLabelsCocoResponse received;
  FUZZ_CHECK(received.ParseFromString(message.SerializeAsString()));
}

}  // namespace
}  // namespace gateway::coco

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway::coco;
  constexpr std::string_view kEmptyLine = "\n\n";
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = input.find(kEmptyLine);
  if (end == input.npos) return 0;
  const std::string_view ontology = input.substr(0, end);
  const std::string_view label_rows = input.substr(end + kEmptyLine.size());
  Export(ontology, label_rows, Profile::kStandard);
  Export(ontology, label_rows, Profile::kSdk);
  return 0;
}
