#ifndef TOOLS_SANDBOX_ONTOLOGY_STRUCTURE_H_
#define TOOLS_SANDBOX_ONTOLOGY_STRUCTURE_H_

#include "tools/sandbox/result.h"

namespace sandbox {

// Checks an ontology structure (Encord's "editor" object) and returns it with
// the lists that clients need always there: objects, classifications,
// skeleton_templates. INVALID_ARGUMENTS, naming the place, for: unknown shapes
// and attribute types, ids that are no integer (objects, classifications) or no
// dotted text (attributes, options), missing or repeated hashes and ids,
// colours other than #RRGGBB, a classification without exactly one attribute,
// options where the type has none, attributes nested more than seven deep.
Result<json::object> CheckStructure(const json::value& editor);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_ONTOLOGY_STRUCTURE_H_
