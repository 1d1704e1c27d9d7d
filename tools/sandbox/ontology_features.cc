#include "tools/sandbox/ontology_features.h"

#include <boost/json/array.hpp>
#include <utility>

#include "tools/sandbox/members.h"

namespace sandbox {
namespace {

std::string TextOf(const json::value& object, std::string_view name) {
  const json::value* member = FindMember(object, name);
  if (member == nullptr || !member->is_string()) return "";
  return std::string(member->get_string().data(), member->get_string().size());
}

bool IsArchived(const json::value& object) {
  const json::value* archived = FindMember(object, "archived");
  return archived != nullptr && archived->is_bool() && archived->get_bool();
}

const json::array& ListOf(const json::value& object, std::string_view name) {
  static const json::array kNone;
  const json::value* member = FindMember(object, name);
  return member == nullptr || !member->is_array() ? kNone : member->get_array();
}

template <typename Map>
const typename Map::mapped_type* Find(const Map& map, std::string_view hash) {
  auto found = map.find(hash);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

OntologyFeatures::OntologyFeatures(const json::value& structure) {
  for (const json::value& object : ListOf(structure, "objects")) {
    std::string hash = TextOf(object, "featureNodeHash");
    objects_[hash] = {TextOf(object, "shape"), IsArchived(object)};
    AddAttributes(object, "attributes", hash);
  }
  for (const json::value& classification : ListOf(structure, "classifications")) {
    std::string hash = TextOf(classification, "featureNodeHash");
    classifications_[hash] = {IsArchived(classification)};
    AddAttributes(classification, "attributes", hash);
  }
}

void OntologyFeatures::AddAttributes(const json::value& holder, std::string_view list,
                                     const std::string& owner) {
  for (const json::value& attribute : ListOf(holder, list)) {
    Attribute read{owner, TextOf(attribute, "type"), {}};
    for (const json::value& option : ListOf(attribute, "options")) {
      read.options.insert(TextOf(option, "featureNodeHash"));
      // Attributes nested under an option go by the name "options", too.
      AddAttributes(option, "options", owner);
    }
    attributes_[TextOf(attribute, "featureNodeHash")] = std::move(read);
  }
}

const OntologyFeatures::Object* OntologyFeatures::FindObject(std::string_view hash) const {
  return Find(objects_, hash);
}

const OntologyFeatures::Classification* OntologyFeatures::FindClassification(
    std::string_view hash) const {
  return Find(classifications_, hash);
}

const OntologyFeatures::Attribute* OntologyFeatures::FindAttribute(std::string_view hash) const {
  return Find(attributes_, hash);
}

}  // namespace sandbox
