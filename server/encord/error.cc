#include "server/encord/error.h"

#include <algorithm>
#include <array>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/rpc/error_details.pb.h"

namespace gateway::encord {
namespace {

template <class Detail>
std::string TypeUrl() {
  return absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name());
}

template <class Detail>
void SetDetail(absl::Status& status, const Detail& detail) {
  status.SetPayload(TypeUrl<Detail>(), absl::Cord(detail.SerializeAsString()));
}

google::rpc::ErrorInfo GetErrorInfo(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  if (auto payload = status.GetPayload(TypeUrl<google::rpc::ErrorInfo>())) {
    info.ParseFromString(std::string(*payload));
  }
  return info;
}

void SetErrorInfo(absl::Status& status, absl::string_view domain, absl::string_view reason) {
  google::rpc::ErrorInfo info;
  info.set_domain(std::string(domain));
  info.set_reason(std::string(reason));
  SetDetail(status, info);
}

void SetResource(absl::Status& status, absl::string_view type, absl::string_view name) {
  google::rpc::ResourceInfo info;
  info.set_resource_type(std::string(type));
  info.set_resource_name(std::string(name));
  info.set_description(std::string(status.message()));
  SetDetail(status, info);
}

void SetViolations(absl::Status& status, const std::vector<FieldViolation>& violations) {
  google::rpc::BadRequest bad_request;
  for (const FieldViolation& violation : violations) {
    auto* entry = bad_request.add_field_violations();
    entry->set_field(violation.field);
    entry->set_description(violation.description);
  }
  SetDetail(status, bad_request);
}

struct V1Code {
  absl::string_view code;
  absl::StatusCode status;
  absl::string_view message;
};

// Section 3.1 of Encord's wire contract: the codes that v1 answers with.
constexpr V1Code kV1Codes[] = {
    {"AUTHENTICATION_ERROR", absl::StatusCode::kUnauthenticated,
     "Encord does not accept the credential"},
    {"SSH_KEY_NOT_FOUND_ERROR", absl::StatusCode::kUnauthenticated, "Encord does not know the key"},
    {"AUTHORISATION_ERROR", absl::StatusCode::kPermissionDenied, "not allowed by Encord"},
    {"RESOURCE_NOT_FOUND_ERROR", absl::StatusCode::kNotFound, "not found"},
    {"METHOD_NOT_ALLOWED_ERROR", absl::StatusCode::kUnimplemented,
     "Encord does not offer this call"},
    {"OPERATION_NOT_ALLOWED", absl::StatusCode::kFailedPrecondition,
     "Encord does not allow this operation"},
    {"UNKNOWN_ERROR", absl::StatusCode::kInternal, "Encord failed"},
    {"INVALID_ARGUMENTS_ERROR", absl::StatusCode::kInvalidArgument, "refused by Encord"},
    {"WRONG_PROJECT_TYPE_ERROR", absl::StatusCode::kFailedPrecondition,
     "the project is of the wrong type"},
    {"RESOURCE_EXISTS_ERROR", absl::StatusCode::kAlreadyExists, "exists already"},
    {"MULTI_LABEL_LIMIT_ERROR", absl::StatusCode::kResourceExhausted,
     "too many label rows in one call"},
    {"CORRUPTED_LABEL_ERROR", absl::StatusCode::kDataLoss, "the label is corrupted"},
    {"ANSWER_DICTIONARY_ERROR", absl::StatusCode::kInvalidArgument,
     "the label's answers are inconsistent"},
    {"FEATURE_DOES_NOT_EXIST_ERROR", absl::StatusCode::kFailedPrecondition,
     "the feature does not exist in the ontology"},
    {"INVALID_DATE_FORMAT_ERROR", absl::StatusCode::kInvalidArgument, "invalid date"},
    {"FILE_TYPE_NOT_SUPPORTED_ERROR", absl::StatusCode::kInvalidArgument,
     "the file type is not supported"},
    {"FILE_SIZE_NOT_SUPPORTED_ERROR", absl::StatusCode::kInvalidArgument,
     "the file size is not supported"},
    {"UPLOAD_OPERATION_NOT_SUPPORTED_ERROR", absl::StatusCode::kFailedPrecondition,
     "the upload is not supported"},
};

struct HttpCode {
  int http_status;
  absl::StatusCode status;
  absl::string_view reason;
  absl::string_view message;
};

// Section 3.2 of Encord's wire contract: what the HTTP statuses of v2 mean.
constexpr HttpCode kHttpCodes[] = {
    {400, absl::StatusCode::kInvalidArgument, "INVALID_ARGUMENTS", "refused by Encord"},
    {401, absl::StatusCode::kUnauthenticated, "AUTHENTICATION",
     "Encord does not accept the credential"},
    {403, absl::StatusCode::kPermissionDenied, "AUTHORISATION", "not allowed by Encord"},
    {404, absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND", "not found"},
    {405, absl::StatusCode::kUnimplemented, "METHOD_NOT_ALLOWED",
     "Encord does not offer this call"},
    {409, absl::StatusCode::kFailedPrecondition, "CONFLICT", "in conflict with Encord's state"},
    {413, absl::StatusCode::kInvalidArgument, "PAYLOAD_TOO_LARGE",
     "the request is too large for Encord"},
    {422, absl::StatusCode::kInvalidArgument, "UNPROCESSABLE", "refused by Encord"},
    {429, absl::StatusCode::kResourceExhausted, "RATE_LIMIT_EXCEEDED",
     "Encord's rate limit is exceeded"},
    {500, absl::StatusCode::kInternal, "SERVER_ERROR", "Encord failed"},
    {502, absl::StatusCode::kUnavailable, "BAD_GATEWAY", "Encord is not available"},
    {503, absl::StatusCode::kUnavailable, "SERVICE_UNAVAILABLE", "Encord is not available"},
    {504, absl::StatusCode::kUnavailable, "GATEWAY_TIMEOUT", "Encord is not available"},
};

constexpr HttpCode kOtherHttpCode = {0, absl::StatusCode::kUnknown, "UNEXPECTED_STATUS",
                                     "unexpected answer of Encord"};

const HttpCode& LookUpHttp(int http_status) {
  const auto* found = std::find_if(std::begin(kHttpCodes), std::end(kHttpCodes),
                                   [&](const HttpCode& c) { return c.http_status == http_status; });
  return found == std::end(kHttpCodes) ? kOtherHttpCode : *found;
}

// The key in ErrorInfo.metadata that tells whether a call that failed took effect.
constexpr char kOutcome[] = "outcome";
constexpr char kUnknownOutcome[] = "unknown";

// An error with the details of `cause` and what is known about the outcome.
absl::Status WithOutcome(absl::StatusCode code, absl::string_view outcome,
                         absl::string_view message, const absl::Status& cause) {
  absl::Status status(code, message);
  cause.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { status.SetPayload(url, payload); });
  google::rpc::ErrorInfo info = GetErrorInfo(cause);
  if (info.reason().empty()) {
    info.set_domain(std::string(kGatewayDomain));
    info.set_reason("OUTCOME_UNKNOWN");
  }
  (*info.mutable_metadata())[kOutcome] = std::string(outcome);
  SetDetail(status, info);
  return status;
}

absl::string_view FirstNonEmpty(absl::string_view a, absl::string_view b) {
  return a.empty() ? b : a;
}

}  // namespace

