// Command-line flags that are environment variables too.

#ifndef SERVER_FLAGS_H_
#define SERVER_FLAGS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace gateway {

// Flags of the form --name=value or --name value; a bool's value may be left out and is then true.
// A flag "name" is also the environment variable PREFIX_NAME, which the command line overrides; an
// empty environment variable counts as unset.
//
// Each Add takes a flag's name, where to put its value, and one sentence of help. The target holds
// the default value and must outlive the set.
class FlagSet {
 public:
  explicit FlagSet(std::string environment_prefix);

  void Add(std::string name, std::string* target, std::string help);
  void Add(std::string name, bool* target, std::string help);
  void Add(std::string name, double* target, double min, double max, std::string help);
  void Add(std::string name, int* target, int min, int max, std::string help);

  // Written as a whole number with one of the units B, KiB, MiB, GiB, or none for bytes.
  void AddBytes(std::string name, std::size_t* target, std::size_t min, std::size_t max,
                std::string help);

  // Written as a whole number with one of the units ms, s, m, h.
  void Add(std::string name, std::chrono::milliseconds* target, std::chrono::milliseconds min,
           std::string help);

  // One of `choices`.
  void AddChoice(std::string name, std::string* target, std::vector<std::string> choices,
                 std::string help);

  // Sets the targets from the environment, then from `arguments` (without the program's name).
  // Errors: INVALID_ARGUMENT for an unknown flag or a bad value, naming the flag and what it takes.
  absl::Status Parse(const std::vector<std::string>& arguments,
                     const std::function<const char*(const char*)>& getenv);

  // One paragraph per flag: name, what it takes, its environment variable, its default, its help.
  std::string Help() const;

 private:
  struct Flag {
    std::string name;
    std::string takes;  // "HOST:PORT", "true or false", "1 to 10"
    std::string default_value;
    std::string help;
    bool value_may_be_missing = false;
    std::function<bool(std::string_view)> set;  // false: a bad value
  };

  std::string EnvironmentName(const Flag& flag) const;

  std::string environment_prefix_;
  std::vector<Flag> flags_;
};

}  // namespace gateway

#endif  // SERVER_FLAGS_H_
