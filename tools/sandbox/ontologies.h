#ifndef TOOLS_SANDBOX_ONTOLOGIES_H_
#define TOOLS_SANDBOX_ONTOLOGIES_H_

#include <optional>
#include <string>

#include "tools/sandbox/router.h"

namespace sandbox {

// Ontologies: table `ontologies` (uuid, title, description, editor as JSON text,
// created_at, last_edited_at) and /v2/public/ontologies.
void RegisterOntologies(Router& router);

// Makes an ontology whose admin is `owner` and returns its UUID. `editor` is a
// checked structure (ontology_structure.h).
std::string CreateOntology(Context& context, const User& owner, const std::string& title,
                           const std::string& description, const json::object& editor);

// A structure without objects and classifications.
json::object EmptyStructure();

// The structure of an ontology; null if there is none.
json::value StructureOf(Store& store, const std::string& ontology_uuid);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_ONTOLOGIES_H_
