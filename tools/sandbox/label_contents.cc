#include "tools/sandbox/label_contents.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "tools/sandbox/members.h"

namespace sandbox {
namespace {

// The member that holds a shape's coordinates on a frame.
struct ShapeMember {
  std::string_view shape;
  std::string_view member;
  // Another member that will do.
  std::string_view or_member = "";
};
constexpr std::array<ShapeMember, 11> kShapeMembers = {{
    {"bounding_box", "boundingBox"},
    {"rotatable_bounding_box", "rotatableBoundingBox"},
    {"polygon", "polygon", "polygons"},
    {"polyline", "polyline"},
    {"point", "point"},
    {"skeleton", "skeleton"},
    {"bitmask", "bitmask"},
    {"cuboid", "cuboid"},
    {"cuboid_2d", "cuboid_2d"},
    {"circle", "circle"},
    {"ellipse", "ellipse"},
}};

// The numbers that some members must have.
struct Coordinates {
  std::string_view member;
  std::array<std::string_view, 5> names;
};
constexpr std::array<Coordinates, 5> kCoordinates = {{
    {"boundingBox", {"x", "y", "w", "h"}},
    {"rotatableBoundingBox", {"x", "y", "w", "h", "theta"}},
    {"bitmask", {"top", "left", "width", "height"}},
    {"circle", {"x", "y", "r"}},
    {"ellipse", {"x", "y", "rx", "ry"}},
}};

// A text member, "" if there is none.
std::string_view TextMember(const json::object& object, std::string_view name) {
  const json::value* member = object.if_contains(name);
  if (member == nullptr || !member->is_string()) return "";
  return {member->get_string().data(), member->get_string().size()};
}

Result<std::string> HashOf(const json::object& label, std::string_view name,
                           const std::string& place) {
  std::string_view hash = TextMember(label, name);
  if (hash.empty()) return CorruptedLabel(place + " has no " + std::string(name));
  return std::string(hash);
}

// The objects in a list member, which may be absent.
Result<std::vector<json::object*>> EntriesOf(json::object& holder, const char* name,
                                             const std::string& place) {
  std::vector<json::object*> entries;
  json::value* list = holder.if_contains(name);
  if (list == nullptr || list->is_null()) return entries;
  if (!list->is_array()) return CorruptedLabel(place + ": " + name + " must be a list");
  for (json::value& entry : list->get_array()) {
    if (!entry.is_object()) return CorruptedLabel(place + ": " + name + " must hold objects");
    entries.push_back(&entry.get_object());
  }
  return entries;
}

bool HasEntries(const json::object& frame, std::string_view list) {
  const json::value* entries = frame.if_contains(list);
  return entries != nullptr && entries->is_array() && !entries->get_array().empty();
}

// Frames without labels are as good as absent.
void DropEmptyFrames(json::object& labels) {
  json::object kept;
  for (auto& [number, frame] : labels) {
    if (!HasEntries(frame.get_object(), "objects") &&
        !HasEntries(frame.get_object(), "classifications")) {
      continue;
    }
    kept[number] = std::move(frame);
  }
  labels = std::move(kept);
}

// Encord's clients leave the author open when it is the caller.
void SetAuthor(json::object& label, const std::string& author) {
  json::value& created_by = label["createdBy"];
  if (created_by.is_null()) created_by = author;
  json::value* edited_by = label.if_contains("lastEditedBy");
  if (edited_by != nullptr && edited_by->is_null()) *edited_by = author;
}

class Reader {
 public:
  Reader(const LabelledMedia& media, const OntologyFeatures& ontology, const std::string& author)
      : media_(media), ontology_(ontology), author_(author) {}

  Result<LabelContents> Read(const json::value& row) {
    if (!row.is_object()) return CorruptedLabel("a label row must be an object");
    RETURN_IF_ERROR(CopyPart(row, "object_answers", contents_.object_answers));
    RETURN_IF_ERROR(CopyPart(row, "classification_answers", contents_.classification_answers));
    RETURN_IF_ERROR(CopyPart(row, "object_actions", contents_.object_actions));
    RETURN_IF_ERROR(CopyPart(row, "spaces", contents_.spaces));
    json::object units;
    RETURN_IF_ERROR(CopyPart(row, "data_units", units));
    RETURN_IF_ERROR(ReadUnits(units));
    RETURN_IF_ERROR(CheckObjectAnswers());
    RETURN_IF_ERROR(CheckClassificationAnswers());
    RETURN_IF_ERROR(CheckActions());
    return std::move(contents_);
  }

 private:
  static Result<void> CopyPart(const json::value& row, const char* name, json::object& part) {
    const json::value* member = FindMember(row, name);
    if (member == nullptr) return {};
    if (!member->is_object()) {
      return CorruptedLabel(std::string(name) + " must be an object");
    }
    part = member->get_object();
    return {};
  }

