#ifndef TOOLS_SANDBOX_ROUTER_H_
#define TOOLS_SANDBOX_ROUTER_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tools/sandbox/access.h"
#include "tools/sandbox/context.h"
#include "tools/sandbox/http_message.h"
#include "tools/sandbox/query.h"
#include "tools/sandbox/result.h"

namespace sandbox {

// A request as its handler sees it.
struct Request {
  const User& user;
  // The values of the pattern's {parameters}, by name, decoded. v2 only.
  const std::vector<std::pair<std::string, std::string>>& path_parameters;
  const Query& query;
  // v2: the JSON body, null if there was none.
  const json::value& body;
  // v1: values.uid and values.payload, null if absent.
  const json::value& uid;
  const json::value& payload;
  // v1: the headers ResourceType ("project", "dataset" or "") and ResourceID.
  std::string_view resource_type;
  std::string_view resource_id;
  // When the request arrived; a long poll counts its timeout from here.
  absl::Time received_at;

  // A path parameter, as it was written; "" if the pattern has none of the name.
  std::string_view PathText(std::string_view name) const;
  // A path parameter that must be a UUID, in the canonical spelling.
  Result<std::string> PathUuid(std::string_view name) const;
  // v1: the ResourceID, canonical, of a request about a `type` ("project",
  // "dataset"). INVALID_ARGUMENTS if the headers name something else.
  Result<std::string> ResourceUuid(std::string_view type) const;
};

// A handler's "ask me again": the same request is handled anew at `until`, or
// earlier if anything changed. For long polls.
struct NotYet {
  absl::Time until;
};

// What a handler returns. Plain handlers return Result<json::value>.
class Answer {
 public:
  Answer(Result<json::value> result) : outcome_(std::move(result)) {}
  Answer(ApiError error) : outcome_(Result<json::value>(std::move(error))) {}
  Answer(json::value value) : outcome_(Result<json::value>(std::move(value))) {}
  Answer(NotYet not_yet) : outcome_(not_yet) {}

  const NotYet* not_yet() const { return std::get_if<NotYet>(&outcome_); }
  const Result<json::value>& result() const { return std::get<Result<json::value>>(outcome_); }

 private:
  std::variant<Result<json::value>, NotYet> outcome_;
};

using Handler = std::function<Answer(Context&, const Request&)>;

// v1's two URLs: /public for something inside a project or dataset, and
// /public/user for the user as such.
enum class V1Scope { kResource, kUser };

// Finds the handler of a request, gives it a transaction, and turns its result
// into an answer of the API generation that was asked.
class Router {
 public:
  // v2. `pattern` is a path such as "/v2/public/projects/{project}/users".
  // Literal segments win over parameters.
  void Route(std::string_view method, std::string_view pattern, Handler handler);
  // v1. `query_method` is the logical verb of the envelope.
  void RouteV1(V1Scope scope, std::string_view query_type, std::string_view query_method,
               Handler handler);
  // Adds statements (CREATE TABLE IF NOT EXISTS ...; a string literal) to the schema.
  void Schema(const char* sql);
  // Adds work that falls due by time. It runs in a transaction of its own before
  // every request.
  void Background(std::function<void(Context&)> work);
  // To subscribe to.
  Events& events() { return events_; }
  const Events& events() const { return events_; }

  absl::Status CreateTables(Store& store) const;

  // Answers a request of an authenticated user. Everything that a refused
  // request has changed is undone.
  std::variant<HttpAnswer, NotYet> Dispatch(Context& context, const User& user,
                                            const HttpRequest& request) const;

 private:
  struct V2Route {
    std::string method;
    std::vector<std::string> segments;
    Handler handler;
  };
  std::variant<HttpAnswer, NotYet> DispatchV1(Context& context, const User& user,
                                              const HttpRequest& request) const;
  std::variant<HttpAnswer, NotYet> DispatchV2(Context& context, const User& user,
                                              const HttpRequest& request) const;

  std::vector<V2Route> v2_routes_;
  std::map<std::tuple<V1Scope, std::string, std::string>, Handler> v1_routes_;
  std::vector<const char*> schemas_;
  std::vector<std::function<void(Context&)>> background_;
  Events events_;
};

// Whether a request is of the first API generation, by its path.
bool IsV1(const HttpRequest& request);

// The answer that refuses a request, in the form of its API generation.
HttpAnswer Refusal(const HttpRequest& request, const ApiError& error);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_ROUTER_H_
