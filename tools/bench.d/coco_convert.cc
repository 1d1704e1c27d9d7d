// Measures the conversion of label rows in memory to COCO, its stages, and simdjson alone on the
// same bytes:
//   coco_convert ONTOLOGY_FILE LABEL_ROWS_FILE ROUNDS
// Prints a JSON object: "bytes" of the label rows, "document_bytes", "images", "annotations" and
// "skipped" of the document, and "seconds", by stage a list with one entry per round. Each stage
// does what the one before does and more:
//   read     label rows to the converter's lists
//   convert  to images and annotations, which are counted
//   write    to the text of a COCO document, which is counted and dropped
// and for comparison, which simdjson does without us:
//   index    its first stage: where strings and brackets are
//   walk     its on-demand parser, asked for every value
//   dom      its parser to a tree

#include <chrono>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/coco/converter.h"
#include "server/coco/json_padding.h"
#include "server/coco/json_writer.h"
#include "server/coco/label_row.h"
#include "server/coco/label_row_list.h"
#include "simdjson.h"

namespace {

namespace coco = gateway::coco;
namespace ondemand = simdjson::ondemand;

// Text of a label row, and how many bytes may be read from its start on.
struct LabelRowText {
  std::string_view json;
  size_t readable;
};

// Bytes of a document that are taken at once.
constexpr size_t kPiece = size_t{1} << 18;

// What has to be converted.
struct Workload {
  std::string ontology;
  std::string text;
  std::vector<LabelRowText> rows;
};

struct Counts {
  size_t images = 0;
  size_t annotations = 0;
  size_t skipped = 0;
  size_t document_bytes = 0;
};

class Counter : public coco::Sink {
 public:
  void OnImage(const coco::Image&) override { ++counts.images; }
  void OnAnnotation(const coco::Annotation&) override { ++counts.annotations; }
  void OnSkipped(const coco::Skipped&) override { ++counts.skipped; }

  Counts counts;
};

class CountingWriter : public coco::JsonWriter {
 public:
  CountingWriter() : JsonWriter(coco::Profile::kStandard) {}

  void OnImage(const coco::Image& image) override {
    ++counts.images;
    JsonWriter::OnImage(image);
  }
  void OnAnnotation(const coco::Annotation& annotation) override {
    ++counts.annotations;
    JsonWriter::OnAnnotation(annotation);
    if (text().size() >= kPiece) Drop();
  }
  void OnSkipped(const coco::Skipped&) override { ++counts.skipped; }

  void Drop() {
    counts.document_bytes += text().size();
    text().clear();
  }

  Counts counts;
};

absl::StatusOr<std::string> ReadFile(const char* path, size_t padding) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  const size_t size = static_cast<size_t>(file.tellg());
  std::string text;
  text.reserve(size + padding);
  text.resize(size);
  file.seekg(0);
  file.read(text.data(), static_cast<std::streamsize>(size));
  if (!file) return absl::DataLossError(absl::StrCat("cannot read ", path));
  text.append(padding, ' ');
  return text;
}

absl::StatusOr<Workload> Load(const char* ontology_path, const char* label_rows_path) {
  Workload workload;
  absl::StatusOr<std::string> ontology = ReadFile(ontology_path, 0);
  if (!ontology.ok()) return ontology.status();
  workload.ontology = *std::move(ontology);
  absl::StatusOr<std::string> text = ReadFile(label_rows_path, coco::kJsonPadding);
  if (!text.ok()) return text.status();
  workload.text = *std::move(text);
  absl::Status status = coco::ForEachLabelRow(
      std::string_view(workload.text).substr(0, workload.text.size() - coco::kJsonPadding),
      workload.text.size(), [&](std::string_view json, size_t readable) {
        workload.rows.push_back({json, readable});
      });
  if (!status.ok()) return status;
  return workload;
}

absl::StatusOr<coco::Converter> MakeConverter(const Workload& workload) {
  return coco::Converter::Create(workload.ontology, coco::Options{});
}

