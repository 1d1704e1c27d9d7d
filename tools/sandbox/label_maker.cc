#include "tools/sandbox/label_maker.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

// Labels are made by our own code: a name that the ontology lacks is a slip in it.
[[noreturn]] void NoSuchName(std::string_view name) {
  std::fprintf(stderr, "the ontology has no %s\n", std::string(name).c_str());
  std::abort();
}

// Clients keep names also in lower case with underscores.
std::string SnakeCase(std::string_view name) {
  std::string snake = absl::AsciiStrToLower(std::string(name));
  return absl::StrReplaceAll(snake, {{" ", "_"}});
}

json::object IndexedPoints(const Ring& points) {
  json::object indexed;
  for (const LabelPoint& point : points) {
    indexed[std::to_string(indexed.size())] = json::object{{"x", point.x}, {"y", point.y}};
  }
  return indexed;
}

json::array FlatPoints(const Ring& points) {
  json::array flat;
  for (const LabelPoint& point : points) {
    flat.emplace_back(point.x);
    flat.emplace_back(point.y);
  }
  return flat;
}

// The attribute of a name at any depth below an object, classification or option;
// nullptr if there is none.
const json::value* FindAttribute(const json::value& holder, const char* list,
                                 std::string_view name) {
  const json::value* attributes = holder.as_object().if_contains(list);
  if (attributes == nullptr) return nullptr;
  for (const json::value& attribute : attributes->as_array()) {
    if (attribute.at("name").as_string() == name) return &attribute;
    const json::value* options = attribute.as_object().if_contains("options");
    if (options == nullptr) continue;
    for (const json::value& option : options->as_array()) {
      if (const json::value* nested = FindAttribute(option, "options", name)) return nested;
    }
  }
  return nullptr;
}

}  // namespace

json::object BoxCoordinates(double x, double y, double w, double h) {
  return {{"boundingBox", json::object{{"x", x}, {"y", y}, {"w", w}, {"h", h}}}};
}

json::object RotatedBoxCoordinates(double x, double y, double w, double h, double theta) {
  return {{"rotatableBoundingBox",
           json::object{{"x", x}, {"y", y}, {"w", w}, {"h", h}, {"theta", theta}}}};
}

json::object PolygonCoordinates(const Ring& outline) {
  return PolygonCoordinates(std::vector<std::vector<Ring>>{{outline}});
}

json::object PolygonCoordinates(const std::vector<std::vector<Ring>>& parts) {
  json::array polygons;
  for (const std::vector<Ring>& part : parts) {
    json::array rings;
    for (const Ring& ring : part) rings.emplace_back(FlatPoints(ring));
    polygons.emplace_back(std::move(rings));
  }
  json::object coordinates;
  // The older form repeats the first outline.
  coordinates["polygon"] = IndexedPoints(parts.front().front());
  coordinates["polygons"] = std::move(polygons);
  return coordinates;
}

json::object PolylineCoordinates(const Ring& points) {
  return {{"polyline", IndexedPoints(points)}};
}

json::object PointCoordinates(double x, double y) { return {{"point", IndexedPoints({{x, y}})}}; }

json::object BitmaskCoordinates(int width, int height, int top, int bottom,
                                const std::vector<std::pair<int, int>>& columns) {
  std::vector<int> counts;
  int position = 0;
  for (int row = top; row < bottom; ++row) {
    for (auto [first, past] : columns) {
      counts.push_back(row * width + first - position);
      counts.push_back(past - first);
      position = row * width + past;
    }
  }
  counts.push_back(width * height - position);
  return {{"bitmask", json::object{{"top", 0},
                                   {"left", 0},
                                   {"height", height},
                                   {"width", width},
                                   {"rleString", PackRunLengths(counts)}}}};
}

std::string PackRunLengths(const std::vector<int>& counts) {
  std::string text;
  for (size_t i = 0; i < counts.size(); ++i) {
    // From the fourth on, the difference to the count two before.
    int value = i > 2 ? counts[i] - counts[i - 2] : counts[i];
    bool more = true;
    while (more) {
      // Five bits a character; bit 5 tells that more follow, bit 4 is the sign.
      int low = value & 31;
      value >>= 5;
      more = (low & 16) != 0 ? value != -1 : value != 0;
      text += static_cast<char>(48 + low + (more ? 32 : 0));
    }
  }
  return text;
}

LabelMaker::LabelMaker(json::value structure, std::string seed, std::string author,
                       std::string date)
    : structure_(std::move(structure)),
      seed_(std::move(seed)),
      author_(std::move(author)),
      date_(std::move(date)) {}

const json::value& LabelMaker::ObjectNamed(std::string_view name) const {
  for (const json::value& object : structure_.at("objects").as_array()) {
    if (object.at("name").as_string() == name) return object;
  }
  NoSuchName(name);
}

json::object& LabelMaker::Frame(const std::string& unit, std::string_view frame) {
  json::value& entry = units_[unit];
  if (entry.is_null()) entry = json::object{{"labels", json::object()}};
  json::object* labels = &entry.at("labels").as_object();
  if (!frame.empty()) {
    json::value& numbered = (*labels)[frame];
    if (numbered.is_null()) numbered = json::object();
    labels = &numbered.as_object();
  }
  for (const char* list : {"objects", "classifications"}) {
    if (json::value& entries = (*labels)[list]; entries.is_null()) entries = json::array();
  }
  return *labels;
}

std::string LabelMaker::HashOf(std::string_view instance) const {
  std::string bytes =
      absl::HexStringToBytes(NamedUuid(seed_ + "/" + std::string(instance)).substr(24));
  std::string hash;
  absl::Base64Escape(bytes, &hash);
  return hash;
}

