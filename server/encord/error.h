#ifndef SERVER_ENCORD_ERROR_H_
#define SERVER_ENCORD_ERROR_H_

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// Errors are absl::Status whose payloads are google.rpc detail messages: the payload's type URL is
// the message's ("type.googleapis.com/google.rpc.ErrorInfo"), its value the serialized message.
namespace gateway::encord {

// ErrorInfo.domain of errors that Encord reported, and of errors that the gateway found itself.
inline constexpr absl::string_view kEncordDomain = "encord.com";
inline constexpr absl::string_view kGatewayDomain = "encord-gateway";

// One field of a request that is wrong.
struct FieldViolation {
  std::string field;        // proto path, e.g. "filter.data_hashes[3]"
  std::string description;  // what is wrong, and the allowed values
};

// INVALID_ARGUMENT with BadRequest and ErrorInfo (reason BAD_REQUEST).
absl::Status InvalidArgument(const std::vector<FieldViolation>& violations);

// NOT_FOUND with ResourceInfo and ErrorInfo (reason RESOURCE_NOT_FOUND). `type` is Encord's word
// for the thing (project, dataset, ontology, folder, stage, task), `name` its UUID.
absl::Status NotFound(absl::string_view type, absl::string_view name, absl::string_view message);

// FAILED_PRECONDITION with ErrorInfo of the given reason (UPPER_SNAKE_CASE).
absl::Status FailedPrecondition(absl::string_view reason, absl::string_view message);

// FAILED_PRECONDITION with ErrorInfo (reason UPLOAD_FAILED) and one BadRequest violation per file
// that Encord could not take.
absl::Status UploadFailed(absl::string_view message, const std::vector<FieldViolation>& failures);

// RESOURCE_EXHAUSTED with ErrorInfo (reason LIMIT_EXCEEDED): more than a setting of the gateway
// allows.
absl::Status LimitExceeded(absl::string_view message);

// UNKNOWN with ErrorInfo (reason UNEXPECTED_ANSWER): Encord's answer makes no sense.
absl::Status UnexpectedAnswer(absl::string_view message);

// What Encord was asked about, for ResourceInfo when it is not found.
struct Resource {
  absl::string_view type;
  std::string name;
};

// Encord's answer to a call that failed.
struct Refusal {
  int http_status = 0;
  std::string code = "";     // v1: response[0], e.g. RESOURCE_NOT_FOUND_ERROR; v2: empty
  std::string message = "";  // Encord's words; may be empty
  std::optional<std::chrono::milliseconds> retry_after = {};  // Retry-After
};

// The refusal as a status: code by v1 error code or by HTTP status, ErrorInfo (domain encord.com,
// reason = Encord's code, metadata http_status), RetryInfo, ResourceInfo.
absl::Status FromRefusal(const Refusal& refusal, const Resource& resource);

// A failure of server/http, whose codes stay, with ErrorInfo: domain encord-gateway, reason
// CONNECTION_FAILED, DEADLINE_EXCEEDED or LIMIT_EXCEEDED (a large answer, a full queue).
absl::Status FromHttpFailure(absl::Status status);

// Marks a failure of a call that may have taken effect: ErrorInfo.metadata outcome=unknown. Codes
// that a client's retry policy might repeat (UNAVAILABLE, RESOURCE_EXHAUSTED) become UNKNOWN.
absl::Status OutcomeUnknown(const absl::Status& status);

// True if OutcomeUnknown marked the status.
bool IsOutcomeUnknown(const absl::Status& status);

// Marks a failure of a call that was seen to have changed nothing: UNAVAILABLE, so that clients may
// repeat it, with ErrorInfo.metadata outcome=not_applied and the other details of `status`.
absl::Status OutcomeNotApplied(const absl::Status& status);

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_ERROR_H_
