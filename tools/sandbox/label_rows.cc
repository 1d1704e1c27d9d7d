#include "tools/sandbox/label_rows.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "tools/sandbox/access.h"
#include "tools/sandbox/date.h"
#include "tools/sandbox/label_contents.h"
#include "tools/sandbox/label_row_query.h"
#include "tools/sandbox/label_store.h"
#include "tools/sandbox/label_units.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/ontologies.h"
#include "tools/sandbox/ontology_features.h"
#include "tools/sandbox/tasks.h"

namespace sandbox {
namespace {

constexpr std::array<std::string_view, 5> kAnnotationTaskStatuses = {
    "QUEUED", "ASSIGNED", "IN_REVIEW", "RETURNED", "COMPLETED"};

json::value V1DateOrNull(const std::optional<std::string>& kept) {
  return kept.has_value() ? json::value(V1Date(*kept)) : json::value(nullptr);
}

// The project that a request is about, which the caller must see.
Result<std::string> ReadProject(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("project"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kProject, uuid));
  return uuid;
}

// Like ReadProject, of a caller who may label in it.
Result<std::string> ReadProjectToLabel(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string uuid, request.ResourceUuid("project"));
  ASSIGN_OR_RETURN(int64_t role,
                   RequireMember(context.store, request.user, Resource::kProject, uuid));
  if (role == kViewer) return NotAuthorised("viewers of project " + uuid + " change nothing");
  return uuid;
}

OntologyFeatures FeaturesOf(Store& store, const std::string& project_uuid) {
  std::optional<Row> project =
      store.QueryOne("SELECT ontology_uuid FROM projects WHERE uuid = ?", {project_uuid});
  return OntologyFeatures(
      StructureOf(store, project.has_value() ? project->Text("ontology_uuid") : ""));
}

// What a list of label rows shows beyond what it always does.
struct MetadataParts {
  bool client_metadata = false;
  bool images_data = false;
  bool workflow_graph_node = true;
};

json::value MetadataJson(Store& store, const Row& row, const MetadataParts& parts) {
  json::object object;
  object["label_hash"] = OrNull(row.OptionalText("label_hash"));
  object["created_at"] = V1DateOrNull(row.OptionalText("label_created_at"));
  object["last_edited_at"] = V1DateOrNull(row.OptionalText("label_edited_at"));
  object["branch_name"] = row.Text("branch_name");
  object["data_hash"] = row.Text("data_hash");
  object["dataset_hash"] = row.Text("dataset_uuid");
  object["dataset_title"] = row.Text("dataset_title");
  object["data_title"] = row.Text("title");
  object["data_type"] = row.Text("data_type");
  object["data_link"] = OrNull(row.OptionalText("url"));
  object["label_status"] = row.Text("label_status");
  object["annotation_task_status"] = row.Text("annotation_task_status");
  object["workflow_graph_node"] = nullptr;
  if (parts.workflow_graph_node) {
    object["workflow_graph_node"] =
        json::object{{"uuid", row.Text("stage_uuid")}, {"title", row.Text("stage_title")}};
  }
  object["task_uuid"] = row.Text("task_uuid");
  object["priority"] = row.Real("priority");
  object["assigned_user_email"] = OrNull(row.OptionalText("assignee"));
  object["last_actioned_by_user_email"] = OrNull(row.OptionalText("last_actioned_by"));
  object["is_shadow_data"] = false;
  object["is_valid"] = true;
  object["group_hash"] = nullptr;
  object["number_of_frames"] = NumberOfFrames(row);
  object["frames_per_second"] = OrNull(row.OptionalReal("fps"));
  object["duration"] = OrNull(row.OptionalReal("duration"));
  object["width"] = OrNull(row.OptionalInt("width"));
  object["height"] = OrNull(row.OptionalInt("height"));
  object["file_type"] = OrNull(FileTypeOf(row));
  object["backing_item_uuid"] = row.Text("item_uuid");
  object["audio_sample_rate"] = OrNull(row.OptionalInt("audio_sample_rate"));
  object["audio_bit_depth"] = OrNull(row.OptionalInt("audio_bit_depth"));
  object["audio_codec"] = OrNull(row.OptionalText("audio_codec"));
  object["audio_num_channels"] = OrNull(row.OptionalInt("audio_num_channels"));
  object["client_metadata"] = nullptr;
  if (parts.client_metadata) {
    object["client_metadata"] = ParseKeptJson(row.Text("client_metadata"));
  }
  object["images_data"] = nullptr;
  if (parts.images_data) object["images_data"] = ImagesDataJson(store, row);
  object["spaces"] = json::object();
  return object;
}

