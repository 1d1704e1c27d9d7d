#include "server/coco/ontology.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "server/coco/text.h"
#include "simdjson.h"

namespace gateway::coco {
namespace {

namespace dom = simdjson::dom;

// The text member `key`; empty if there is none.
std::string_view Text(dom::element element, std::string_view key) {
  std::string_view text;
  if (element[key].get(text) != simdjson::SUCCESS) return {};
  return text;
}

// Calls `visit` with each element of the list `key`, if there is one.
template <typename Visitor>
void ForEachElement(dom::element element, std::string_view key, Visitor visit) {
  dom::array array;
  if (element[key].get(array) != simdjson::SUCCESS) return;
  for (dom::element item : array) visit(item);
}

// Calls `visit` with each index and value of the object `key`, if there is one. Members whose name
// is not a number are left out.
template <typename Visitor>
void ForEachIndexed(dom::element element, std::string_view key, Visitor visit) {
  dom::object object;
  if (element[key].get(object) != simdjson::SUCCESS) return;
  for (dom::key_value_pair member : object) {
    int64_t index;
    if (absl::SimpleAtoi(ToAbsl(member.key), &index)) visit(index, member.value);
  }
}

std::optional<AttributeType> AttributeTypeFromName(std::string_view name) {
  if (name == "radio") return AttributeType::kRadio;
  if (name == "checklist") return AttributeType::kChecklist;
  if (name == "text") return AttributeType::kText;
  if (name == "numeric") return AttributeType::kNumeric;
  return std::nullopt;
}

// Collects the attributes of one object and the places of their answers.
class AttributeCollector {
 public:
  AttributeCollector(OntologyObject& object, bool with_nested)
      : object_(object), with_nested_(with_nested) {}

  // Adds the attributes in the list `key` of `owner`. Answers to nested attributes start out as not
  // given, those to a first-level checklist's options as false.
  void Add(dom::element owner, std::string_view key, bool nested) {
    ForEachElement(owner, key, [&](dom::element node) { AddAttribute(node, nested); });
  }

  // Names the answers: by attribute name or option label, and by feature hash too where two share
  // a name.
  void NameAnswers() {
    TextViewMap<int> uses;
    for (const NamedHash& answer : names_) ++uses[answer.name];
    object_.answer_names.reserve(names_.size());
    for (const NamedHash& answer : names_) {
      object_.answer_names.push_back(uses[answer.name] == 1
                                         ? answer.name
                                         : Concat(answer.name, " (", answer.feature_hash, ")"));
    }
    for (size_t i = 0; i < names_.size(); ++i) {
      object_.unanswered[i].name = object_.answer_names[i];
    }
  }

 private:
  struct NamedHash {
    std::string name;
    std::string feature_hash;
  };

  uint32_t AddAnswer(std::string_view name, std::string_view feature_hash, bool is_false) {
    names_.push_back({std::string(name), std::string(feature_hash)});
    Answer& answer = object_.unanswered.emplace_back();
    if (is_false) answer.value = false;
    return static_cast<uint32_t>(names_.size() - 1);
  }

  void AddAttribute(dom::element node, bool nested) {
    std::optional<AttributeType> type = AttributeTypeFromName(Text(node, "type"));
    if (!type) return;
    std::string_view feature_hash = Text(node, "featureNodeHash");
    Attribute attribute{.type = *type,
                        .first_answer = static_cast<uint32_t>(names_.size()),
                        .option_answers = {},
                        .option_labels = {}};
    if (*type == AttributeType::kChecklist) {
      ForEachElement(node, "options", [&](dom::element option) {
        std::string_view hash = Text(option, "featureNodeHash");
        attribute.option_answers.try_emplace(std::string(hash),
                                             AddAnswer(Text(option, "label"), hash, !nested));
      });
    } else {
      AddAnswer(Text(node, "name"), feature_hash, false);
    }
    if (*type == AttributeType::kRadio) {
      ForEachElement(node, "options", [&](dom::element option) {
        attribute.option_labels.try_emplace(std::string(Text(option, "featureNodeHash")),
                                            Text(option, "label"));
        if (with_nested_) Add(option, "options", true);
      });
    }
    object_.attributes.try_emplace(std::string(feature_hash), std::move(attribute));
  }

