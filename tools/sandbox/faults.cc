#include "tools/sandbox/faults.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iterator>

#include "absl/strings/match.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/router.h"

namespace sandbox {
namespace {

constexpr std::string_view kKindNames[] = {"latency",  "status",  "reset",
                                           "truncate", "garbage", "stall"};

// Whether `path` names a v1 call rather than a part of a target.
bool IsV1Call(std::string_view path) {
  size_t slash = path.find('/');
  if (slash == 0 || slash == std::string_view::npos) return false;
  std::string_view method = path.substr(slash + 1);
  return method == "GET" || method == "POST" || method == "PUT" || method == "DELETE";
}

bool IsBeforeBody(const Fault& fault) {
  return fault.kind == FaultKind::kReset && !fault.after && !IsV1Call(fault.path);
}

bool Matches(const Fault& fault, const HttpRequest& request) {
  if (!fault.method.empty() && fault.method != request.method) return false;
  if (IsV1Call(fault.path)) return V1Call(request) == fault.path;
  return absl::StrContains(request.target, fault.path);
}

json::value FaultJson(const Fault& fault) {
  return json::object{{"id", fault.id},
                      {"fault", json::string(FaultName(fault.kind))},
                      {"match", json::object{{"method", fault.method}, {"path", fault.path}}},
                      {"when", fault.after ? "after" : "before"},
                      {"skip", fault.skip},
                      {"count", fault.count},
                      {"consumed", fault.consumed}};
}

}  // namespace

std::string_view FaultName(FaultKind kind) { return kKindNames[static_cast<size_t>(kind)]; }

std::string V1Call(const HttpRequest& request) {
  if (!IsV1(request)) return "";
  std::optional<json::value> envelope = ParseJson(request.body);
  if (!envelope.has_value()) return "";
  Result<std::string> type = RequiredText(*envelope, "query_type");
  Result<std::string> method = RequiredText(*envelope, "query_method");
  return type.ok() && method.ok() ? *type + "/" + *method : "";
}

Result<json::value> Faults::Add(const json::value& description) {
  Fault fault;
  ASSIGN_OR_RETURN(std::string name, RequiredText(description, "fault"));
  auto kind = std::find(std::begin(kKindNames), std::end(kKindNames), name);
  if (kind == std::end(kKindNames)) {
    return InvalidArguments("fault must be latency, status, reset, truncate, garbage or stall");
  }
  fault.kind = static_cast<FaultKind>(kind - std::begin(kKindNames));
  if (const json::value* match = FindMember(description, "match")) {
    ASSIGN_OR_RETURN(auto method, OptionalText(*match, "method"));
    fault.method = method.value_or("");
    ASSIGN_OR_RETURN(auto path, OptionalText(*match, "path"));
    fault.path = path.value_or("");
  }
  ASSIGN_OR_RETURN(auto skip, OptionalInt(description, "skip"));
  fault.skip = skip.value_or(0);
  ASSIGN_OR_RETURN(auto count, OptionalInt(description, "count"));
  fault.count = count.value_or(1);
  if (fault.skip < 0 || fault.count < 1) {
    return InvalidArguments("skip must be 0 or more, and count 1 or more");
  }
  ASSIGN_OR_RETURN(auto when, OptionalText(description, "when"));
  // A truncated answer is the answer to a request that took effect.
  fault.after = fault.kind == FaultKind::kTruncate;
  if (when.has_value()) {
    if (*when != "before" && *when != "after") {
      return InvalidArguments("when must be before or after");
    }
    if (fault.kind != FaultKind::kTruncate) fault.after = *when == "after";
  }
  ASSIGN_OR_RETURN(auto milliseconds, OptionalInt(description, "ms"));
  if (fault.kind == FaultKind::kLatency && milliseconds.value_or(-1) < 0) {
    return InvalidArguments("ms is missing, or below 0");
  }
  fault.delay = absl::Milliseconds(milliseconds.value_or(0));
  ASSIGN_OR_RETURN(auto status, OptionalInt(description, "status"));
  if (status.has_value() && (*status < 100 || *status > 999)) {
    return InvalidArguments("status must be an HTTP status");
  }
  fault.status = static_cast<int>(status.value_or(500));
  ASSIGN_OR_RETURN(auto code, OptionalText(description, "code"));
  if (code.has_value()) fault.code = *code;
  ASSIGN_OR_RETURN(auto message, OptionalText(description, "message"));
  fault.message = message.value_or("a fault that was asked for");
  ASSIGN_OR_RETURN(fault.body, OptionalText(description, "body"));
  if (const json::value* retry_after = FindMember(description, "retry_after")) {
    if (retry_after->is_string()) {
      ASSIGN_OR_RETURN(fault.retry_after, OptionalText(description, "retry_after"));
    } else {
      ASSIGN_OR_RETURN(auto seconds, OptionalInt(description, "retry_after"));
      fault.retry_after = std::to_string(*seconds);
    }
  }
  ASSIGN_OR_RETURN(auto date, OptionalInt(description, "retry_after_date"));
  if (date.has_value()) fault.retry_after_date = absl::Seconds(*date);
  fault.id = next_id_++;
  faults_.push_back(std::move(fault));
  return FaultJson(faults_.back());
}

json::value Faults::List() const {
  json::array faults;
  for (const Fault& fault : faults_) faults.push_back(FaultJson(fault));
  return json::object{{"faults", std::move(faults)}};
}

std::optional<Fault> Faults::TakeBeforeBody(const HttpRequest& head) {
  return TakeMatching(head, /*before_body=*/true);
}

std::optional<Fault> Faults::Take(const HttpRequest& request) {
  return TakeMatching(request, /*before_body=*/false);
}

std::optional<Fault> Faults::TakeMatching(const HttpRequest& request, bool before_body) {
  for (Fault& fault : faults_) {
    if (fault.consumed == fault.count || IsBeforeBody(fault) != before_body ||
        !Matches(fault, request)) {
      continue;
    }
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    ++fault.consumed;
    return fault;
  }
  return std::nullopt;
}

}  // namespace sandbox