// The payload's filters that are conditions of the database.
Result<SqlFilter> ReadFilter(const json::value& payload) {
  SqlFilter filter;
  ASSIGN_OR_RETURN(auto edited_before, OptionalDate(payload, "edited_before"));
  filter.AddIf("label_edited_at < ?", edited_before);
  ASSIGN_OR_RETURN(auto edited_after, OptionalDate(payload, "edited_after"));
  filter.AddIf("label_edited_at > ?", edited_after);
  ASSIGN_OR_RETURN(auto statuses, OptionalTextList(payload, "label_statuses"));
  if (statuses.has_value()) {
    for (const std::string& status : *statuses) {
      if (std::find(kAnnotationTaskStatuses.begin(), kAnnotationTaskStatuses.end(), status) ==
          kAnnotationTaskStatuses.end()) {
        return InvalidArguments("label_statuses: there is no annotation task status " + status);
      }
    }
    filter.AddIn("annotation_task_status", *statuses);
  }
  ASSIGN_OR_RETURN(auto shadow, OptionalText(payload, "shadow_data_state"));
  if (shadow == "SHADOW_DATA") {
    // Shadow data belongs to benchmark projects' honeypots, which nothing here makes.
    filter.Add("false");
  } else if (shadow.has_value() && shadow != "ALL_DATA" && shadow != "NOT_SHADOW_DATA") {
    return InvalidArguments("shadow_data_state: there is no state " + *shadow);
  }
  ASSIGN_OR_RETURN(auto uninitialised, OptionalBool(payload, "include_uninitialised_labels"));
  if (!uninitialised.value_or(false)) filter.Add("label_hash IS NOT NULL");
  ASSIGN_OR_RETURN(auto data_hashes, OptionalTextList(payload, "data_hashes"));
  if (data_hashes.has_value()) filter.AddIn("data_hash", *data_hashes);
  ASSIGN_OR_RETURN(auto label_hashes, OptionalTextList(payload, "label_hashes"));
  if (label_hashes.has_value()) filter.AddIn("label_hash", *label_hashes);
  for (auto [name, condition] : {std::pair{"data_title_eq", "title = ?"},
                                 {"data_title_like", "title LIKE ?"},
                                 {"workflow_graph_node_title_eq", "stage_title = ?"},
                                 {"workflow_graph_node_title_like", "stage_title LIKE ?"}}) {
    ASSIGN_OR_RETURN(auto text, OptionalText(payload, name));
    filter.AddIf(condition, text);
  }
  return filter;
}

Result<json::value> ListLabelRows(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project_uuid, ReadProject(context, request));
  ASSIGN_OR_RETURN(SqlFilter filter, ReadFilter(request.payload));
  ASSIGN_OR_RETURN(auto all_branches, OptionalBool(request.payload, "include_all_label_branches"));
  ASSIGN_OR_RETURN(auto branch, OptionalText(request.payload, "branch_name"));
  if (all_branches.value_or(false) && branch.has_value()) {
    return InvalidArguments("include_all_label_branches and branch_name exclude each other");
  }
  if (!all_branches.value_or(false) && !branch.has_value()) branch = kMainBranch;
  MetadataParts parts;
  ASSIGN_OR_RETURN(auto metadata, OptionalBool(request.payload, "include_client_metadata"));
  parts.client_metadata = metadata.value_or(false);
  ASSIGN_OR_RETURN(auto images, OptionalBool(request.payload, "include_images_data"));
  parts.images_data = images.value_or(false);
  ASSIGN_OR_RETURN(auto node, OptionalBool(request.payload, "include_workflow_graph_node"));
  parts.workflow_graph_node = node.value_or(true);
  json::array rows;
  for (const Row& row : FindLabelRows(context.store, project_uuid, branch, filter)) {
    rows.push_back(MetadataJson(context.store, row, parts));
  }
  return rows;
}

