#ifndef TOOLS_SANDBOX_UUID_H_
#define TOOLS_SANDBOX_UUID_H_

#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

// A fresh random UUID (version 4) in canonical lower case.
std::string NewUuid();

// The canonical spelling of a UUID that is written with or without hyphens, in
// either case, in braces or after `urn:uuid:`; nullopt for anything else.
std::optional<std::string> NormaliseUuid(std::string_view text);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_UUID_H_
