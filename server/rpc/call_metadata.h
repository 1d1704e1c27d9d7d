// What a caller says beside the request.

#ifndef SERVER_RPC_CALL_METADATA_H_
#define SERVER_RPC_CALL_METADATA_H_

#include <grpcpp/support/string_ref.h>

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "server/encord/credential.h"

namespace gateway::rpc {

// As in grpc::ServerContextBase::client_metadata: keys in lower case.
using CallMetadata = std::multimap<grpc::string_ref, grpc::string_ref>;

// The caller's token of "authorization: Bearer TOKEN", else the server's credential. Errors:
// UNAUTHENTICATED if there is neither, or if the metadata is malformed or there several times.
absl::StatusOr<encord::Credential> CredentialOf(
    const CallMetadata& metadata, const std::optional<encord::Credential>& server_credential);

// The trace id, 32 lower-case hexadecimal digits: from "x-cloud-trace-context: TRACE_ID/SPAN_ID",
// or from "traceparent" (W3C Trace Context), or else a random one.
std::string TraceIdOf(const CallMetadata& metadata);

}  // namespace gateway::rpc

#endif  // SERVER_RPC_CALL_METADATA_H_
