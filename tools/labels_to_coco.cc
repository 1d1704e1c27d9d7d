// Converts label rows on disk to COCO, without a server:
//   labels_to_coco --ontology=FILE --label_rows=FILE --output=FILE [--profile=standard|sdk]
//                  [--label_hashes=a,b] [--repeat=N]
// The ontology is the editor object, the label rows are a list, both as Encord's API returns them.

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/coco/converter.h"
#include "server/coco/json_writer.h"
#include "server/coco/label_row_list.h"

namespace {

using gateway::coco::Annotation;
using gateway::coco::Converter;
using gateway::coco::ForEachLabelRow;
using gateway::coco::IdentifyLabelRow;
using gateway::coco::Image;
using gateway::coco::JsonWriter;
using gateway::coco::kJsonPadding;
using gateway::coco::LabelRowIdentity;
using gateway::coco::Options;
using gateway::coco::Profile;
using gateway::coco::Sink;
using gateway::coco::Skipped;

constexpr char kUsage[] =
    "Converts label rows to COCO.\n"
    "  --ontology=FILE      ontology, as the editor object\n"
    "  --label_rows=FILE    list of label rows\n"
    "  --output=FILE        where the COCO document goes\n"
    "  --profile=NAME       standard (default) or sdk: the official exporter's conventions\n"
    "  --label_hashes=A,B   only these label rows\n"
    "  --repeat=N           convert N times before that and say how long each took\n";

struct Arguments {
  std::string ontology;
  std::string label_rows;
  std::string output;
  Profile profile = Profile::kStandard;
  absl::flat_hash_set<std::string> label_hashes;
  int repeat = 0;
};

absl::StatusOr<Arguments> ParseArguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    absl::string_view argument = argv[i];
    if (absl::ConsumePrefix(&argument, "--ontology=")) {
      arguments.ontology = std::string(argument);
    } else if (absl::ConsumePrefix(&argument, "--label_rows=")) {
      arguments.label_rows = std::string(argument);
    } else if (absl::ConsumePrefix(&argument, "--output=")) {
      arguments.output = std::string(argument);
    } else if (argument == "--profile=standard") {
      arguments.profile = Profile::kStandard;
    } else if (argument == "--profile=sdk") {
      arguments.profile = Profile::kSdk;
    } else if (absl::ConsumePrefix(&argument, "--label_hashes=")) {
      for (absl::string_view hash : absl::StrSplit(argument, ',', absl::SkipEmpty())) {
        arguments.label_hashes.emplace(hash);
      }
    } else if (absl::ConsumePrefix(&argument, "--repeat=")) {
      if (!absl::SimpleAtoi(argument, &arguments.repeat) || arguments.repeat < 1) {
        return absl::InvalidArgumentError("--repeat wants a number from 1");
      }
    } else {
      return absl::InvalidArgumentError(absl::StrCat("unknown argument ", argument));
    }
  }
  if (arguments.ontology.empty() || arguments.label_rows.empty() || arguments.output.empty()) {
    return absl::InvalidArgumentError("--ontology, --label_rows and --output are required");
  }
  return arguments;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::string text(static_cast<size_t>(file.tellg()), '\0');
  file.seekg(0);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file) return absl::DataLossError(absl::StrCat("cannot read ", path));
  return text;
}

// Bytes of the document that are written at once.
constexpr size_t kPiece = size_t{1} << 18;

// Text of a label row, and how many bytes may be read from its start on.
struct LabelRowText {
  std::string_view json;
  size_t readable;
};

// Writes to a file and says on stderr what is skipped.
class FileWriter : public JsonWriter {
 public:
  FileWriter(Profile profile, const std::string& path)
      : JsonWriter(profile), file_(path, std::ios::binary) {}

  // Moves the text that is ready to the file.
  void Flush() {
    file_ << text();
    text().clear();
  }

  // False if something could not be written.
  bool Close() {
    file_.close();
    return !file_.fail();
  }

  void OnAnnotation(const Annotation& annotation) override {
    JsonWriter::OnAnnotation(annotation);
    // A row may be as large as a whole document.
    if (text().size() >= kPiece) Flush();
  }