json::value LabelRowJson(Store& store, const Row& row, LabelContents contents) {
  json::object object;
  object["label_hash"] = row.Text("label_hash");
  object["branch_name"] = row.Text("branch_name");
  object["created_at"] = V1PlainDate(row.Text("label_created_at"));
  object["last_edited_at"] = V1PlainDate(row.Text("label_edited_at"));
  object["dataset_hash"] = row.Text("dataset_uuid");
  object["dataset_title"] = row.Text("dataset_title");
  object["data_title"] = row.Text("title");
  object["data_hash"] = row.Text("data_hash");
  object["data_type"] = absl::AsciiStrToLower(row.Text("data_type"));
  object["is_image_sequence"] = row.Text("item_type") == "imageSequence";
  object["video_link"] = nullptr;
  object["label_status"] = row.Text("label_status");
  object["annotation_task_status"] = row.Text("annotation_task_status");
  object["is_shadow_data"] = false;
  object["is_valid"] = true;
  object["data_units"] = DataUnitsJson(store, row, std::move(contents.labels));
  object["object_answers"] = std::move(contents.object_answers);
  object["classification_answers"] = std::move(contents.classification_answers);
  object["object_actions"] = std::move(contents.object_actions);
  object["spaces"] = std::move(contents.spaces);
  return object;
}

// The uid of a call about one label row (text) or several (list).
struct LabelRowUids {
  bool several;
  std::vector<std::string> uids;
};

Result<LabelRowUids> ReadUids(const Context& context, const json::value& uid) {
  if (const json::string* text = uid.if_string()) {
    return LabelRowUids{false, {std::string(text->data(), text->size())}};
  }
  ASSIGN_OR_RETURN(std::vector<std::string> uids, TextListOf(uid, "uid"));
  int64_t limit = context.settings.maximum_labels;
  if (static_cast<int64_t>(uids.size()) > limit) return MultiLabelLimit(static_cast<int>(limit));
  return LabelRowUids{true, std::move(uids)};
}

// One label row, or a list of them, as asked.
json::value AnswerRows(json::array rows, const LabelRowUids& asked) {
  if (asked.several) return rows;
  return std::move(rows.front());
}

Result<LabelFilter> ReadLabelFilter(const json::value& payload) {
  LabelFilter filter;
  for (auto [name, features] :
       {std::pair{"include_object_feature_hashes", &filter.object_features},
        {"include_classification_feature_hashes", &filter.classification_features}}) {
    ASSIGN_OR_RETURN(auto hashes, OptionalTextList(payload, name));
    if (hashes.has_value()) features->emplace(hashes->begin(), hashes->end());
  }
  ASSIGN_OR_RETURN(auto archived, OptionalBool(payload, "include_archived"));
  filter.include_archived = archived.value_or(false);
  return filter;
}

Result<json::value> GetLabelRows(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project_uuid, ReadProject(context, request));
  ASSIGN_OR_RETURN(LabelRowUids asked, ReadUids(context, request.uid));
  ASSIGN_OR_RETURN(LabelFilter filter, ReadLabelFilter(request.payload));
  OntologyFeatures ontology = FeaturesOf(context.store, project_uuid);
  json::array rows;
  for (const std::string& label_hash : asked.uids) {
    std::optional<Row> row = FindLabelRow(context.store, project_uuid, label_hash);
    if (!row.has_value()) return NotFound("there is no label row " + label_hash);
    LabelContents contents = ParseContents(row->Text("contents"));
    FilterLabelContents(contents, filter, ontology);
    rows.push_back(LabelRowJson(context.store, *row, std::move(contents)));
  }
  return AnswerRows(std::move(rows), asked);
}

// Creates label rows by data hash. In bulk, those that exist already are simply
// returned.
Result<json::value> PutLabelRows(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project_uuid, ReadProjectToLabel(context, request));
  ASSIGN_OR_RETURN(LabelRowUids asked, ReadUids(context, request.uid));
  ASSIGN_OR_RETURN(auto branch, OptionalText(request.payload, "branch_name"));
  if (branch == "") return InvalidArguments("branch_name must not be empty");
  std::string branch_name = branch.value_or(std::string(kMainBranch));
  json::array rows;
  for (const std::string& data_hash : asked.uids) {
    if (!asked.several && context.store.QueryOne("SELECT 1 FROM label_rows WHERE project_uuid = ?"
                                                 " AND data_hash = ? AND branch_name = ?",
                                                 {project_uuid, data_hash, branch_name})) {
      return AlreadyExists("data unit " + data_hash + " has a label row already");
    }
    ASSIGN_OR_RETURN(std::string label_hash,
                     InitialiseLabelRow(context, project_uuid, data_hash, branch_name));
    std::optional<Row> row = FindLabelRow(context.store, project_uuid, label_hash);
    if (!row.has_value()) return NotFound("there is no label row " + label_hash);
    rows.push_back(LabelRowJson(context.store, *row, ParseContents(row->Text("contents"))));
  }
  return AnswerRows(std::move(rows), asked);
}

