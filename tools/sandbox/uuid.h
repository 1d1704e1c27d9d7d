#ifndef TOOLS_SANDBOX_UUID_H_
#define TOOLS_SANDBOX_UUID_H_

#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

// A fresh random UUID (version 4) in canonical lower case.
std::string NewUuid();

// The UUID (version 5) of a name in the sandbox's own namespace: the same each time.
std::string NamedUuid(std::string_view name);

// While one lives, NewUuid() on its thread gives the UUIDs of "<name>/1",
// "<name>/2", ..., so that what is made has the same UUIDs each time. May be nested.
class NamedUuids {
 public:
  explicit NamedUuids(std::string name);
  ~NamedUuids();
  NamedUuids(const NamedUuids&) = delete;
  NamedUuids& operator=(const NamedUuids&) = delete;
  std::string Next();

 private:
  std::string name_;
  int count_ = 0;
  NamedUuids* outer_;
};

// The canonical spelling of a UUID that is written with or without hyphens, in
// either case, in braces or after `urn:uuid:`; nullopt for anything else.
std::optional<std::string> NormaliseUuid(std::string_view text);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_UUID_H_
