#include "tools/sandbox/api.h"

#include "tools/sandbox/datasets.h"
#include "tools/sandbox/folders.h"
#include "tools/sandbox/groups.h"
#include "tools/sandbox/integrations.h"
#include "tools/sandbox/items.h"
#include "tools/sandbox/label_branches.h"
#include "tools/sandbox/label_rows.h"
#include "tools/sandbox/ontologies.h"
#include "tools/sandbox/projects.h"
#include "tools/sandbox/tags.h"
#include "tools/sandbox/uploads.h"
#include "tools/sandbox/users.h"
#include "tools/sandbox/workflow_tasks.h"

namespace sandbox {

void RegisterAll(Router& router) {
  RegisterBearerTokens(router);
  RegisterUsers(router);
  RegisterGroups(router);
  RegisterTags(router);
  RegisterIntegrations(router);
  RegisterFolders(router);
  RegisterItems(router);
  RegisterDatasets(router);
  RegisterOntologies(router);
  RegisterUploads(router);
  RegisterProjects(router);
  RegisterWorkflowTasks(router);
  RegisterLabelRows(router);
  RegisterLabelBranches(router);
}

Api::Api(Options options, std::unique_ptr<Store> store, Clock& clock)
    : store_(std::move(store)),
      settings_(options.settings),
      authenticator_(options.keys, options.signature_window),
      context_{*store_, clock, router_.events(), settings_} {}

absl::StatusOr<std::unique_ptr<Api>> Api::Create(Options options, Clock& clock) {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(options.database);
  if (!store.ok()) return store.status();
  std::unique_ptr<Api> api(new Api(std::move(options), *std::move(store), clock));
  RegisterAll(api->router_);
  absl::Status status = api->router_.CreateTables(*api->store_);
  if (!status.ok()) return status;
  return api;
}

Api::Outcome Api::Handle(const HttpRequest& request) {
  Result<User> user = authenticator_.Authenticate(context_, request);
  if (!user.ok()) return {Refusal(request, user.error()), ""};
  return {router_.Dispatch(context_, *user, request), user->email};
}

}  // namespace sandbox