absl::Status InvalidArgument(const std::vector<FieldViolation>& violations) {
  absl::Status status = absl::InvalidArgumentError(
      absl::StrJoin(violations, "; ", [](std::string* out, const FieldViolation& violation) {
        absl::StrAppend(out, violation.field, ": ", violation.description);
      }));
  SetErrorInfo(status, kGatewayDomain, "BAD_REQUEST");
  SetViolations(status, violations);
  return status;
}

absl::Status NotFound(absl::string_view type, absl::string_view name, absl::string_view message) {
  absl::Status status = absl::NotFoundError(message);
  SetErrorInfo(status, kEncordDomain, "RESOURCE_NOT_FOUND");
  SetResource(status, type, name);
  return status;
}

absl::Status FailedPrecondition(absl::string_view reason, absl::string_view message) {
  absl::Status status = absl::FailedPreconditionError(message);
  SetErrorInfo(status, kEncordDomain, reason);
  return status;
}

absl::Status UploadFailed(absl::string_view message, const std::vector<FieldViolation>& failures) {
  absl::Status status = FailedPrecondition("UPLOAD_FAILED", message);
  SetViolations(status, failures);
  return status;
}

absl::Status LimitExceeded(absl::string_view message) {
  absl::Status status = absl::ResourceExhaustedError(message);
  SetErrorInfo(status, kGatewayDomain, "LIMIT_EXCEEDED");
  return status;
}

