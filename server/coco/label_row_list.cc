#include "server/coco/label_row_list.h"

#include "absl/strings/str_cat.h"
#include "server/coco/json_padding.h"
#include "simdjson.h"

namespace gateway::coco {
namespace {

namespace ondemand = simdjson::ondemand;

absl::Status NotRows(simdjson::error_code error) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a list of label rows: ", simdjson::error_message(error)));
}

}  // namespace

absl::Status ForEachLabelRow(std::string_view json, size_t readable,
                             const std::function<void(std::string_view, size_t)>& visit) {
  std::string copy;
  if (readable < json.size() + kJsonPadding) {
    copy.reserve(json.size() + kJsonPadding);
    copy.assign(json).append(kJsonPadding, ' ');
    json = std::string_view(copy).substr(0, json.size());
    readable = copy.size();
  }
  ondemand::parser parser;
  ondemand::document document;
  if (auto error = parser.iterate(json, readable).get(document)) return NotRows(error);
  ondemand::array rows;
  if (auto error = document.get_array().get(rows)) return NotRows(error);
  for (auto element : rows) {
    ondemand::object row;
    std::string_view text;
    if (auto error = element.get_object().get(row)) return NotRows(error);
    if (auto error = row.raw_json().get(text)) return NotRows(error);
    visit(text, readable - static_cast<size_t>(text.data() - json.data()));
  }
  return absl::OkStatus();
}

absl::StatusOr<LabelRowIdentity> IdentifyLabelRow(std::string_view json) {
  ondemand::parser parser;
  const simdjson::padded_string padded(json);
  ondemand::document document;
  ondemand::object row;
  if (auto error = parser.iterate(padded).get(document)) return NotRows(error);
  if (auto error = document.get_object().get(row)) return NotRows(error);
  LabelRowIdentity identity;
  for (auto result : row) {
    ondemand::field field;
    if (auto error = std::move(result).get(field)) return NotRows(error);
    std::string* text = field.key() == "label_hash"   ? &identity.label_hash
                        : field.key() == "data_title" ? &identity.data_title
                                                      : nullptr;
    std::string_view value;
    if (text == nullptr || field.value().get_string().get(value)) continue;
    text->assign(value);
    if (!identity.label_hash.empty() && !identity.data_title.empty()) break;
  }
  return identity;
}

}  // namespace gateway::coco
