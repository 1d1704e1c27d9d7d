#include "tools/sandbox/label_branches.h"

#include <boost/json/object.hpp>

#include "tools/sandbox/access.h"
#include "tools/sandbox/label_rows.h"
#include "tools/sandbox/label_store.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/paging.h"

namespace sandbox {
namespace {

Result<json::value> ListBranches(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project, request.PathUuid("project"));
  RETURN_IF_ERROR(RequireMember(context.store, request.user, Resource::kProject, project));
  ASSIGN_OR_RETURN(Page page, ReadPage(context, request.query));
  return AnswerPage(context, page,
                    "SELECT * FROM (SELECT ? AS name"
                    " UNION SELECT branch_name FROM tasks WHERE project_uuid = ?"
                    " UNION SELECT branch_name FROM label_rows WHERE project_uuid = ?)"
                    " ORDER BY name <> 'main', name",
                    {kMainBranch, project, project}, [](const Row& row) {
                      return json::object{{"name", row.Text("name")}};
                    });
}

struct CopyRequest {
  std::string source;
  std::string target;
  bool overwrite = false;
  // Which label rows of the source branch to copy; unset = all.
  std::optional<std::vector<std::string>> data_hashes;
  std::optional<std::vector<std::string>> label_hashes;
};

Result<CopyRequest> ReadCopyRequest(const json::value& body) {
  CopyRequest copy;
  ASSIGN_OR_RETURN(copy.source, RequiredTitle(body, "sourceBranchName"));
  ASSIGN_OR_RETURN(copy.target, RequiredTitle(body, "targetBranchName"));
  if (copy.source == copy.target) {
    return InvalidArguments("sourceBranchName and targetBranchName must differ");
  }
  ASSIGN_OR_RETURN(std::optional<bool> overwrite, OptionalBool(body, "overwrite"));
  copy.overwrite = overwrite.value_or(false);
  ASSIGN_OR_RETURN(copy.data_hashes, OptionalUuidList(body, "dataUuids"));
  ASSIGN_OR_RETURN(copy.label_hashes, OptionalUuidList(body, "labelUuids"));
  return copy;
}

Result<json::value> CopyBranch(Context& context, const Request& request) {
  ASSIGN_OR_RETURN(std::string project, request.PathUuid("project"));
  RETURN_IF_ERROR(RequireAdmin(context.store, request.user, Resource::kProject, project));
  ASSIGN_OR_RETURN(CopyRequest copy, ReadCopyRequest(request.body));
  SqlFilter filter;
  filter.Add("project_uuid = ?", {project});
  filter.Add("branch_name = ?", {copy.source});
  if (copy.data_hashes.has_value()) filter.AddIn("data_hash", *copy.data_hashes);
  if (copy.label_hashes.has_value()) filter.AddIn("label_hash", *copy.label_hashes);
  int64_t copied = 0;
  for (const Row& row :
       context.store.Query("SELECT * FROM label_rows" + filter.Where(), filter.arguments())) {
    const std::string& data_hash = row.Text("data_hash");
    bool present = context.store
                       .QueryOne(
                           "SELECT 1 FROM label_rows WHERE project_uuid = ?"
                           " AND data_hash = ? AND branch_name = ?",
                           {project, data_hash, copy.target})
                       .has_value();
    if (present && !copy.overwrite) continue;
    ASSIGN_OR_RETURN(std::string label_hash,
                     InitialiseLabelRow(context, project, data_hash, copy.target));
    SaveLabelRow(context, label_hash, ParseContents(row.Text("contents")));
    ++copied;
  }
  return json::object{{"copiedCount", copied}};
}

}  // namespace

void RegisterLabelBranches(Router& router) {
  router.Route("GET", "/v2/public/projects/{project}/branches", ListBranches);
  router.Route("POST", "/v2/public/projects/{project}/labels/copy-branch", CopyBranch);
}

}  // namespace sandbox
