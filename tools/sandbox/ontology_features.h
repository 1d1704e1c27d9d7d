#ifndef TOOLS_SANDBOX_ONTOLOGY_FEATURES_H_
#define TOOLS_SANDBOX_ONTOLOGY_FEATURES_H_

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "tools/sandbox/result.h"

namespace sandbox {

// The features of an ontology structure, by their hash (featureNodeHash there,
// featureHash in labels).
class OntologyFeatures {
 public:
  struct Object {
    std::string shape;
    bool archived;
  };
  struct Classification {
    bool archived;
  };
  struct Attribute {
    // Hash of the object or classification that it belongs to, at any depth.
    std::string owner;
    // "radio", "checklist", "text" or "numeric"
    std::string type;
    // Hashes of its options.
    std::set<std::string, std::less<>> options;
  };

  // `structure` is a checked one (ontology_structure.h).
  explicit OntologyFeatures(const json::value& structure);

  // nullptr if the ontology has no such feature.
  const Object* FindObject(std::string_view hash) const;
  const Classification* FindClassification(std::string_view hash) const;
  const Attribute* FindAttribute(std::string_view hash) const;

 private:
  void AddAttributes(const json::value& holder, std::string_view list, const std::string& owner);

  std::map<std::string, Object, std::less<>> objects_;
  std::map<std::string, Classification, std::less<>> classifications_;
  std::map<std::string, Attribute, std::less<>> attributes_;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_ONTOLOGY_FEATURES_H_