  void OnSkipped(const Skipped& skipped) override {
    std::cerr << "skipped: label row " << skipped.label_hash;
    if (!skipped.data_hash.empty()) std::cerr << ", data unit " << skipped.data_hash;
    if (!skipped.object_hash.empty()) std::cerr << ", object " << skipped.object_hash;
    std::cerr << ": " << skipped.reason << "\n";
  }

 private:
  std::ofstream file_;
};

// Counts, for measuring the conversion alone.
class Counter : public Sink {
 public:
  void OnImage(const Image&) override { ++images_; }
  void OnAnnotation(const Annotation&) override { ++annotations_; }
  void OnSkipped(const Skipped&) override { ++skipped_; }

  size_t images() const { return images_; }
  size_t annotations() const { return annotations_; }
  size_t skipped() const { return skipped_; }

 private:
  size_t images_ = 0;
  size_t annotations_ = 0;
  size_t skipped_ = 0;
};

long PeakMemoryKibibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

absl::Status Measure(const Arguments& arguments, const std::string& ontology,
                     const std::vector<LabelRowText>& rows) {
  for (int i = 0; i < arguments.repeat; ++i) {
    absl::StatusOr<Converter> converter =
        Converter::Create(ontology, Options{.profile = arguments.profile});
    if (!converter.ok()) return converter.status();
    Counter counter;
    const auto start = std::chrono::steady_clock::now();
    for (const LabelRowText& row : rows) converter->AddLabelRow(row.json, counter, row.readable);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%.3f s, %zu images, %zu annotations, %zu skipped, %.0f annotations/s\n",
                seconds.count(), counter.images(), counter.annotations(), counter.skipped(),
                static_cast<double>(counter.annotations()) / seconds.count());
  }
  std::printf("peak memory %ld KiB\n", PeakMemoryKibibytes());
  return absl::OkStatus();
}

absl::Status Run(const Arguments& arguments) {
  absl::StatusOr<std::string> ontology = ReadFile(arguments.ontology);
  if (!ontology.ok()) return ontology.status();
  absl::StatusOr<std::string> text = ReadFile(arguments.label_rows);
  if (!text.ok()) return text.status();
  const size_t size = text->size();
  text->append(kJsonPadding, ' ');

  // The rows that are wanted, in the order of the file.
  absl::flat_hash_set<std::string> missing = arguments.label_hashes;
  std::vector<LabelRowText> rows;
  std::optional<std::string> description;
  absl::Status status = ForEachLabelRow(
      std::string_view(*text).substr(0, size), text->size(),
      [&](std::string_view json, size_t readable) {
        if (!arguments.label_hashes.empty() || rows.empty()) {
          absl::StatusOr<LabelRowIdentity> identity = IdentifyLabelRow(json);
          if (!arguments.label_hashes.empty()) {
            if (!identity.ok() || !arguments.label_hashes.contains(identity->label_hash)) return;
            missing.erase(identity->label_hash);
          }
          if (rows.empty() && identity.ok()) description = identity->data_title;
        }
        rows.push_back({json, readable});
      });
  if (!status.ok()) return status;
  for (const std::string& hash : missing) {
    std::cerr << "skipped: label row " << hash << ": there is none with this hash\n";
  }
  if (arguments.repeat > 0) {
    if (status = Measure(arguments, *ontology, rows); !status.ok()) return status;
  }

  absl::StatusOr<Converter> converter =
      Converter::Create(*ontology, Options{.profile = arguments.profile});
  if (!converter.ok()) return converter.status();
  FileWriter writer(arguments.profile, arguments.output);
  writer.Begin(description, converter->categories());
  for (const LabelRowText& row : rows) {
    converter->AddLabelRow(row.json, writer, row.readable);
    writer.Flush();
  }
  for (bool more = true; more;) {
    absl::StatusOr<bool> rest = writer.WriteRest();
    if (!rest.ok()) return rest.status();
    more = *rest;
    writer.Flush();
  }
  if (!writer.Close()) {
    return absl::DataLossError(absl::StrCat("cannot write ", arguments.output));
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  absl::StatusOr<Arguments> arguments = ParseArguments(argc, argv);
  if (!arguments.ok()) {
    std::cerr << arguments.status().message() << "\n" << kUsage;
    return 2;
  }
  if (absl::Status status = Run(*arguments); !status.ok()) {
    std::cerr << status.message() << "\n";
    return 1;
  }
  return 0;
}