// The classification answers of several label rows, without the rest of them. A
// label row of another branch stands for its data unit.
Result<json::value> PostClassifications(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project_uuid, request.PathUuid("project"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kProject, project_uuid));
  ASSIGN_OR_RETURN(auto label_hashes, RequiredUuidList(request.body, "labelUuids"));
  ASSIGN_OR_RETURN(auto branch, OptionalText(request.body, "branchName"));
  OntologyFeatures ontology = FeaturesOf(context.store, project_uuid);
  json::array labels;
  for (const std::string& label_hash : label_hashes) {
    std::optional<Row> named = FindLabelRow(context.store, project_uuid, label_hash);
    if (!named.has_value()) return NotFound("there is no label row " + label_hash);
    SqlFilter of_unit;
    of_unit.Add("data_hash = ?", {named->Text("data_hash")});
    of_unit.Add("label_hash IS NOT NULL");
    for (const Row& row : FindLabelRows(context.store, project_uuid,
                                        branch.value_or(std::string(kMainBranch)), of_unit)) {
      LabelContents contents = ParseContents(row.Text("contents"));
      FilterLabelContents(contents, LabelFilter(), ontology);
      labels.push_back(
          json::object{{"labelUuid", row.Text("label_hash")},
                       {"dataUuid", row.Text("data_hash")},
                       {"dataTitle", row.Text("title")},
                       {"branchName", row.Text("branch_name")},
                       {"classificationAnswers", std::move(contents.classification_answers)},
                       {"exportUuid", nullptr},
                       {"exportedAt", nullptr}});
    }
  }
  return json::object{{"labels", std::move(labels)}};
}

Result<json::value> PostLabelRows(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project_uuid, ReadProjectToLabel(context, request));
  ASSIGN_OR_RETURN(LabelRowUids asked, ReadUids(context, request.uid));
  if (!asked.several) {
    RETURN_IF_ERROR(
        WriteLabelRow(context, request.user, project_uuid, asked.uids.front(), request.payload));
    return true;
  }
  const json::value* labels = FindMember(request.payload, "labels");
  if (labels == nullptr || !labels->is_array() || labels->get_array().size() != asked.uids.size()) {
    return InvalidArguments("labels must have an entry for each label hash of uid");
  }
  for (size_t i = 0; i < asked.uids.size(); ++i) {
    RETURN_IF_ERROR(
        WriteLabelRow(context, request.user, project_uuid, asked.uids[i], labels->get_array()[i]));
  }
  return true;
}

}  // namespace

Result<std::string> InitialiseLabelRow(Context& context, const std::string& project_uuid,
                                       const std::string& data_hash, const std::string& branch) {
  RETURN_IF_ERROR(RequireTaskOf(context.store, project_uuid, data_hash));
  std::optional<Row> existing = context.store.QueryOne(
      "SELECT label_hash FROM label_rows WHERE project_uuid = ? AND data_hash = ?"
      " AND branch_name = ?",
      {project_uuid, data_hash, branch});
  if (existing.has_value()) return existing->Text("label_hash");
  return CreateLabelRow(context, project_uuid, data_hash, branch);
}

Result<void> WriteLabelRow(Context& context, const User& user, const std::string& project_uuid,
                           const std::string& label_hash, const json::value& row) {
  std::optional<Row> kept = FindLabelRow(context.store, project_uuid, label_hash);
  if (!kept.has_value()) return NotFound("there is no label row " + label_hash);
  ASSIGN_OR_RETURN(auto named, OptionalText(row, "label_hash"));
  if (named.has_value() && *named != label_hash) {
    return InvalidArguments("labels of label row " + *named + " are saved as those of " +
                            label_hash);
  }
  ASSIGN_OR_RETURN(LabelContents contents,
                   ReadLabelContents(row, MediaOf(context.store, *kept),
                                     FeaturesOf(context.store, project_uuid), user.email));
  SaveLabelRow(context, label_hash, contents);
  return {};
}

void RegisterLabelRows(Router& router) {
  router.RouteV1(V1Scope::kResource, "labelrowmetadata", "GET", ListLabelRows);
  router.RouteV1(V1Scope::kResource, "labelrow", "GET", GetLabelRows);
  router.RouteV1(V1Scope::kResource, "labelrow", "PUT", PutLabelRows);
  router.RouteV1(V1Scope::kResource, "labelrow", "POST", PostLabelRows);
  router.Route("POST", "/v2/public/projects/{project}/label-rows/classifications",
               PostClassifications);
}

}  // namespace sandbox
