// encord_gateway: Encord as a typed gRPC API.

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/encord/key_source.h"
#include "server/log.h"
#include "server/options.h"
#include "server/rpc/server.h"
#include "spdlog/spdlog.h"

// Of tcmalloc, in whose place a sanitizer has an allocator of its own.
extern "C" int MallocExtension_SetNumericProperty(const char* property, std::size_t value)
    __attribute__((weak));

namespace gateway {
namespace {

constexpr int kBadSettings = 2;

// Keeps the key out of core dumps and from debuggers of the same user.
void ForbidCoreDumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

// Free pages go back to the system at once. Of those that were kept, an export would use the more
// the longer it takes.
void KeepNoFreePages() {
  if (MallocExtension_SetNumericProperty != nullptr) {
    MallocExtension_SetNumericProperty("tcmalloc.aggressive_memory_decommit", 1);
  }
}

// SIGTERM and SIGINT wait until sigwait takes them, in every thread started later.
sigset_t BlockEndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "encord_gateway: %s\n", std::string(status.message()).c_str());
  return kBadSettings;
}

int Run(const std::vector<std::string>& arguments) {
  const absl::StatusOr<Options> options = ParseOptions(arguments, &std::getenv);
  if (!options.ok()) return Fail(options.status());
  if (options->help_wanted) {
    std::fputs(options->help.c_str(), stdout);
    return 0;
  }
  const absl::StatusOr<std::shared_ptr<const encord::PrivateKey>> key =
      encord::LoadKey(encord::TakeKeySourceFromEnvironment(options->ssh_key_file));
  if (!key.ok()) return Fail(key.status());

  const sigset_t end_signals = BlockEndSignals();
  std::signal(SIGPIPE, SIG_IGN);
  SetUpLogging(std::make_shared<BatchingSink>(STDERR_FILENO), options->log_format,
               options->log_level);
  absl::StatusOr<std::unique_ptr<rpc::Server>> server = rpc::Server::Start(*options, *key);
  if (!server.ok()) {
    spdlog::shutdown();
    return Fail(server.status());
  }
  std::printf("listening on %s\n", (*server)->address().c_str());
  std::fflush(stdout);
  spdlog::info("serving {} with {}", options->http.url,
               *key == nullptr ? "the callers' bearer tokens only" : "key " + (*key)->key_id());

  int signal = 0;
  sigwait(&end_signals, &signal);
  spdlog::info("{}: draining for at most {} ms", signal == SIGTERM ? "SIGTERM" : "SIGINT",
               options->drain_timeout.count());
  // A second signal ends the process at once.
  pthread_sigmask(SIG_UNBLOCK, &end_signals, nullptr);
  (*server)->Drain(options->drain_timeout);
  server->reset();
  spdlog::info("drained");
  spdlog::shutdown();
  return 0;
}

}  // namespace
}  // namespace gateway

int main(int argc, char** argv) {
  gateway::ForbidCoreDumps();
  gateway::KeepNoFreePages();
  // Debian's Abseil is a debug build in this respect: it would record the order of all of gRPC's
  // locks, behind one lock that all threads share.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return gateway::Run(std::vector<std::string>(argv + 1, argv + argc));
}