  OntologyObject& object_;
  const bool with_nested_;
  std::vector<NamedHash> names_;
};

// Fills in the keypoints of a skeleton object and its category from its template.
void AddSkeleton(dom::element skeleton_template, OntologyObject& object, Category& category) {
  struct Vertex {
    int64_t index;
    std::string_view name;
    std::string_view feature_hash;
  };
  std::vector<Vertex> vertices;
  ForEachIndexed(skeleton_template, "skeleton", [&](int64_t index, dom::element vertex) {
    vertices.push_back({index, Text(vertex, "name"), Text(vertex, "featureHash")});
  });
  std::stable_sort(vertices.begin(), vertices.end(),
                   [](const Vertex& a, const Vertex& b) { return a.index < b.index; });
  for (const Vertex& vertex : vertices) {
    object.keypoint_by_index.try_emplace(vertex.index, object.keypoint_count);
    if (!vertex.feature_hash.empty()) {
      object.keypoint_by_feature_hash.try_emplace(std::string(vertex.feature_hash),
                                                  object.keypoint_count);
    }
    ++object.keypoint_count;
    category.keypoints.emplace_back(vertex.name);
  }
  dom::object edges;
  if (skeleton_template["skeletonEdges"].get(edges) != simdjson::SUCCESS) return;
  for (dom::key_value_pair from : edges) {
    int64_t from_index;
    if (!absl::SimpleAtoi(ToAbsl(from.key), &from_index)) continue;
    ForEachIndexed(skeleton_template["skeletonEdges"].value_unsafe(), from.key,
                   [&](int64_t to_index, dom::element) {
                     auto a = object.keypoint_by_index.find(from_index);
                     auto b = object.keypoint_by_index.find(to_index);
                     if (a == object.keypoint_by_index.end()) return;
                     if (b == object.keypoint_by_index.end()) return;
                     category.skeleton.emplace_back(a->second + 1, b->second + 1);
                   });
  }
}

}  // namespace

absl::StatusOr<Ontology> Ontology::Parse(std::string_view json, const Conventions& conventions) {
  dom::parser parser;
  dom::element root;
  if (auto error = parser.parse(json.data(), json.size()).get(root)) {
    return absl::InvalidArgumentError(
        Concat("The ontology is not JSON: ", simdjson::error_message(error)));
  }
  dom::array objects;
  if (root["objects"].get(objects) != simdjson::SUCCESS) {
    return absl::InvalidArgumentError("The ontology has no list of objects.");
  }
  TextViewMap<dom::element> templates;
  ForEachElement(root, "skeleton_templates", [&](dom::element entry) {
    dom::element skeleton_template;
    if (entry["template"].get(skeleton_template) != simdjson::SUCCESS) return;
    templates.try_emplace(Text(skeleton_template, "feature_node_hash"), skeleton_template);
  });

  Ontology ontology;
  for (dom::element node : objects) {
    OntologyObject object;
    std::string_view shape = Text(node, "shape");
    object.feature_hash = Text(node, "featureNodeHash");
    object.shape = ShapeFromName(shape);
    if (object.feature_hash.empty()) {
      return absl::InvalidArgumentError("An object of the ontology has no featureNodeHash.");
    }
    AttributeCollector attributes(object, conventions.nested_attributes);
    attributes.Add(node, "attributes", false);
    attributes.NameAnswers();
    if (object.shape != Shape::kAudio && object.shape != Shape::kText) {
      Category& category = ontology.categories_.emplace_back();
      category.id = object.category_id = static_cast<int>(ontology.categories_.size());
      category.name = Text(node, "name");
      category.supercategory = shape;
      if (object.shape == Shape::kPoint) category.keypoints = {"keypoint"};
      auto skeleton_template = templates.find(object.feature_hash);
      if (object.shape == Shape::kSkeleton && skeleton_template != templates.end()) {
        AddSkeleton(skeleton_template->second, object, category);
      }
    }
    ontology.by_feature_hash_.try_emplace(object.feature_hash,
                                          static_cast<uint32_t>(ontology.objects_.size()));
    ontology.objects_.push_back(std::move(object));
  }
  return ontology;
}

const OntologyObject* Ontology::Find(std::string_view feature_hash) const {
  auto found = by_feature_hash_.find(feature_hash);
  return found == by_feature_hash_.end() ? nullptr : &objects_[found->second];
}

}  // namespace gateway::coco
