#ifndef TOOLS_SANDBOX_INTEGRATIONS_H_
#define TOOLS_SANDBOX_INTEGRATIONS_H_

#include <string>

#include "tools/sandbox/router.h"

namespace sandbox {

// Cloud integrations of an organisation: table `integrations` and
// GET /v2/public/cloud-integrations.
void RegisterIntegrations(Router& router);

// Makes an integration and returns its UUID. Encord has no API call for this.
std::string CreateIntegration(Context& context, const std::string& organisation,
                              const std::string& title);

// NOT_FOUND unless the user's organisation has the integration.
Result<void> RequireIntegration(Store& store, const User& user, const std::string& uuid);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_INTEGRATIONS_H_
