#ifndef TOOLS_SANDBOX_API_H_
#define TOOLS_SANDBOX_API_H_

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/sandbox/auth.h"
#include "tools/sandbox/context.h"
#include "tools/sandbox/router.h"
#include "tools/sandbox/ssh_key.h"

namespace sandbox {

// Adds every noun that the sandbox serves.
void RegisterAll(Router& router);

// The whole emulator without HTTP: state, nouns, authentication. Used by one
// thread only.
class Api {
 public:
  struct Options {
    // A file, or ":memory:".
    std::string database = ":memory:";
    std::vector<AuthorizedKey> keys;
    absl::Duration signature_window = absl::Minutes(10);
    Settings settings;
  };

  // Opens the database and makes its tables. `clock` must outlive the Api.
  static absl::StatusOr<std::unique_ptr<Api>> Create(Options options, Clock& clock);

  struct Outcome {
    std::variant<HttpAnswer, NotYet> reply;
    // The sender's email, "" if the request was not authenticated.
    std::string user;
  };
  // Authenticates and answers a request.
  Outcome Handle(const HttpRequest& request);

  Context& context() { return context_; }

 private:
  Api(Options options, std::unique_ptr<Store> store, Clock& clock);

  Router router_;
  std::unique_ptr<Store> store_;
  Settings settings_;
  Authenticator authenticator_;
  Context context_;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_API_H_