  Result<void> ReadUnits(json::object& units) {
    for (const auto& [key, unit] : units) {
      std::string hash(key.data(), key.size());
      if (std::find(media_.units.begin(), media_.units.end(), hash) == media_.units.end()) {
        return CorruptedLabel("the label row has no data unit " + hash);
      }
      if (!unit.is_object()) return CorruptedLabel("data unit " + hash + " must be an object");
    }
    for (const std::string& hash : media_.units) {
      json::object labels;
      if (const json::value* unit = units.if_contains(hash)) {
        RETURN_IF_ERROR(CopyPart(*unit, "labels", labels));
      }
      RETURN_IF_ERROR(ReadUnit(labels, "data unit " + hash));
      contents_.labels[hash] = std::move(labels);
    }
    return {};
  }

  Result<void> ReadUnit(json::object& labels, const std::string& place) {
    if (IsSingleFrame(labels) || media_.layout == LabelLayout::kSingleFrame) {
      if (media_.layout != LabelLayout::kSingleFrame) {
        return CorruptedLabel(place + " must have labels by frame number");
      }
      for (const auto& [name, member] : labels) {
        if (member.is_object()) return CorruptedLabel(place + " has no frames");
      }
      return ReadFrame(labels, place);
    }
    for (auto& [key, frame] : labels) {
      std::string number(key.data(), key.size());
      std::string frame_place = place + ", frame " + number;
      RETURN_IF_ERROR(CheckFrameNumber(number, place));
      if (!frame.is_object()) return CorruptedLabel(frame_place + " must be an object");
      RETURN_IF_ERROR(ReadFrame(frame.get_object(), frame_place));
    }
    DropEmptyFrames(labels);
    return {};
  }

  Result<void> CheckFrameNumber(const std::string& text, const std::string& place) {
    int64_t number = -1;
    if (!absl::SimpleAtoi(text, &number) || number < 0 || text != std::to_string(number)) {
      return CorruptedLabel(place + ": '" + text + "' is no frame number");
    }
    if (media_.number_of_frames.has_value() && number >= *media_.number_of_frames) {
      return CorruptedLabel(place + " has no frame " + text + ", only " +
                            std::to_string(*media_.number_of_frames) + " frames");
    }
    return {};
  }

  Result<void> ReadFrame(json::object& frame, const std::string& place) {
    // Clients fail if one of the lists is missing.
    for (const char* name : {"objects", "classifications"}) {
      if (json::value& list = frame[name]; list.is_null()) list = json::array();
    }
    ASSIGN_OR_RETURN(auto objects, EntriesOf(frame, "objects", place));
    for (json::object* object : objects) RETURN_IF_ERROR(ReadObject(*object, place));
    ASSIGN_OR_RETURN(auto classifications, EntriesOf(frame, "classifications", place));
    for (json::object* classification : classifications) {
      RETURN_IF_ERROR(ReadClassification(*classification, place));
    }
    return {};
  }

  Result<void> ReadObject(json::object& object, const std::string& place) {
    ASSIGN_OR_RETURN(std::string hash, HashOf(object, "objectHash", place + ": an object"));
    std::string object_place = place + ", object " + hash;
    ASSIGN_OR_RETURN(std::string feature, HashOf(object, "featureHash", object_place));
    const OntologyFeatures::Object* known = ontology_.FindObject(feature);
    if (known == nullptr) {
      return FeatureDoesNotExist("the ontology has no object " + feature);
    }
    RETURN_IF_ERROR(CheckShape(object, known->shape, object_place));
    if (!contents_.object_answers.contains(hash)) {
      return AnswerDictionaryError("object " + hash + " is not in object_answers");
    }
    if (!object_features_.emplace(hash, feature).second && object_features_[hash] != feature) {
      return CorruptedLabel(object_place + " has another feature than on other frames");
    }
    SetAuthor(object, author_);
    return {};
  }

  static Result<void> CheckShape(const json::object& object, const std::string& shape,
                                 const std::string& place) {
    ASSIGN_OR_RETURN(std::string given, HashOf(object, "shape", place));
    if (given != shape) {
      return CorruptedLabel(place + " has the shape " + given + ", in the ontology it is a " +
                            shape);
    }
    for (const ShapeMember& known : kShapeMembers) {
      if (known.shape != shape) continue;
      const json::value* coordinates = object.if_contains(known.member);
      if (coordinates == nullptr || coordinates->is_null()) {
        coordinates = object.if_contains(known.or_member);
      }
      if (coordinates == nullptr || !(coordinates->is_object() || coordinates->is_array())) {
        return CorruptedLabel(place + " has no " + std::string(known.member));
      }
      return CheckCoordinates(*coordinates, known.member, place);
    }
    return {};
  }

