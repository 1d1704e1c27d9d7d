#ifndef SERVER_ENCORD_STAGE_TYPES_H_
#define SERVER_ENCORD_STAGE_TYPES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace gateway::encord {

// A kind of workflow stage and what can be done with a task in it.
struct StageType {
  absl::string_view wire;  // Encord's stageType
  absl::string_view name;  // the official SDK's class name, as the contract spells it
  std::vector<absl::string_view> pathways;  // of agent stages: named by the stage itself
};

// All known kinds.
const std::vector<StageType>& StageTypes();

// The contract's spelling of Encord's stageType; an unknown one as it is.
std::string StageTypeName(absl::string_view wire);

// The kind of that name; nullptr if it is unknown.
const StageType* FindStageType(absl::string_view name);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_STAGE_TYPES_H_
