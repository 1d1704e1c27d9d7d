#include "client/cli/answers.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/cli/contract.h"
#include "client/cpp/encord_client.h"

namespace encord::cli {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

// Without what would be commands to the terminal.
std::string Printable(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // C1 controls are U+0080 to U+009F, in UTF-8 behind C2.
    const bool c1 = byte == 0xc2 && i + 1 < text.size() &&
                    static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                    static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (c1) ++i;
    result.push_back(byte < 0x20 || byte == 0x7f || c1 ? ' ' : text[i]);
  }
  return result;
}

// Characters, of which each takes one column.
std::size_t Width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
  }));
}

std::string Json(const Message& message, bool for_programs) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = for_programs;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = for_programs;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  return status.ok() ? text : std::string(status.message());
}

std::string Cell(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection* reflection = message.GetReflection();
  const bool repeated = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return repeated ? reflection->GetRepeatedString(message, field, index)
                      : reflection->GetString(message, field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(message, field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection->GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection->GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(reflection->GetDouble(message, field));
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const Message& inner = repeated ? reflection->GetRepeatedMessage(message, field, index)
                                      : reflection->GetMessage(message, field);
      const std::string json = Json(inner, false);
      return IsTime(field) ? json.substr(1, json.size() - 2) : json;
    }
    default:
      return "?";
  }
}

// One cell for a whole field; empty if it is unset.
std::string Cell(const Message& message, const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  if (!field->is_repeated()) {
    if (field->has_presence() && !reflection->HasField(message, field)) return "";
    return Printable(Cell(message, field, 0));
  }
  std::vector<std::string> cells;
  cells.reserve(static_cast<std::size_t>(reflection->FieldSize(message, field)));
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    cells.push_back(Printable(Cell(message, field, i)));
  }
  return absl::StrJoin(cells, ", ");
}

void PrintTable(const Message& message, const FieldDescriptor* list,
                const std::vector<const FieldDescriptor*>& columns) {
  const Reflection* reflection = message.GetReflection();
  std::vector<std::vector<std::string>> rows(1);
  for (const FieldDescriptor* column : columns) {
    rows[0].push_back(absl::AsciiStrToUpper(column->name()));
  }
  for (int i = 0; i < reflection->FieldSize(message, list); ++i) {
    const Message& entry = reflection->GetRepeatedMessage(message, list, i);
    rows.emplace_back();
    for (const FieldDescriptor* column : columns) rows.back().push_back(Cell(entry, column));
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      absl::StrAppend(&line, row[i], std::string(widths[i] - Width(row[i]) + 2, ' '));
    }
    std::cout << std::string(absl::StripTrailingAsciiWhitespace(line)) << "\n";
  }
}

// A line per field that is set, and a table per list of messages.
void PrintRecord(const Message& message) {
  const Descriptor* type = message.GetDescriptor();
  std::size_t width = 0;
  for (int i = 0; i < type->field_count(); ++i) {
    width = std::max(width, type->field(i)->name().size());
  }
  std::vector<const FieldDescriptor*> lists;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->is_repeated() && field->message_type() != nullptr) {
      if (message.GetReflection()->FieldSize(message, field) > 0) lists.push_back(field);
      continue;
    }
    const std::string cell = Cell(message, field);
    if (cell.empty()) continue;
    std::cout << field->name() << std::string(width - field->name().size() + 2, ' ') << cell
              << "\n";
  }
  for (const FieldDescriptor* list : lists) {
    std::vector<const FieldDescriptor*> columns;
    columns.reserve(static_cast<std::size_t>(list->message_type()->field_count()));
    for (int i = 0; i < list->message_type()->field_count(); ++i) {
      columns.push_back(list->message_type()->field(i));
    }
    std::cout << "\n" << list->name() << ":\n";
    PrintTable(message, list, columns);
  }
}

}  // namespace

void PrintAnswer(const Invocation& invocation, const Message& answer) {
  if (invocation.json) {
    std::cout << Json(answer, true);
    return;
  }
  const std::vector<const char*>& names = invocation.command->columns;
  if (names.empty()) {
    PrintRecord(answer);
    return;
  }
  const FieldDescriptor* list = answer.GetDescriptor()->field(0);
  std::vector<const FieldDescriptor*> columns;
  columns.reserve(names.size());
  for (const char* name : names) columns.push_back(list->message_type()->FindFieldByName(name));
  PrintTable(answer, list, columns);
  const FieldDescriptor* next = answer.GetDescriptor()->FindFieldByName("next_page_token");
  if (next == nullptr) return;
  if (const std::string token = Cell(answer, next); !token.empty()) {
    std::cerr << "More with --page-token " << token << "\n";
  }
}

void PrintError(const absl::Status& status) {
  const ErrorDetails details = DetailsOf(status);
  std::cerr << "encord: " << absl::StatusCodeToString(status.code()) << ": "
            << Printable(std::string(status.message())) << "\n";
  for (const FieldViolation& violation : details.field_violations) {
    std::cerr << "  " << Printable(violation.field) << ": " << Printable(violation.description)
              << "\n";
  }
  if (details.retry_after.has_value()) {
    std::cerr << "  try again in " << absl::FormatDuration(*details.retry_after) << "\n";
  }
  if (const auto outcome = details.metadata.find("outcome"); outcome != details.metadata.end()) {
    std::cerr << "  outcome: " << Printable(outcome->second) << "\n";
  }
  if (!details.request_id.empty()) {
    std::cerr << "  trace id: " << Printable(details.request_id) << "\n";
  }
}

ExitCode ExitCodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return kInvalid;
    case absl::StatusCode::kNotFound:
      return kNotFound;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kNotAllowed;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kUnavailable;
    default:
      return kOther;
  }
}

}  // namespace encord::cli
