#ifndef TOOLS_SANDBOX_FAULTS_H_
#define TOOLS_SANDBOX_FAULTS_H_

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "tools/sandbox/http_message.h"
#include "tools/sandbox/result.h"

namespace sandbox {

enum class FaultKind { kLatency, kStatus, kReset, kTruncate, kGarbage, kStall };

// A way in which the sandbox misbehaves for the next requests that match.
struct Fault {
  int64_t id = 0;
  FaultKind kind;
  // Which requests: "" matches all.
  std::string method;
  // A part of the target, or v1's "query_type/query_method".
  std::string path;
  // Lets that many matching requests pass first.
  int64_t skip = 0;
  // Then happens to that many.
  int64_t count = 1;
  int64_t consumed = 0;
  // Whether the request takes effect before the fault happens.
  bool after = false;
  // latency: how long.
  absl::Duration delay;
  // status: the HTTP status, a v1 code, a message, or a whole body in their place.
  int status = 500;
  std::string code = "UNKNOWN_ERROR";
  std::string message;
  std::optional<std::string> body;
  // status: the header Retry-After, in seconds or as a date that far ahead.
  std::optional<std::string> retry_after;
  std::optional<absl::Duration> retry_after_date;
};

// The name of a kind, as in a description: "latency", "status", ...
std::string_view FaultName(FaultKind kind);

// v1's "query_type/query_method" of a request; "" for other requests.
std::string V1Call(const HttpRequest& request);

// The faults that were asked for. Used by one thread only.
class Faults {
 public:
  // Adds a fault as the control endpoint takes it (README.md) and returns it.
  Result<json::value> Add(const json::value& description);
  // All faults, each with what of it was consumed.
  json::value List() const;
  void Clear() { faults_.clear(); }

  // The fault that happens to this request, counted as consumed: the first one
  // that matches and is not used up. The first function looks at those resets that
  // come before the body is read, the second at all others.
  std::optional<Fault> TakeBeforeBody(const HttpRequest& head);
  std::optional<Fault> Take(const HttpRequest& request);

 private:
  std::optional<Fault> TakeMatching(const HttpRequest& request, bool before_body);

  std::list<Fault> faults_;
  int64_t next_id_ = 1;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_FAULTS_H_
