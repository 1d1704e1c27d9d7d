#ifndef TOOLS_SANDBOX_LABEL_CONTENTS_H_
#define TOOLS_SANDBOX_LABEL_CONTENTS_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tools/sandbox/label_store.h"
#include "tools/sandbox/ontology_features.h"
#include "tools/sandbox/result.h"

namespace sandbox {

// What labels of a data unit may look like.
enum class LabelLayout {
  // Images: one pair of objects and classifications per unit.
  kSingleFrame,
  // Videos, DICOM, NIfTI, PDF: pairs by frame number.
  kFrames,
  // Audio, text: ranges in the answers.
  kRanges,
  // Data groups, scenes: everything in `spaces`.
  kSpaces,
};

// What is known of the media that labels are for.
struct LabelledMedia {
  LabelLayout layout;
  // The units' data hashes: several for image groups, else one.
  std::vector<std::string> units;
  // Null if unknown.
  std::optional<int64_t> number_of_frames;
};

// Takes the labels out of a label row as a client saves it, checked and put in
// order: every unit is there, frames without labels are gone, authors that were left open are
// `author`, and classification answers have the member `spaces`.
//
// CORRUPTED_LABEL_ERROR, naming the place, for a wrong structure, units and
// frames that the media lacks, and a shape without its coordinates or other than the
// ontology's; FEATURE_DOES_NOT_EXIST_ERROR for features that the ontology lacks;
// ANSWER_DICTIONARY_ERROR for objects and classifications without an entry in
// the answers.
Result<LabelContents> ReadLabelContents(const json::value& row, const LabelledMedia& media,
                                        const OntologyFeatures& ontology,
                                        const std::string& author);

// Which labels a reader wants.
struct LabelFilter {
  // Feature hashes of objects and of classifications; null = all.
  std::optional<std::set<std::string>> object_features;
  std::optional<std::set<std::string>> classification_features;
  // Whether labels of archived features are wanted.
  bool include_archived = false;
};

// Leaves out what the reader does not want, answers included.
void FilterLabelContents(LabelContents& contents, const LabelFilter& filter,
                         const OntologyFeatures& ontology);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_LABEL_CONTENTS_H_