void LabelMaker::AddObject(const std::string& unit, std::string_view frame, std::string_view object,
                           std::string_view instance, json::object coordinates) {
  const json::value& ontology_object = ObjectNamed(object);
  std::string hash = HashOf(instance);
  json::object label{{"objectHash", hash},
                     {"featureHash", ontology_object.at("featureNodeHash")},
                     {"name", ontology_object.at("name")},
                     {"value", SnakeCase(object)},
                     {"color", ontology_object.at("color")},
                     {"shape", ontology_object.at("shape")},
                     {"confidence", 1},
                     {"createdBy", author_},
                     {"createdAt", date_},
                     {"lastEditedBy", author_},
                     {"lastEditedAt", date_},
                     {"manualAnnotation", true}};
  for (auto& [name, value] : coordinates) label[name] = std::move(value);
  Frame(unit, frame)["objects"].as_array().emplace_back(std::move(label));
  if (!object_answers_.contains(hash)) {
    object_answers_[hash] = json::object{{"objectHash", hash}, {"classifications", json::array()}};
  }
}

void LabelMaker::AddSkeleton(const std::string& unit, std::string_view frame,
                             std::string_view object, std::string_view instance, double dx,
                             double dy) {
  const json::value& feature = ObjectNamed(object).at("featureNodeHash");
  json::object vertices;
  for (const json::value& entry : structure_.at("skeleton_templates").as_array()) {
    const json::value& skeleton = entry.at("template");
    if (skeleton.at("feature_node_hash") != feature) continue;
    for (const auto& [index, vertex] : skeleton.at("skeleton").as_object()) {
      json::object placed = vertex.as_object();
      placed["x"] = vertex.at("x").as_double() + dx;
      placed["y"] = vertex.at("y").as_double() + dy;
      bool last = vertices.size() + 1 == skeleton.at("skeleton").as_object().size();
      placed[last ? "occluded" : "visible"] = true;
      vertices[index] = std::move(placed);
    }
  }
  json::object coordinates;
  coordinates["skeleton"] = std::move(vertices);
  AddObject(unit, frame, object, instance, std::move(coordinates));
}

json::object LabelMaker::AnswerEntry(const json::value& owner, std::string_view attribute_name,
                                     const json::value& answer) const {
  const json::value* found = FindAttribute(owner, "attributes", attribute_name);
  if (found == nullptr) NoSuchName(attribute_name);
  const json::value& attribute = *found;
  json::value answers = answer;
  if (answer.is_array()) {
    json::array options;
    for (const json::value& option : attribute.at("options").as_array()) {
      for (const json::value& label : answer.as_array()) {
        if (option.at("label") != label) continue;
        options.push_back(json::object{{"name", option.at("label")},
                                       {"value", option.at("value")},
                                       {"featureHash", option.at("featureNodeHash")}});
      }
    }
    answers = std::move(options);
  }
  return {{"name", attribute.at("name")},
          {"value", SnakeCase(attribute_name)},
          {"answers", std::move(answers)},
          {"featureHash", attribute.at("featureNodeHash")},
          {"manualAnnotation", true}};
}

void LabelMaker::Answer(std::string_view object, std::string_view instance,
                        std::string_view attribute, const json::value& answer) {
  object_answers_.at(HashOf(instance))
      .at("classifications")
      .as_array()
      .emplace_back(AnswerEntry(ObjectNamed(object), attribute, answer));
}

void LabelMaker::AnswerOnFrames(std::string_view object, std::string_view instance,
                                std::string_view attribute, const json::value& answer, int first,
                                int last) {
  std::string hash = HashOf(instance);
  json::value& actions = object_actions_[hash];
  if (actions.is_null()) {
    actions = json::object{{"objectHash", hash}, {"actions", json::array()}};
  }
  json::object entry = AnswerEntry(ObjectNamed(object), attribute, answer);
  json::array range;
  range.emplace_back(json::array{first, last});
  entry["range"] = std::move(range);
  entry["dynamic"] = true;
  entry["shouldPropagate"] = false;
  entry["trackHash"] = NamedUuid(seed_ + "/" + std::string(instance) + "/" +
                                 std::string(attribute) + "/" + std::to_string(first));
  actions.at("actions").as_array().emplace_back(std::move(entry));
}

void LabelMaker::Classify(const std::string& unit, std::string_view frame,
                          std::string_view classification, const json::value& answer) {
  for (const json::value& known : structure_.at("classifications").as_array()) {
    if (known.at("attributes").at(0).at("name").as_string() != classification) continue;
    std::string hash = HashOf(unit + std::string(frame) + "/" + std::string(classification));
    Frame(unit, frame)["classifications"].as_array().push_back(
        json::object{{"classificationHash", hash},
                     {"featureHash", known.at("featureNodeHash")},
                     {"name", std::string(classification)},
                     {"value", SnakeCase(classification)},
                     {"confidence", 1},
                     {"createdBy", author_},
                     {"createdAt", date_},
                     {"lastEditedBy", author_},
                     {"lastEditedAt", date_},
                     {"manualAnnotation", true}});
    json::array answers;
    answers.emplace_back(AnswerEntry(known, classification, answer));
    classification_answers_[hash] = json::object{{"classificationHash", hash},
                                                 {"featureHash", known.at("featureNodeHash")},
                                                 {"classifications", std::move(answers)},
                                                 {"spaces", json::object()}};
    return;
  }
  NoSuchName(classification);
}

json::object LabelMaker::Row() const {
  return {{"data_units", units_},
          {"object_answers", object_answers_},
          {"classification_answers", classification_answers_},
          {"object_actions", object_actions_}};
}

}  // namespace sandbox
