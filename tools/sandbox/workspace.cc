#include "tools/sandbox/workspace.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/sandbox/groups.h"
#include "tools/sandbox/integrations.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/router.h"

namespace sandbox {
namespace {

Result<json::value> Make(Context& context, const HttpRequest& request) {
  if (request.method != "POST") return MethodNotAllowed("use POST");
  json::value body = ParseJson(request.body).value_or(nullptr);
  ASSIGN_OR_RETURN(std::string organisation, RequiredText(body, "organisation"));
  if (request.Path() == "/_sandbox/integrations") {
    ASSIGN_OR_RETURN(std::string title, RequiredTitle(body, "title"));
    return json::object{{"integrationUuid", CreateIntegration(context, organisation, title)}};
  }
  ASSIGN_OR_RETURN(std::string name, RequiredTitle(body, "name"));
  ASSIGN_OR_RETURN(auto description, OptionalText(body, "description"));
  ASSIGN_OR_RETURN(auto members, OptionalTextList(body, "members"));
  return json::object{
      {"groupHash", CreateGroup(context, organisation, name, description.value_or(""),
                                members.value_or(std::vector<std::string>()))}};
}

}  // namespace

HttpAnswer SetUpWorkspace(Context& context, const HttpRequest& request) {
  Transaction transaction(context.store);
  Result<json::value> made = Make(context, request);
  if (absl::Status status = context.store.TakeError(); !status.ok()) {
    return Refusal(request, InternalError(std::string(status.message())));
  }
  if (!made.ok()) return Refusal(request, made.error());
  transaction.Commit();
  return {200, {{"Content-Type", "application/json"}}, json::serialize(*made)};
}

}  // namespace sandbox
