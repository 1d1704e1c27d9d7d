#ifndef TOOLS_SANDBOX_DEMO_H_
#define TOOLS_SANDBOX_DEMO_H_

#include <string>

#include "absl/status/status.h"
#include "tools/sandbox/context.h"

namespace sandbox {

// Fills an empty sandbox with a workspace to look at (README.md lists it): the
// nouns' own functions make it, so it is like what clients could have made. One
// that has projects already is left as it is. `owner_email` is admin of everything.
//
// Every UUID derives from the names, and dates begin on 12 January 2026: two
// sandboxes have the same demo.
absl::Status SeedDemo(Context& context, const std::string& owner_email);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_DEMO_H_
