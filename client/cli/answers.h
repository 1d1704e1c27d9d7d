// How answers and errors are shown.

#ifndef CLIENT_CLI_ANSWERS_H_
#define CLIENT_CLI_ANSWERS_H_

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "client/cli/exit_code.h"
#include "client/cli/invocation.h"

namespace encord::cli {

// Prints an answer to stdout as the invocation wants it: JSON, a table, or a line per field.
void PrintAnswer(const Invocation& invocation, const google::protobuf::Message& answer);

// Prints an error and its details to stderr.
void PrintError(const absl::Status& status);

// The exit code of a call that ended with this error.
ExitCode ExitCodeOf(absl::StatusCode code);

}  // namespace encord::cli

#endif  // CLIENT_CLI_ANSWERS_H_
