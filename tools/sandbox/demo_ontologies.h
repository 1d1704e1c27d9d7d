#ifndef TOOLS_SANDBOX_DEMO_ONTOLOGIES_H_
#define TOOLS_SANDBOX_DEMO_ONTOLOGIES_H_

namespace sandbox {

// Ontology structures of the demo workspace, as JSON.

// Every shape that has coordinates on an image; attributes of every type, static,
// dynamic and nested; two classifications.
extern const char kRoadOntology[];
// Products on shelves: a few shapes, one classification.
extern const char kRetailOntology[];
// Organs in medical images.
extern const char kMedicalOntology[];

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_DEMO_ONTOLOGIES_H_
