#ifndef TOOLS_SANDBOX_LABEL_STORE_H_
#define TOOLS_SANDBOX_LABEL_STORE_H_

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/sandbox/context.h"
#include "tools/sandbox/result.h"

namespace sandbox {

// Where labels are kept: table `label_rows`, one row per project, data unit and
// label branch.
extern const char kLabelRowsSchema[];

inline constexpr std::string_view kMainBranch = "main";

// The part of a label row that clients write. All members are objects.
struct LabelContents {
  // By data unit. Of an image {"objects": [...], "classifications": [...]}, of
  // media with frames an object of such pairs by frame number, of audio and text {}.
  json::object labels;
  json::object object_answers;
  json::object classification_answers;
  json::object object_actions;
  json::object spaces;
};

std::string SerializeContents(const LabelContents& contents);
LabelContents ParseContents(std::string_view kept);

// Whether the labels of a data unit are one pair rather than pairs by frame.
bool IsSingleFrame(const json::object& unit_labels);

// The pairs of objects and classifications in a data unit's labels, in order.
// Values that are no objects are left out.
std::vector<json::object*> FramesOf(json::object& unit_labels);

// An object's or classification's instance.
struct LabelInstance {
  // "Object" or "Classification"
  std::string type;
  std::string hash;
};

// Each instance of a label row once, in the order in which they first appear.
std::vector<LabelInstance> InstancesOf(LabelContents& contents);

// Makes a label row without labels and returns its label hash.
std::string CreateLabelRow(Context& context, const std::string& project_uuid,
                           const std::string& data_hash, std::string_view branch_name);

// Replaces a label row's contents.
void SaveLabelRow(Context& context, const std::string& label_hash, const LabelContents& contents);

// Removes the label rows of data units from a project, on all branches.
void RemoveLabelRows(Store& store, const std::string& project_uuid,
                     const std::vector<std::string>& data_hashes);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_LABEL_STORE_H_
