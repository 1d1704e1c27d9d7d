#include "tools/sandbox/ontology_structure.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "tools/sandbox/members.h"

namespace sandbox {
namespace {

constexpr int kMaximumAttributeDepth = 7;

constexpr std::array<std::string_view, 15> kShapes = {"bounding_box", "rotatable_bounding_box",
                                                      "polygon",      "polyline",
                                                      "point",        "skeleton",
                                                      "bitmask",      "cuboid",
                                                      "cuboid_2d",    "segmentation",
                                                      "circle",       "ellipse",
                                                      "audio",        "text",
                                                      "time_range"};

struct AttributeType {
  std::string_view name;
  bool has_options;
  // Whether an option may have attributes of its own.
  bool nests;
};
constexpr std::array<AttributeType, 4> kAttributeTypes = {{
    {"radio", true, true},
    {"checklist", true, false},
    {"text", false, false},
    {"numeric", false, false},
}};

ApiError Wrong(const std::string& place, const std::string& what) {
  return InvalidArguments("editor" + place + " " + what);
}

Result<std::string> TextAt(const json::value& object, std::string_view member,
                           const std::string& place) {
  const json::value* value = FindMember(object, member);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr || text->empty()) {
    return Wrong(place + "." + std::string(member), "must be a text, and not empty");
  }
  return std::string(text->data(), text->size());
}

// A list member that may be absent; nullptr then.
Result<const json::array*> ListAt(const json::value& object, std::string_view member,
                                  const std::string& place) {
  const json::value* value = FindMember(object, member);
  if (value == nullptr) return nullptr;
  const json::array* list = value->if_array();
  if (list == nullptr) return Wrong(place + "." + std::string(member), "must be a list");
  return list;
}

bool IsDotted(std::string_view id) {
  bool digit_before = false;
  for (char c : id) {
    if (c == '.' && !digit_before) return false;
    if (c != '.' && !absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
    digit_before = c != '.';
  }
  return digit_before;
}

bool IsColour(std::string_view text) {
  return text.size() == 7 && text[0] == '#' &&
         std::all_of(text.begin() + 1, text.end(),
                     [](unsigned char c) { return absl::ascii_isxdigit(c); });
}

class Checker {
 public:
  Result<void> Objects(const json::array& objects) {
    std::set<int64_t> ids;
    for (size_t i = 0; i < objects.size(); ++i) {
      std::string place = ".objects[" + std::to_string(i) + "]";
      const json::value& object = objects[i];
      if (!object.is_object()) return Wrong(place, "must be an object");
      RETURN_IF_ERROR(IntegerId(object, place, ids));
      RETURN_IF_ERROR(Hash(object, place));
      RETURN_IF_ERROR(TextAt(object, "name", place));
      ASSIGN_OR_RETURN(std::string colour, TextAt(object, "color", place));
      if (!IsColour(colour)) return Wrong(place + ".color", "must be like #D33115");
      ASSIGN_OR_RETURN(std::string shape, TextAt(object, "shape", place));
      if (std::find(kShapes.begin(), kShapes.end(), shape) == kShapes.end()) {
        return Wrong(place + ".shape", "is none that Encord knows: " + shape);
      }
      ASSIGN_OR_RETURN(const json::array* attributes, ListAt(object, "attributes", place));
      if (attributes != nullptr) RETURN_IF_ERROR(Attributes(*attributes, place, 1));
    }
    return {};
  }

  Result<void> Classifications(const json::array& classifications) {
    std::set<int64_t> ids;
    for (size_t i = 0; i < classifications.size(); ++i) {
      std::string place = ".classifications[" + std::to_string(i) + "]";
      const json::value& classification = classifications[i];
      if (!classification.is_object()) return Wrong(place, "must be an object");
      RETURN_IF_ERROR(IntegerId(classification, place, ids));
      RETURN_IF_ERROR(Hash(classification, place));
      if (const json::value* level = FindMember(classification, "level");
          level != nullptr && *level != "global") {
        return Wrong(place + ".level", "must be global");
      }
      ASSIGN_OR_RETURN(const json::array* attributes, ListAt(classification, "attributes", place));
      if (attributes == nullptr || attributes->size() != 1) {
        return Wrong(place + ".attributes", "must have exactly one attribute");
      }
      RETURN_IF_ERROR(Attributes(*attributes, place, 1));
    }
    return {};
  }

 private:
  Result<void> Attributes(const json::array& attributes, const std::string& parent, int depth) {
    if (depth > kMaximumAttributeDepth) {
      return Wrong(parent, "nests attributes more than seven deep");
    }
    for (size_t i = 0; i < attributes.size(); ++i) {
      std::string place = parent + ".attributes[" + std::to_string(i) + "]";
      const json::value& attribute = attributes[i];
      if (!attribute.is_object()) return Wrong(place, "must be an object");
      RETURN_IF_ERROR(DottedId(attribute, place));
      RETURN_IF_ERROR(Hash(attribute, place));
      RETURN_IF_ERROR(TextAt(attribute, "name", place));
      ASSIGN_OR_RETURN(std::string type_name, TextAt(attribute, "type", place));
      auto type = std::find_if(kAttributeTypes.begin(), kAttributeTypes.end(),
                               [&](const AttributeType& known) { return known.name == type_name; });
      if (type == kAttributeTypes.end()) {
        return Wrong(place + ".type", "is none that Encord knows: " + type_name);
      }
      ASSIGN_OR_RETURN(const json::array* options, ListAt(attribute, "options", place));
      if (options == nullptr) continue;
      if (!type->has_options && !options->empty()) {
        return Wrong(place + ".options", "do not go with the type " + type_name);
      }
      RETURN_IF_ERROR(Options(*options, *type, place, depth));
    }
    return {};
  }

  Result<void> Options(const json::array& options, const AttributeType& type,
                       const std::string& parent, int depth) {
    for (size_t i = 0; i < options.size(); ++i) {
      std::string place = parent + ".options[" + std::to_string(i) + "]";
      const json::value& option = options[i];
      if (!option.is_object()) return Wrong(place, "must be an object");
      RETURN_IF_ERROR(DottedId(option, place));
      RETURN_IF_ERROR(Hash(option, place));
      RETURN_IF_ERROR(TextAt(option, "label", place));
      RETURN_IF_ERROR(TextAt(option, "value", place));
      ASSIGN_OR_RETURN(const json::array* nested, ListAt(option, "options", place));
      if (nested == nullptr || nested->empty()) continue;
      if (!type.nests) return Wrong(place + ".options", "may nest under radio options only");
      RETURN_IF_ERROR(Attributes(*nested, place, depth + 1));
    }
    return {};
  }

  // A number, or a text of digits.
  Result<void> IntegerId(const json::value& object, const std::string& place,
                         std::set<int64_t>& ids) {
    const json::value* value = FindMember(object, "id");
    std::optional<int64_t> id;
    if (value != nullptr && value->is_int64()) id = value->get_int64();
    if (value != nullptr && value->is_string()) {
      const json::string& text = value->get_string();
      int64_t number;
      if (absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &number)) id = number;
    }
    if (!id.has_value()) return Wrong(place + ".id", "must be an integer");
    if (!ids.insert(*id).second) return Wrong(place + ".id", "is used twice");
    return {};
  }

  Result<void> DottedId(const json::value& object, const std::string& place) {
    ASSIGN_OR_RETURN(std::string id, TextAt(object, "id", place));
    if (!IsDotted(id)) return Wrong(place + ".id", "must be a text like \"1.2\"");
    return {};
  }

  Result<void> Hash(const json::value& object, const std::string& place) {
    ASSIGN_OR_RETURN(std::string hash, TextAt(object, "featureNodeHash", place));
    if (!hashes_.insert(hash).second) return Wrong(place + ".featureNodeHash", "is used twice");
    return {};
  }

  std::set<std::string> hashes_;
};

}  // namespace

Result<json::object> CheckStructure(const json::value& editor) {
  const json::object* given = editor.if_object();
  if (given == nullptr) return Wrong("", "must be an object");
  json::object structure = *given;
  for (const char* list : {"objects", "classifications", "skeleton_templates"}) {
    json::value& member = structure[list];
    if (member.is_null()) member = json::array();
    if (!member.is_array()) return Wrong("." + std::string(list), "must be a list");
  }
  Checker checker;
  RETURN_IF_ERROR(checker.Objects(structure["objects"].get_array()));
  RETURN_IF_ERROR(checker.Classifications(structure["classifications"].get_array()));
  return structure;
}

}  // namespace sandbox
