// What the user asked for: the words of the command line, read into a request and settings.

#ifndef CLIENT_CLI_INVOCATION_H_
#define CLIENT_CLI_INVOCATION_H_

#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/cli/commands.h"
#include "client/cpp/encord_client.h"

namespace encord::cli {

struct Flag {
  std::string name;
  // What it takes; empty: it is a switch, of which --no-NAME is the opposite.
  std::string takes;
  std::string help;
  std::function<absl::Status(const std::string&)> set;
};

struct Invocation {
  const Command* command = nullptr;
  // The words that name the command, complete or not.
  std::vector<std::string> names;
  std::unique_ptr<google::protobuf::Message> request;
  std::vector<std::string> positional;
  ConnectOptions connect;
  std::optional<absl::Duration> timeout;
  std::string output;
  bool json = false;
  bool help = false;
  bool wait = true;
};

// The flags that every command takes, and those of one command. They set parts of `invocation`,
// which must outlive them.
std::vector<Flag> GlobalFlags(Invocation* invocation);
std::vector<Flag> CommandFlags(const Command& command, Invocation* invocation);

// What help and errors call a field that is given without a flag.
std::string PlaceName(const char* field);

// INVALID_ARGUMENT: the command line cannot be; the message says which part, and has no value of a
// flag in it.
absl::Status UsageError(const std::string& problem);

// Reads the words behind the program's name. Errors: UsageError.
absl::Status Parse(const std::vector<std::string>& arguments, Invocation* invocation);

// Puts the words without a flag into the request, and checks that it is complete. Errors:
// UsageError.
absl::Status UsePositional(Invocation* invocation);

}  // namespace encord::cli

#endif  // CLIENT_CLI_INVOCATION_H_
