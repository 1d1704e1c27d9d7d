#ifndef TOOLS_SANDBOX_DEMO_LABELS_H_
#define TOOLS_SANDBOX_DEMO_LABELS_H_

#include <string>
#include <vector>

#include "tools/sandbox/label_maker.h"

namespace sandbox {

// The labels of the demo workspace, for units with the given data hash. The
// ontologies are those of demo_ontologies.h.

// Every shape, and every kind of static attribute, on a road scene.
void LabelCrossing(LabelMaker& labels, const std::string& unit);
// A few cars, whose number and places depend on `variant`.
void LabelStreet(LabelMaker& labels, const std::string& unit, int variant);
// Tracks with gaps, static and dynamic attributes and frame classifications, on a
// video with at least 60 frames.
void LabelDrive(LabelMaker& labels, const std::string& unit);
// One car that is on all of the images.
void LabelCameraRing(LabelMaker& labels, const std::vector<std::string>& units);
// Rows of products, which depend on `variant`.
void LabelShelf(LabelMaker& labels, const std::string& unit, int variant);
// An organ and a lesion on some slices, which depend on `variant`; `width` and
// `height` are those of a slice.
void LabelScan(LabelMaker& labels, const std::string& unit, int variant, int width, int height);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_DEMO_LABELS_H_
