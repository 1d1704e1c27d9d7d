#ifndef TOOLS_SANDBOX_WORKSPACE_H_
#define TOOLS_SANDBOX_WORKSPACE_H_

#include "tools/sandbox/context.h"
#include "tools/sandbox/http_message.h"

namespace sandbox {

// Makes what Encord's users make in the web application, because its API has no
// call for it:
//   POST /_sandbox/groups {"organisation", "name", "description"?, "members"?: [email]}
//     -> {"groupHash"}
//   POST /_sandbox/integrations {"organisation", "title"} -> {"integrationUuid"}
HttpAnswer SetUpWorkspace(Context& context, const HttpRequest& request);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_WORKSPACE_H_
