#include "tools/sandbox/label_store.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "tools/sandbox/members.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr std::array<std::pair<const char*, json::object LabelContents::*>, 5> kParts = {{
    {"labels", &LabelContents::labels},
    {"object_answers", &LabelContents::object_answers},
    {"classification_answers", &LabelContents::classification_answers},
    {"object_actions", &LabelContents::object_actions},
    {"spaces", &LabelContents::spaces},
}};

class InstanceCollector {
 public:
  void Add(const char* type, const json::value& holder, const char* hash_member) {
    const json::value* hash = FindMember(holder, hash_member);
    if (hash == nullptr || !hash->is_string()) return;
    std::string text(hash->get_string().data(), hash->get_string().size());
    if (seen_.emplace(type, text).second) instances_.push_back({type, std::move(text)});
  }

  void AddList(const char* type, const json::object& frame, const char* list_member,
               const char* hash_member) {
    const json::value* list = frame.if_contains(list_member);
    if (list == nullptr || !list->is_array()) return;
    for (const json::value& entry : list->get_array()) Add(type, entry, hash_member);
  }

  // Sounds and texts are on no frame: their ranges are with their answers.
  void AddRanges(const char* type, const json::object& answers, const char* hash_member) {
    for (const auto& [hash, answer] : answers) {
      if (FindMember(answer, "range") != nullptr) Add(type, answer, hash_member);
    }
  }

  std::vector<LabelInstance> Take() { return std::move(instances_); }

 private:
  std::set<std::pair<std::string, std::string>> seen_;
  std::vector<LabelInstance> instances_;
};

}  // namespace

const char kLabelRowsSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS label_rows (
  label_hash TEXT PRIMARY KEY,
  project_uuid TEXT NOT NULL,
  data_hash TEXT NOT NULL,
  branch_name TEXT NOT NULL,
  contents TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_edited_at TEXT NOT NULL,
  UNIQUE (project_uuid, data_hash, branch_name));
)sql";

std::string SerializeContents(const LabelContents& contents) {
  json::object object;
  for (const auto& [name, part] : kParts) object[name] = contents.*part;
  return json::serialize(object);
}

LabelContents ParseContents(std::string_view kept) {
  LabelContents contents;
  json::value value = ParseKeptJson(kept);
  json::object* object = value.if_object();
  if (object == nullptr) return contents;
  for (const auto& [name, part] : kParts) {
    json::value* member = object->if_contains(name);
    if (member != nullptr && member->is_object()) contents.*part = std::move(member->get_object());
  }
  return contents;
}

bool IsSingleFrame(const json::object& unit_labels) {
  return unit_labels.contains("objects") || unit_labels.contains("classifications");
}

std::vector<json::object*> FramesOf(json::object& unit_labels) {
  if (IsSingleFrame(unit_labels)) return {&unit_labels};
  std::vector<json::object*> frames;
  for (auto& [number, frame] : unit_labels) {
    if (frame.is_object()) frames.push_back(&frame.get_object());
  }
  return frames;
}

std::vector<LabelInstance> InstancesOf(LabelContents& contents) {
  InstanceCollector collector;
  for (auto& [unit, labels] : contents.labels) {
    if (!labels.is_object()) continue;
    for (const json::object* frame : FramesOf(labels.get_object())) {
      collector.AddList("Object", *frame, "objects", "objectHash");
      collector.AddList("Classification", *frame, "classifications", "classificationHash");
    }
  }
  collector.AddRanges("Object", contents.object_answers, "objectHash");
  collector.AddRanges("Classification", contents.classification_answers, "classificationHash");
  return collector.Take();
}

std::string CreateLabelRow(Context& context, const std::string& project_uuid,
                           const std::string& data_hash, std::string_view branch_name) {
  std::string label_hash = NewUuid();
  context.store.Exec("INSERT INTO label_rows VALUES (?, ?, ?, ?, ?, ?, ?)",
                     {label_hash, project_uuid, data_hash, branch_name,
                      SerializeContents(LabelContents()), context.Now(), context.Now()});
  return label_hash;
}

void SaveLabelRow(Context& context, const std::string& label_hash, const LabelContents& contents) {
  context.store.Exec("UPDATE label_rows SET contents = ?, last_edited_at = ? WHERE label_hash = ?",
                     {SerializeContents(contents), context.Now(), label_hash});
}

void RemoveLabelRows(Store& store, const std::string& project_uuid,
                     const std::vector<std::string>& data_hashes) {
  for (const std::string& data_hash : data_hashes) {
    store.Exec("DELETE FROM label_rows WHERE project_uuid = ? AND data_hash = ?",
               {project_uuid, data_hash});
  }
}

}  // namespace sandbox
