#ifndef SERVER_ACTIONS_ONTOLOGY_STRUCTURE_H_
#define SERVER_ACTIONS_ONTOLOGY_STRUCTURE_H_

#include "google/protobuf/struct.pb.h"
#include "server/actions/validator.h"

namespace gateway::actions {

// Checks an ontology structure as CreateOntologyRequest.structure describes it. Fields are named
// by path: structure.objects[0].shape.
void CheckOntologyStructure(const google::protobuf::Struct& structure, Validator& check);

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_ONTOLOGY_STRUCTURE_H_
