#ifndef SERVER_COCO_ONTOLOGY_H_
#define SERVER_COCO_ONTOLOGY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "server/coco/profile.h"
#include "server/coco/shape.h"
#include "server/coco/sink.h"
#include "server/coco/text.h"

namespace gateway::coco {

enum class AttributeType { kRadio, kChecklist, kText, kNumeric };

// Attribute of an ontology object.
struct Attribute {
  AttributeType type;
  // Where its answer goes: the position of the answer, of checklists that of the first option's.
  uint32_t first_answer;
  // Of checklists: option feature hash -> position of the option's answer.
  TextMap<uint32_t> option_answers;
  // Of radio buttons: option feature hash -> label.
  TextMap<std::string> option_labels;
};

// An object of the ontology. Not copyable, because answers view their names.
struct OntologyObject {
  OntologyObject() = default;
  OntologyObject(OntologyObject&&) = default;
  OntologyObject& operator=(OntologyObject&&) = default;

  std::string feature_hash;
  Shape shape = Shape::kUnknown;
  // Id of its category; 0 for the shapes that have none.
  int category_id = 0;
  // Answers of an object nobody answered anything about, in the order of the attributes. Names are
  // unique; their text belongs to `answer_names`.
  std::vector<Answer> unanswered;
  std::vector<std::string> answer_names;
  // Attribute feature hash -> attribute.
  TextMap<Attribute> attributes;
  // Of skeletons with a template: vertex feature hash, and vertex index -> position of the
  // keypoint.
  TextMap<uint32_t> keypoint_by_feature_hash;
  absl::flat_hash_map<int64_t, uint32_t> keypoint_by_index;
  uint32_t keypoint_count = 0;
};

// An ontology, as far as the export needs it.
class Ontology {
 public:
  // Reads the editor object. INVALID_ARGUMENT if it is not an ontology.
  static absl::StatusOr<Ontology> Parse(std::string_view json, const Conventions& conventions);

  // The object with this feature hash; null if there is none.
  const OntologyObject* Find(std::string_view feature_hash) const;

  const std::vector<Category>& categories() const { return categories_; }

 private:
  std::vector<OntologyObject> objects_;
  TextMap<uint32_t> by_feature_hash_;
  std::vector<Category> categories_;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_ONTOLOGY_H_
