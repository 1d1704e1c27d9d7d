// What --help and `encord completion` print.

#ifndef CLIENT_CLI_HELP_H_
#define CLIENT_CLI_HELP_H_

#include <string>

#include "client/cli/invocation.h"

namespace encord::cli {

// Explains the command of `invocation`.
void PrintCommandHelp(Invocation* invocation);

// Help on all commands, or on those of a noun.
void PrintOverview(const std::string& noun, Invocation* invocation);

// A script that completes commands in a shell, bash or zsh. Returns the exit code.
int PrintCompletion(const std::string& shell, Invocation* invocation);

}  // namespace encord::cli

#endif  // CLIENT_CLI_HELP_H_
