#include "server/encord/stage_types.h"

namespace gateway::encord {

const std::vector<StageType>& StageTypes() {
  static const auto& types = *new std::vector<StageType>{
      {"ANNOTATION", "AnnotationStage", {"submit"}},
      {"REVIEW", "ReviewStage", {"approve", "reject"}},
      {"CONSENSUS_ANNOTATION", "ConsensusAnnotationStage", {"submit"}},
      {"CONSENSUS_REVIEW", "ConsensusReviewStage", {"approve", "reject"}},
      {"AGENT", "AgentStage", {}},
      {"DONE", "FinalStage", {}},
  };
  return types;
}

std::string StageTypeName(absl::string_view wire) {
  for (const StageType& type : StageTypes()) {
    if (type.wire == wire) return std::string(type.name);
  }
  return std::string(wire);
}

const StageType* FindStageType(absl::string_view name) {
  for (const StageType& type : StageTypes()) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

}  // namespace gateway::encord