  static Result<void> CheckCoordinates(const json::value& coordinates, std::string_view member,
                                       const std::string& place) {
    for (const Coordinates& known : kCoordinates) {
      if (known.member != member) continue;
      for (std::string_view name : known.names) {
        if (name.empty()) continue;
        const json::value* number = FindMember(coordinates, name);
        if (number == nullptr || !number->is_number()) {
          return CorruptedLabel(place + ": " + std::string(member) + " must have a number " +
                                std::string(name));
        }
      }
    }
    return {};
  }

  Result<void> ReadClassification(json::object& classification, const std::string& place) {
    ASSIGN_OR_RETURN(std::string hash,
                     HashOf(classification, "classificationHash", place + ": a classification"));
    ASSIGN_OR_RETURN(std::string feature,
                     HashOf(classification, "featureHash", place + ", classification " + hash));
    if (ontology_.FindClassification(feature) == nullptr) {
      return FeatureDoesNotExist("the ontology has no classification " + feature);
    }
    if (!contents_.classification_answers.contains(hash)) {
      return AnswerDictionaryError("classification " + hash + " is not in classification_answers");
    }
    SetAuthor(classification, author_);
    return {};
  }

  // Answers of objects that are on no frame are left over from deleted ones, or
  // describe sounds and texts.
  Result<void> CheckObjectAnswers() {
    for (auto& [key, answer] : contents_.object_answers) {
      std::string hash(key.data(), key.size());
      std::string place = "object_answers, object " + hash;
      if (!answer.is_object()) return CorruptedLabel(place + " must be an object");
      json::object& members = answer.get_object();
      if (std::string feature(TextMember(members, "featureHash")); !feature.empty()) {
        if (ontology_.FindObject(feature) == nullptr) {
          return FeatureDoesNotExist("the ontology has no object " + feature);
        }
        object_features_.emplace(hash, feature);
        SetAuthor(members, author_);
      }
      RETURN_IF_ERROR(CheckAnswers(members, "classifications", OwnerOf(hash), place));
    }
    return {};
  }

  Result<void> CheckClassificationAnswers() {
    for (auto& [key, answer] : contents_.classification_answers) {
      std::string hash(key.data(), key.size());
      std::string place = "classification_answers, classification " + hash;
      if (!answer.is_object()) return CorruptedLabel(place + " must be an object");
      json::object& members = answer.get_object();
      ASSIGN_OR_RETURN(std::string feature, HashOf(members, "featureHash", place));
      if (ontology_.FindClassification(feature) == nullptr) {
        return FeatureDoesNotExist("the ontology has no classification " + feature);
      }
      RETURN_IF_ERROR(CheckAnswers(members, "classifications", &feature, place));
      if (members.contains("createdBy")) SetAuthor(members, author_);
      // Clients fail without it.
      if (json::value& spaces = members["spaces"]; spaces.is_null()) spaces = json::object();
    }
    return {};
  }

  Result<void> CheckActions() {
    for (auto& [key, action] : contents_.object_actions) {
      std::string hash(key.data(), key.size());
      std::string place = "object_actions, object " + hash;
      if (!action.is_object()) return CorruptedLabel(place + " must be an object");
      json::object& members = action.get_object();
      RETURN_IF_ERROR(CheckAnswers(members, "actions", OwnerOf(hash), place));
      ASSIGN_OR_RETURN(auto entries, EntriesOf(members, "actions", place));
      for (const json::object* entry : entries) RETURN_IF_ERROR(CheckRanges(*entry, place));
    }
    return {};
  }

  // [[first, last], ...]
  static Result<void> CheckRanges(const json::object& entry, const std::string& place) {
    const json::value* ranges = entry.if_contains("range");
    bool good = ranges != nullptr && ranges->is_array();
    for (size_t i = 0; good && i < ranges->get_array().size(); ++i) {
      const json::array* range = ranges->get_array()[i].if_array();
      good = range != nullptr && range->size() == 2 && range->at(0).is_int64() &&
             range->at(1).is_int64() && range->at(0).get_int64() >= 0 &&
             range->at(0).get_int64() <= range->at(1).get_int64();
    }
    if (!good) return CorruptedLabel(place + ": range must be a list of [first, last]");
    return {};
  }

  // The feature of an object; nullptr if it is nowhere in the labels.
  const std::string* OwnerOf(const std::string& object_hash) const {
    auto found = object_features_.find(object_hash);
    return found == object_features_.end() ? nullptr : &found->second;
  }

