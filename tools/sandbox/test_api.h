#ifndef TOOLS_SANDBOX_TEST_API_H_
#define TOOLS_SANDBOX_TEST_API_H_

#include <memory>
#include <string>
#include <string_view>

#include "tools/sandbox/router.h"

namespace sandbox {

// The emulator without sockets and signatures, for the tests of the nouns: a
// database in memory, a clock that stands at 2026-01-15T10:20:30Z, and calls in
// the name of any user.
class TestApi {
 public:
  struct Reply {
    int status = 0;
    // v2: the body. v1: the whole envelope, {"status", "response", "payload"}.
    json::value body;
    // A long poll that would wait has this set, and nothing else.
    std::optional<absl::Time> not_yet;
  };

  // `registers` is the nouns' Register functions: TestApi api({RegisterDatasets});
  explicit TestApi(std::initializer_list<void (*)(Router&)> registers);

  // A v2 call, e.g. Call("ann@example.com", "GET", "/v2/public/projects?titleEq=a").
  Reply Call(std::string_view email, std::string_view method, std::string_view target,
             const json::value& body = nullptr);
  // A v1 call on /public about a "project" or "dataset".
  Reply CallV1(std::string_view email, std::string_view query_type, std::string_view query_method,
               std::string_view resource_type, std::string_view resource_id, const json::value& uid,
               const json::value& payload);
  // A v1 call on /public/user.
  Reply CallV1User(std::string_view email, std::string_view query_type,
                   std::string_view query_method, const json::value& uid,
                   const json::value& payload);

  Context& context() { return *context_; }
  Store& store() { return *store_; }
  ManualClock& clock() { return clock_; }
  Settings& settings() { return settings_; }

 private:
  Reply Dispatch(std::string_view email, HttpRequest request);

  Router router_;
  std::unique_ptr<Store> store_;
  ManualClock clock_;
  Settings settings_;
  std::unique_ptr<Context> context_;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_TEST_API_H_
