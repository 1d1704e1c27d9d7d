#include "tools/sandbox/router.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <exception>
#include <optional>

#include "tools/sandbox/members.h"
#include "tools/sandbox/uuid.h"

namespace sandbox {
namespace {

constexpr std::string_view kV1ResourcePath = "/public";
constexpr std::string_view kV1UserPath = "/public/user";

std::vector<std::string> SplitPath(std::string_view path) {
  std::vector<std::string> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    size_t end = path.find('/');
    segments.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) return segments;
    path.remove_prefix(end + 1);
  }
}

bool IsParameter(std::string_view segment) { return segment.starts_with('{'); }

// The number of literal segments if `path` fits `pattern`, else nullopt.
std::optional<int> Match(const std::vector<std::string>& pattern,
                         const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  int literals = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (IsParameter(pattern[i])) {
      if (path[i].empty()) return std::nullopt;
    } else if (pattern[i] == path[i]) {
      ++literals;
    } else {
      return std::nullopt;
    }
  }
  return literals;
}

HttpAnswer JsonAnswer(int status, const json::value& body) {
  return {status, {{"Content-Type", "application/json"}}, json::serialize(body)};
}

HttpAnswer V1Success(const json::value& response) {
  return JsonAnswer(200, json::object{{"status", 200}, {"response", response}});
}

// Runs a handler in a transaction that only success commits.
Answer Handle(Context& context, const Handler& handler, const Request& request) {
  Transaction transaction(context.store);
  Answer answer = json::value(nullptr);
  try {
    answer = handler(context, request);
  } catch (const std::exception& defect) {
    // Boost.JSON throws where a handler takes a value for what it is not.
    return InternalError(defect.what());
  }
  if (absl::Status status = context.store.TakeError(); !status.ok()) {
    return InternalError(std::string(status.message()));
  }
  if (answer.not_yet() == nullptr && answer.result().ok()) transaction.Commit();
  return answer;
}

}  // namespace

std::string_view Request::PathText(std::string_view name) const {
  for (const auto& [key, value] : path_parameters) {
    if (key == name) return value;
  }
  return {};
}

Result<std::string> Request::PathUuid(std::string_view name) const {
  std::optional<std::string> uuid = NormaliseUuid(PathText(name));
  if (!uuid.has_value()) {
    return InvalidArguments(std::string(name) + " in the path must be a UUID");
  }
  return *std::move(uuid);
}

Result<std::string> Request::ResourceUuid(std::string_view type) const {
  if (!resource_type.empty() && resource_type != type) {
    return InvalidArguments("ResourceType must be " + std::string(type));
  }
  std::optional<std::string> uuid = NormaliseUuid(resource_id);
  if (!uuid.has_value()) return InvalidArguments("ResourceID must be a UUID");
  return *std::move(uuid);
}

void Router::Route(std::string_view method, std::string_view pattern, Handler handler) {
  v2_routes_.push_back({std::string(method), SplitPath(pattern), std::move(handler)});
}

void Router::RouteV1(V1Scope scope, std::string_view query_type, std::string_view query_method,
                     Handler handler) {
  v1_routes_[{scope, std::string(query_type), std::string(query_method)}] = std::move(handler);
}

void Router::Schema(const char* sql) { schemas_.push_back(sql); }

void Router::Background(std::function<void(Context&)> work) {
  background_.push_back(std::move(work));
}

absl::Status Router::CreateTables(Store& store) const {
  store.Script(kAccessSchema);
  for (const char* schema : schemas_) store.Script(schema);
  return store.TakeError();
}

std::variant<HttpAnswer, NotYet> Router::Dispatch(Context& context, const User& user,
                                                  const HttpRequest& request) const {
  for (const auto& work : background_) {
    Transaction transaction(context.store);
    work(context);
    if (absl::Status status = context.store.TakeError(); !status.ok()) {
      return Refusal(request, InternalError(std::string(status.message())));
    }
    transaction.Commit();
  }
  return IsV1(request) ? DispatchV1(context, user, request) : DispatchV2(context, user, request);
}