  // `owner` is the feature whose attributes may be answered; nullptr = any.
  Result<void> CheckAnswers(json::object& holder, const char* list, const std::string* owner,
                            const std::string& place) {
    ASSIGN_OR_RETURN(auto entries, EntriesOf(holder, list, place));
    for (json::object* entry : entries) {
      ASSIGN_OR_RETURN(std::string hash, HashOf(*entry, "featureHash", place));
      const OntologyFeatures::Attribute* attribute = ontology_.FindAttribute(hash);
      if (attribute == nullptr || (owner != nullptr && attribute->owner != *owner)) {
        return FeatureDoesNotExist("the ontology has no attribute " + hash + " there: " + place);
      }
      RETURN_IF_ERROR(
          CheckAnswer(entry->if_contains("answers"), *attribute, place + ", attribute " + hash));
    }
    return {};
  }

  // Text, a number, or a list of options; null means unanswered.
  static Result<void> CheckAnswer(const json::value* answer,
                                  const OntologyFeatures::Attribute& attribute,
                                  const std::string& place) {
    if (answer == nullptr || answer->is_null()) return {};
    if (attribute.type == "text") {
      if (answer->is_string()) return {};
      return CorruptedLabel(place + ": the answer must be a text");
    }
    if (attribute.type == "numeric") {
      if (answer->is_number()) return {};
      return CorruptedLabel(place + ": the answer must be a number");
    }
    if (!answer->is_array()) return CorruptedLabel(place + ": the answer must list options");
    if (attribute.type == "radio" && answer->get_array().size() > 1) {
      return CorruptedLabel(place + " is a radio and can have one answer only");
    }
    for (const json::value& option : answer->get_array()) {
      if (!option.is_object()) return CorruptedLabel(place + ": an option must be an object");
      ASSIGN_OR_RETURN(std::string hash, HashOf(option.get_object(), "featureHash", place));
      if (!attribute.options.contains(hash)) {
        return FeatureDoesNotExist(place + " has no option " + hash);
      }
    }
    return {};
  }

  const LabelledMedia& media_;
  const OntologyFeatures& ontology_;
  const std::string& author_;
  LabelContents contents_;
  // The feature of each object hash.
  std::map<std::string, std::string> object_features_;
};

// Removes the labels of a frame's list that are not wanted and notes their hashes.
template <typename IsWanted>
void FilterList(json::object& frame, const char* list, const char* hash_member,
                const IsWanted& is_wanted, std::set<std::string>& removed) {
  json::value* labels = frame.if_contains(list);
  if (labels == nullptr || !labels->is_array()) return;
  json::array kept;
  for (json::value& label : labels->get_array()) {
    if (is_wanted(label.get_object())) {
      kept.push_back(std::move(label));
    } else {
      removed.emplace(TextMember(label.get_object(), hash_member));
    }
  }
  *labels = std::move(kept);
}

void EraseAll(json::object& object, const std::set<std::string>& keys) {
  for (const std::string& key : keys) {
    if (auto found = object.find(key); found != object.end()) object.stable_erase(found);
  }
}

}  // namespace

Result<LabelContents> ReadLabelContents(const json::value& row, const LabelledMedia& media,
                                        const OntologyFeatures& ontology,
                                        const std::string& author) {
  return Reader(media, ontology, author).Read(row);
}

void FilterLabelContents(LabelContents& contents, const LabelFilter& filter,
                         const OntologyFeatures& ontology) {
  auto wanted = [&](const json::object& label, const auto* known, const auto& features) {
    if (known != nullptr && known->archived && !filter.include_archived) return false;
    return !features.has_value() ||
           features->contains(std::string(TextMember(label, "featureHash")));
  };
  auto object_wanted = [&](const json::object& label) {
    return wanted(label, ontology.FindObject(TextMember(label, "featureHash")),
                  filter.object_features);
  };
  auto classification_wanted = [&](const json::object& label) {
    return wanted(label, ontology.FindClassification(TextMember(label, "featureHash")),
                  filter.classification_features);
  };
  std::set<std::string> objects;
  std::set<std::string> classifications;
  for (auto& [unit, value] : contents.labels) {
    json::object& labels = value.get_object();
    for (json::object* frame : FramesOf(labels)) {
      FilterList(*frame, "objects", "objectHash", object_wanted, objects);
      FilterList(*frame, "classifications", "classificationHash", classification_wanted,
                 classifications);
    }
    if (!IsSingleFrame(labels)) DropEmptyFrames(labels);
  }
  // Sounds and texts are in the answers only.
  for (const auto& [hash, answer] : contents.object_answers) {
    if (!TextMember(answer.get_object(), "featureHash").empty() &&
        !object_wanted(answer.get_object())) {
      objects.emplace(hash);
    }
  }
  for (const auto& [hash, answer] : contents.classification_answers) {
    if (!classification_wanted(answer.get_object())) classifications.emplace(hash);
  }
  EraseAll(contents.object_answers, objects);
  EraseAll(contents.object_actions, objects);
  EraseAll(contents.classification_answers, classifications);
}

}  // namespace sandbox