absl::Status Read(const Workload& workload) {
  coco::LabelRowParser parser({});
  coco::LabelRow row;
  for (const LabelRowText& text : workload.rows) {
    if (absl::Status status = parser.Parse(text.json, text.readable, row); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Convert(const Workload& workload, Counts& counts) {
  absl::StatusOr<coco::Converter> converter = MakeConverter(workload);
  if (!converter.ok()) return converter.status();
  Counter counter;
  for (const LabelRowText& row : workload.rows) {
    converter->AddLabelRow(row.json, counter, row.readable);
  }
  counts = counter.counts;
  return absl::OkStatus();
}

absl::Status Write(const Workload& workload, Counts& counts) {
  absl::StatusOr<coco::Converter> converter = MakeConverter(workload);
  if (!converter.ok()) return converter.status();
  CountingWriter writer;
  writer.Begin("large", converter->categories());
  for (const LabelRowText& row : workload.rows) {
    converter->AddLabelRow(row.json, writer, row.readable);
    writer.Drop();
  }
  for (bool more = true; more;) {
    absl::StatusOr<bool> rest = writer.WriteRest();
    if (!rest.ok()) return rest.status();
    more = *rest;
    writer.Drop();
  }
  counts = writer.counts;
  return absl::OkStatus();
}

// ---- simdjson alone

absl::Status Checked(simdjson::error_code error) {
  if (!error) return absl::OkStatus();
  return absl::InternalError(simdjson::error_message(error));
}

absl::Status Index(const Workload& workload) {
  ondemand::parser parser;
  for (const LabelRowText& row : workload.rows) {
    ondemand::document document;
    simdjson::error_code error = parser.iterate(row.json, row.readable).get(document);
    if (error) return Checked(error);
  }
  return absl::OkStatus();
}

// Asks for every value below `value`, and adds up what there is, so that nothing is left out.
simdjson::error_code Visit(ondemand::value value, double& sum) {
  ondemand::json_type type;
  if (auto error = value.type().get(type)) return error;
  switch (type) {
    case ondemand::json_type::object: {
      ondemand::object object;
      if (auto error = value.get_object().get(object)) return error;
      for (auto result : object) {
        ondemand::field field;
        if (auto error = std::move(result).get(field)) return error;
        sum += field.key().raw()[0];
        if (auto error = Visit(field.value(), sum)) return error;
      }
      return simdjson::SUCCESS;
    }
    case ondemand::json_type::array: {
      ondemand::array array;
      if (auto error = value.get_array().get(array)) return error;
      for (auto result : array) {
        ondemand::value element;
        // NOLINTNEXTLINE(performance-move-const-arg): only a moved result gives its value
        if (auto error = std::move(result).get(element)) return error;
        if (auto error = Visit(element, sum)) return error;
      }
      return simdjson::SUCCESS;
    }
    case ondemand::json_type::string: {
      std::string_view text;
      auto error = value.get_string().get(text);
      sum += static_cast<double>(text.size());
      return error;
    }
    case ondemand::json_type::number: {
      double number = 0;
      auto error = value.get_double().get(number);
      sum += number;
      return error;
    }
    case ondemand::json_type::boolean: {
      bool flag = false;
      auto error = value.get_bool().get(flag);
      sum += flag ? 1 : 0;
      return error;
    }
    default:
      if (!value.is_null()) return simdjson::INCORRECT_TYPE;
      return simdjson::SUCCESS;
  }
}

absl::Status Walk(const Workload& workload) {
  ondemand::parser parser;
  double sum = 0;
  for (const LabelRowText& row : workload.rows) {
    ondemand::document document;
    simdjson::error_code error = parser.iterate(row.json, row.readable).get(document);
    ondemand::value root;
    if (!error) error = document.get_value().get(root);
    if (!error) error = Visit(root, sum);
    if (error) return Checked(error);
  }
  return sum > 0 ? absl::OkStatus() : absl::InternalError("the label rows are empty");
}

absl::Status Dom(const Workload& workload) {
  simdjson::dom::parser parser;
  for (const LabelRowText& row : workload.rows) {
    simdjson::dom::element root;
    auto error = parser.parse(row.json.data(), row.json.size(), false).get(root);
    if (error) return Checked(error);
  }
  return absl::OkStatus();
}

// ---- what is measured

absl::Status Run(const char* ontology_path, const char* label_rows_path, int rounds) {
  absl::StatusOr<Workload> workload = Load(ontology_path, label_rows_path);
  if (!workload.ok()) return workload.status();
  Counts converted;
  Counts written;
  struct Stage {
    const char* name;
    std::function<absl::Status()> run;
    std::vector<double> seconds;
  };
  Stage stages[] = {
      {"index", [&] { return Index(*workload); }, {}},
      {"walk", [&] { return Walk(*workload); }, {}},
      {"dom", [&] { return Dom(*workload); }, {}},
      {"read", [&] { return Read(*workload); }, {}},
      {"convert", [&] { return Convert(*workload, converted); }, {}},
      {"write", [&] { return Write(*workload, written); }, {}},
  };
  for (int i = 0; i < rounds; ++i) {
    for (Stage& stage : stages) {
      const auto start = std::chrono::steady_clock::now();
      if (absl::Status status = stage.run(); !status.ok()) return status;
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
      stage.seconds.push_back(passed.count());
    }
  }
  if (converted.annotations != written.annotations || written.annotations == 0) {
    return absl::InternalError("the stages do not give the same annotations");
  }
  size_t bytes = 0;
  for (const LabelRowText& row : workload->rows) bytes += row.json.size();
  std::cout << absl::StrCat("{\"bytes\": ", bytes, ", \"document_bytes\": ", written.document_bytes,
                            ", \"images\": ", written.images,
                            ", \"annotations\": ", written.annotations,
                            ", \"skipped\": ", written.skipped, ", \"seconds\": {");
  for (const Stage& stage : stages) {
    std::cout << absl::StrCat(&stage == stages ? "" : ", ", "\"", stage.name, "\": [",
                              absl::StrJoin(stage.seconds, ", "), "]");
  }
  std::cout << "}}\n";
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[3], &rounds) || rounds < 1) {
    std::cerr << "usage: coco_convert ONTOLOGY_FILE LABEL_ROWS_FILE ROUNDS\n";
    return 2;
  }
  if (absl::Status status = Run(argv[1], argv[2], rounds); !status.ok()) {
    std::cerr << status.message() << "\n";
    return 1;
  }
  return 0;
}