std::variant<HttpAnswer, NotYet> Router::DispatchV1(Context& context, const User& user,
                                                    const HttpRequest& request) const {
  if (request.method != "POST") return Refusal(request, MethodNotAllowed("use POST"));
  std::optional<json::value> envelope = ParseJson(request.body);
  if (!envelope.has_value()) return Refusal(request, InvalidArguments("the body is not JSON"));
  Result<std::string> query_type = RequiredText(*envelope, "query_type");
  if (!query_type.ok()) return Refusal(request, query_type.error());
  Result<std::string> query_method = RequiredText(*envelope, "query_method");
  if (!query_method.ok()) return Refusal(request, query_method.error());
  V1Scope scope = request.Path() == kV1UserPath ? V1Scope::kUser : V1Scope::kResource;
  auto route = v1_routes_.find({scope, *query_type, *query_method});
  if (route == v1_routes_.end()) {
    return Refusal(request, NotFound("the sandbox does not serve " + *query_type + " " +
                                     *query_method + " on " + std::string(request.Path())));
  }
  static const json::value kNull = nullptr;
  const json::value* values = FindMember(*envelope, "values");
  const json::value* uid = values == nullptr ? nullptr : FindMember(*values, "uid");
  const json::value* payload = values == nullptr ? nullptr : FindMember(*values, "payload");
  Answer answer = Handle(context, route->second,
                         Request{.user = user,
                                 .path_parameters = {},
                                 .query = Query(),
                                 .body = kNull,
                                 .uid = uid == nullptr ? kNull : *uid,
                                 .payload = payload == nullptr ? kNull : *payload,
                                 .resource_type = request.Header("ResourceType"),
                                 .resource_id = request.Header("ResourceID"),
                                 .received_at = request.received_at});
  if (answer.not_yet() != nullptr) return *answer.not_yet();
  if (!answer.result().ok()) return Refusal(request, answer.result().error());
  return V1Success(*answer.result());
}

std::variant<HttpAnswer, NotYet> Router::DispatchV2(Context& context, const User& user,
                                                    const HttpRequest& request) const {
  std::string_view path = request.Path();
  std::vector<std::string> segments = SplitPath(path);
  for (std::string& segment : segments) segment = PercentDecode(segment);
  const V2Route* best = nullptr;
  int best_literals = -1;
  bool path_exists = false;
  for (const V2Route& route : v2_routes_) {
    std::optional<int> literals = Match(route.segments, segments);
    if (!literals.has_value()) continue;
    path_exists = true;
    if (route.method == request.method && *literals > best_literals) {
      best = &route;
      best_literals = *literals;
    }
  }
  if (best == nullptr) {
    std::string what = request.method + " " + std::string(path);
    return Refusal(request, path_exists ? MethodNotAllowed("the sandbox does not serve " + what)
                                        : NotFound("the sandbox does not serve " + what));
  }
  std::vector<std::pair<std::string, std::string>> parameters;
  for (size_t i = 0; i < segments.size(); ++i) {
    const std::string& name = best->segments[i];
    if (IsParameter(name)) parameters.emplace_back(name.substr(1, name.size() - 2), segments[i]);
  }
  std::optional<json::value> body = nullptr;
  if (!request.body.empty()) body = ParseJson(request.body);
  if (!body.has_value()) return Refusal(request, InvalidArguments("the body is not JSON"));
  static const json::value kNull = nullptr;
  std::string_view query_text = std::string_view(request.target).substr(path.size());
  if (!query_text.empty()) query_text.remove_prefix(1);
  Answer answer = Handle(context, best->handler,
                         Request{.user = user,
                                 .path_parameters = parameters,
                                 .query = Query(query_text),
                                 .body = *body,
                                 .uid = kNull,
                                 .payload = kNull,
                                 .resource_type = {},
                                 .resource_id = {},
                                 .received_at = request.received_at});
  if (answer.not_yet() != nullptr) return *answer.not_yet();
  if (!answer.result().ok()) return Refusal(request, answer.result().error());
  return JsonAnswer(200, *answer.result());
}

bool IsV1(const HttpRequest& request) {
  return request.Path() == kV1ResourcePath || request.Path() == kV1UserPath;
}

HttpAnswer Refusal(const HttpRequest& request, const ApiError& error) {
  if (!IsV1(request))
    return JsonAnswer(error.http_status, json::object{{"message", error.message}});
  json::object body;
  body["status"] = error.http_status;
  body["response"] = json::array{json::value(json::string(error.v1_code))};
  body["payload"] = error.payload.is_null() ? json::value(error.message) : error.payload;
  return JsonAnswer(error.http_status, body);
}

}  // namespace sandbox
