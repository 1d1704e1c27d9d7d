#include "server/actions/ontology_structure.h"

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace gateway::actions {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

constexpr absl::string_view kShapes[] = {"bounding_box", "rotatable_bounding_box",
                                         "polygon",      "polyline",
                                         "point",        "skeleton",
                                         "bitmask",      "cuboid",
                                         "cuboid_2d",    "segmentation",
                                         "circle",       "ellipse",
                                         "audio",        "text",
                                         "time_range"};
constexpr absl::string_view kAttributeTypes[] = {"radio", "checklist", "text", "numeric"};
// Encord's limit.
constexpr int kMaxNesting = 7;

class StructureChecker {
 public:
  explicit StructureChecker(Validator& check) : check_(check) {}

  void Structure(const Struct& structure) {
    ForEach("structure", structure, "objects", [&](const std::string& path, const Struct& object) {
      Texts(path, object, {"name", "color", "featureNodeHash"});
      Id(path, object);
      OneOf(path, object, "shape", kShapes);
      Attributes(path, object, "attributes", 1);
    });
    ForEach("structure", structure, "classifications",
            [&](const std::string& path, const Struct& classification) {
              Texts(path, classification, {"featureNodeHash"});
              Id(path, classification);
              const Value* attributes = Find(classification, "attributes");
              if (attributes == nullptr || attributes->list_value().values_size() != 1) {
                check_.Fail(path + ".attributes", "must be a list of exactly one attribute");
              }
              Attributes(path, classification, "attributes", 1);
            });
    ForEach("structure", structure, "skeleton_templates", [](const std::string&, const Struct&) {});
  }

 private:
  using Each = absl::FunctionRef<void(const std::string& path, const Struct& object)>;

  static const Value* Find(const Struct& object, absl::string_view member) {
    const auto found = object.fields().find(std::string(member));
    return found == object.fields().end() ? nullptr : &found->second;
  }

  // The elements of a list of objects; a list that is not there is empty.
  void ForEach(const std::string& path, const Struct& parent, absl::string_view member, Each each) {
    const Value* list = Find(parent, member);
    if (list == nullptr) return;
    const std::string list_path = absl::StrCat(path, ".", member);
    if (!list->has_list_value()) {
      check_.Fail(list_path, "must be a list of objects");
      return;
    }
    int index = 0;
    for (const Value& value : list->list_value().values()) {
      const std::string element_path = Indexed(list_path, index++);
      if (value.has_struct_value()) {
        each(element_path, value.struct_value());
      } else {
        check_.Fail(element_path, "must be an object");
      }
    }
  }

  void Texts(const std::string& path, const Struct& object,
             std::initializer_list<absl::string_view> members) {
    for (absl::string_view member : members) {
      const Value* value = Find(object, member);
      if (value == nullptr || value->string_value().empty()) {
        check_.Fail(absl::StrCat(path, ".", member), "must be text, not empty");
      }
    }
  }

  void Id(const std::string& path, const Struct& object) {
    const Value* id = Find(object, "id");
    if (id == nullptr || (id->string_value().empty() && !id->has_number_value())) {
      check_.Fail(path + ".id", "must be text or a number");
    }
  }

  void OneOf(const std::string& path, const Struct& object, absl::string_view member,
             std::span<const absl::string_view> allowed) {
    const Value* value = Find(object, member);
    const absl::string_view text = value == nullptr ? "" : absl::string_view(value->string_value());
    for (absl::string_view candidate : allowed) {
      if (candidate == text) return;
    }
    check_.Fail(absl::StrCat(path, ".", member),
                absl::StrCat("must be one of ", absl::StrJoin(allowed, ", ")));
  }

  void Attributes(const std::string& path, const Struct& parent, absl::string_view member,
                  int nesting) {
    if (nesting > kMaxNesting) {
      check_.Fail(path, absl::StrCat("attributes must not be nested deeper than ", kMaxNesting));
      return;
    }
    ForEach(path, parent, member, [&](const std::string& attribute_path, const Struct& attribute) {
      Texts(attribute_path, attribute, {"id", "name", "featureNodeHash"});
      OneOf(attribute_path, attribute, "type", kAttributeTypes);
      ForEach(attribute_path, attribute, "options",
              [&](const std::string& option_path, const Struct& option) {
                Texts(option_path, option, {"id", "label", "value", "featureNodeHash"});
                Attributes(option_path, option, "options", nesting + 1);
              });
    });
  }

  Validator& check_;
};

}  // namespace

void CheckOntologyStructure(const Struct& structure, Validator& check) {
  StructureChecker(check).Structure(structure);
}

}  // namespace gateway::actions
