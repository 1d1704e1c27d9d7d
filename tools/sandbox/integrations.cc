#include "tools/sandbox/integrations.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <vector>

#include "tools/sandbox/access.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr char kSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS integrations (
  uuid TEXT PRIMARY KEY,
  organisation TEXT NOT NULL,
  title TEXT NOT NULL);
)sql";

Result<json::value> ListIntegrations(Context& context, const Request& request) {
  SqlFilter filter;
  filter.Add("organisation = ?", {request.user.organisation});
  ASSIGN_OR_RETURN(std::vector<std::string> uuids, request.query.Uuids("filterIntegrationUuids"));
  if (!uuids.empty()) filter.AddIn("uuid", uuids);
  std::vector<std::string> titles = request.query.All("filterIntegrationTitles");
  if (!titles.empty()) filter.AddIn("title", titles);
  json::array result;
  for (const Row& row : context.store.Query(
           "SELECT * FROM integrations" + filter.Where() + " ORDER BY rowid", filter.arguments())) {
    result.push_back(
        json::object{{"integrationUuid", row.Text("uuid")}, {"title", row.Text("title")}});
  }
  return json::object{{"result", std::move(result)}};
}

}  // namespace

std::string CreateIntegration(Context& context, const std::string& organisation,
                              const std::string& title) {
  std::string uuid = NewUuid();
  context.store.Exec("INSERT INTO integrations VALUES (?, ?, ?)", {uuid, organisation, title});
  return uuid;
}

Result<void> RequireIntegration(Store& store, const User& user, const std::string& uuid) {
  if (store.QueryOne("SELECT 1 FROM integrations WHERE uuid = ? AND organisation = ?",
                     {uuid, user.organisation})) {
    return {};
  }
  return NotFound("there is no integration " + uuid);
}

void RegisterIntegrations(Router& router) {
  router.Schema(kSchema);
  router.Route("GET", "/v2/public/cloud-integrations", ListIntegrations);
}

}  // namespace sandbox
