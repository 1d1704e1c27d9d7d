// The only place where a grpc::Status is made.

#ifndef SERVER_RPC_STATUS_H_
#define SERVER_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace gateway::rpc {

// The status as a caller sees it: code, message, and a google.rpc.Status whose details are the
// payloads of `status` that have a google.rpc message's type URL (ErrorInfo first, then RequestInfo
// with `trace_id`, RetryInfo, and the others by type URL). Message and details are cut to what gRPC
// clients accept by default, long BadRequest lists at their end; the message is made valid UTF-8.
//
// An INTERNAL status without ErrorInfo is nobody's deliberate answer, and its message stays here.
grpc::Status ToGrpcStatus(const absl::Status& status, std::string_view trace_id);

// UNAUTHENTICATED with ErrorInfo (domain encord-gateway) and the given reason: no credential came
// with the call (CREDENTIALS_MISSING), or one that is malformed (CREDENTIALS_MALFORMED).
absl::Status CredentialsError(const std::string& reason, const std::string& message);

// UNAVAILABLE with ErrorInfo (reason DRAINING): this replica is going away, another one may serve.
absl::Status DrainingError();

// INVALID_ARGUMENT with ErrorInfo (reason MALFORMED_REQUEST): the bytes are no message of the type.
absl::Status MalformedRequestError(const std::string& message_type);

// A code's name as in the gRPC specification: "OK", "NOT_FOUND", ...
std::string_view CodeName(grpc::StatusCode code);

}  // namespace gateway::rpc

#endif  // SERVER_RPC_STATUS_H_
