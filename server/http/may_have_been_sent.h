// How often a request that failed may have reached the server.

#ifndef SERVER_HTTP_MAY_HAVE_BEEN_SENT_H_
#define SERVER_HTTP_MAY_HAVE_BEEN_SENT_H_

#include "absl/status/status.h"

namespace gateway::http {

// True if bytes of the request may have reached the server before `status`, an error of
// Client::Send: then only a request that is safe to repeat may be sent again.
bool MayHaveBeenSent(const absl::Status& status);

// `status`, an error, such that MayHaveBeenSent is true.
absl::Status WithMayHaveBeenSent(absl::Status status);

// True if the request was sent a second time, on a new connection, before `status`.
bool WasSentTwice(const absl::Status& status);

// `status`, an error, such that WasSentTwice and MayHaveBeenSent are true.
absl::Status WithSentTwice(absl::Status status);

}  // namespace gateway::http

#endif  // SERVER_HTTP_MAY_HAVE_BEEN_SENT_H_
