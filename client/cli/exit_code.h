#ifndef CLIENT_CLI_EXIT_CODE_H_
#define CLIENT_CLI_EXIT_CODE_H_

namespace encord::cli {

// Exit codes of `encord`.
enum ExitCode {
  kOk = 0,
  kOther = 1,
  kUsage = 2,
  kInvalid = 3,
  kNotFound = 4,
  kNotAllowed = 5,
  kUnavailable = 6,
  kInterrupted = 130,
};

// What help says of them.
inline constexpr char kExitCodes[] =
    "Exit codes: 0 done, 1 any other error, 2 wrong usage or settings, 3 invalid argument,\n"
    "4 not found, 5 permission denied or credential not accepted, 6 unavailable or too late,\n"
    "130 interrupted.\n";

}  // namespace encord::cli

#endif  // CLIENT_CLI_EXIT_CODE_H_