absl::Status UnexpectedAnswer(absl::string_view message) {
  absl::Status status =
      absl::UnknownError(absl::StrCat("Encord's answer makes no sense: ", message));
  SetErrorInfo(status, kEncordDomain, "UNEXPECTED_ANSWER");
  return status;
}

absl::Status FromRefusal(const Refusal& refusal, const Resource& resource) {
  const HttpCode& http = LookUpHttp(refusal.http_status);
  absl::StatusCode code = http.status;
  absl::string_view reason = FirstNonEmpty(refusal.code, http.reason);
  absl::string_view message = http.message;
  // That Encord does not know what went wrong says less than that it is too busy.
  const bool busy =
      code == absl::StatusCode::kResourceExhausted || code == absl::StatusCode::kUnavailable;
  for (const V1Code& v1 : kV1Codes) {
    if (v1.code == refusal.code && !(busy && v1.code == "UNKNOWN_ERROR")) {
      code = v1.status;
      message = v1.message;
    }
  }
  std::string text;
  if (code == absl::StatusCode::kNotFound && !resource.type.empty()) {
    text = absl::StrCat(resource.type, " ", resource.name, " ");
  }
  absl::StrAppend(&text, message);
  if (!refusal.message.empty()) absl::StrAppend(&text, ": ", refusal.message);

  absl::Status status(code, text);
  google::rpc::ErrorInfo info;
  info.set_domain(std::string(kEncordDomain));
  info.set_reason(std::string(reason));
  (*info.mutable_metadata())["http_status"] = absl::StrCat(refusal.http_status);
  if (!refusal.code.empty()) (*info.mutable_metadata())["encord_code"] = refusal.code;
  if (!refusal.message.empty()) (*info.mutable_metadata())["encord_message"] = refusal.message;
  SetDetail(status, info);
  if (code == absl::StatusCode::kNotFound && !resource.type.empty()) {
    SetResource(status, resource.type, resource.name);
  }
  if (refusal.retry_after) {
    google::rpc::RetryInfo retry;
    const auto count = refusal.retry_after->count();
    retry.mutable_retry_delay()->set_seconds(count / 1000);
    retry.mutable_retry_delay()->set_nanos(static_cast<int>(count % 1000) * 1000000);
    SetDetail(status, retry);
  }
  return status;
}

absl::Status FromHttpFailure(absl::Status status) {
  if (absl::IsUnavailable(status)) {
    SetErrorInfo(status, kGatewayDomain, "CONNECTION_FAILED");
  } else if (absl::IsDeadlineExceeded(status)) {
    SetErrorInfo(status, kGatewayDomain, "DEADLINE_EXCEEDED");
  } else if (absl::IsResourceExhausted(status)) {
    SetErrorInfo(status, kGatewayDomain, "LIMIT_EXCEEDED");
  }
  return status;
}

absl::Status OutcomeUnknown(const absl::Status& status) {
  const bool repeatable_code = status.code() == absl::StatusCode::kUnavailable ||
                               status.code() == absl::StatusCode::kResourceExhausted;
  return WithOutcome(
      repeatable_code ? absl::StatusCode::kUnknown : status.code(), kUnknownOutcome,
      absl::StrCat(status.message(), " (the call may have taken effect and was not repeated)"),
      status);
}

bool IsOutcomeUnknown(const absl::Status& status) {
  const google::rpc::ErrorInfo info = GetErrorInfo(status);
  const auto outcome = info.metadata().find(kOutcome);
  return outcome != info.metadata().end() && outcome->second == kUnknownOutcome;
}

absl::Status OutcomeNotApplied(const absl::Status& status) {
  return WithOutcome(absl::StatusCode::kUnavailable, "not_applied",
                     absl::StrCat("the call did not take effect: ", status.message()), status);
}

}  // namespace gateway::encord
