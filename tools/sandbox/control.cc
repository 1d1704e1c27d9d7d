#include "tools/sandbox/control.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/sandbox/members.h"
#include "tools/sandbox/router.h"

namespace sandbox {

bool Control::IsFor(const HttpRequest& request) { return request.Path().starts_with("/_sandbox/"); }

bool Control::IsSetUp(const HttpRequest& request) {
  return request.Path() == "/_sandbox/groups" || request.Path() == "/_sandbox/integrations";
}

HttpAnswer Control::Handle(const HttpRequest& request) {
  std::string call = request.method + " " + std::string(request.Path());
  json::value answer = nullptr;
  if (call == "GET /_sandbox/health") {
    answer = json::object{{"status", "ok"}};
  } else if (call == "GET /_sandbox/requests") {
    answer = log_.List();
  } else if (call == "DELETE /_sandbox/requests") {
    log_.Clear();
  } else if (call == "GET /_sandbox/faults") {
    answer = faults_.List();
  } else if (call == "DELETE /_sandbox/faults") {
    faults_.Clear();
  } else if (call == "POST /_sandbox/faults") {
    std::optional<json::value> description = ParseJson(request.body);
    if (!description.has_value()) return Refusal(request, InvalidArguments("the body is not JSON"));
    Result<json::value> added = faults_.Add(*description);
    if (!added.ok()) return Refusal(request, added.error());
    answer = *added;
  } else {
    return Refusal(request, NotFound("there is no " + call));
  }
  return {200, {{"Content-Type", "application/json"}}, json::serialize(answer)};
}

}  // namespace sandbox
