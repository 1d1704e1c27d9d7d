// encord_sandbox: an emulator of the Encord REST API. See README.md.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tools/sandbox/api.h"
#include "tools/sandbox/demo.h"
#include "tools/sandbox/server.h"
#include "tools/sandbox/ssh_key.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:8321",
          "HOST:PORT to serve on; with port 0 the system picks one. The address is the first line"
          " on stdout. Environment: ENCORD_SANDBOX_LISTEN.");
ABSL_FLAG(std::string, db, ":memory:",
          "SQLite file that keeps the state, made if missing; by default the state is in memory"
          " and gone at the end. Environment: ENCORD_SANDBOX_DB.");
ABSL_FLAG(std::string, authorized_keys, "",
          "File of the users' public keys, a line each: ssh-ed25519 KEY EMAIL. Environment:"
          " ENCORD_SANDBOX_AUTHORIZED_KEYS.");
ABSL_FLAG(bool, demo, false,
          "Fill an empty sandbox with a workspace to look at, owned by the first user of"
          " --authorized_keys, or else by demo@example.com with a new key (see"
          " --demo_key_file). Environment: ENCORD_SANDBOX_DEMO.");
ABSL_FLAG(std::string, demo_key_file, "",
          "Where --demo without --authorized_keys writes the private key of demo@example.com, in"
          " OpenSSH form, readable by its owner only. Environment: ENCORD_SANDBOX_DEMO_KEY_FILE.");
ABSL_FLAG(int64_t, page_size, 0,
          "No page of a list is larger than this; 0 = as Encord: what the caller asks, or 100."
          " Environment: ENCORD_SANDBOX_PAGE_SIZE.");
ABSL_FLAG(int64_t, maximum_labels, 1000,
          "Label rows that one call may read, create or save; more is a MULTI_LABEL_LIMIT_ERROR."
          " Environment: ENCORD_SANDBOX_MAXIMUM_LABELS.");
ABSL_FLAG(int64_t, upload_delay_ms, 100,
          "Milliseconds that an upload job stays PENDING. Environment:"
          " ENCORD_SANDBOX_UPLOAD_DELAY_MS.");
ABSL_FLAG(absl::Duration, signature_window, absl::Minutes(10),
          "How far from now, before or after, a v2 signature may have been created, e.g. 5m."
          " Environment: ENCORD_SANDBOX_SIGNATURE_WINDOW.");

namespace sandbox {
namespace {

constexpr char kDemoUser[] = "demo@example.com";

[[noreturn]] void Fail(const std::string& message) {
  std::cerr << "encord_sandbox: " << message << "\n";
  std::exit(1);
}

// Gives each flag the value of its environment variable, as its new default.
void ReadEnvironment() {
  for (const char* name : {"listen", "db", "authorized_keys", "demo", "demo_key_file", "page_size",
                           "maximum_labels", "upload_delay_ms", "signature_window"}) {
    std::string variable = absl::AsciiStrToUpper(absl::StrCat("encord_sandbox_", name));
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr) continue;
    std::string error;
    if (!absl::FindCommandLineFlag(name)->ParseFrom(value, &error)) {
      Fail(absl::StrCat(variable, ": ", error));
    }
  }
}

std::vector<AuthorizedKey> ReadAuthorizedKeys(const std::string& path) {
  std::ifstream file(path);
  if (!file) Fail("cannot read " + path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  absl::StatusOr<std::vector<AuthorizedKey>> keys = ParseAuthorizedKeys(text);
  if (!keys.ok()) Fail(absl::StrCat(path, ", ", keys.status().message()));
  if (keys->empty()) Fail(path + " names no user");
  return *std::move(keys);
}

std::vector<AuthorizedKey> Keys() {
  std::string path = absl::GetFlag(FLAGS_authorized_keys);
  if (!path.empty()) return ReadAuthorizedKeys(path);
  if (!absl::GetFlag(FLAGS_demo)) Fail("give --authorized_keys or --demo; see --help");
  std::string key_file = absl::GetFlag(FLAGS_demo_key_file);
  if (key_file.empty()) {
    Fail("--demo needs --demo_key_file (the key to use), or --authorized_keys");
  }
  NewSshKey key = GenerateSshKey(kDemoUser);
  absl::Status written = WritePrivateKeyFile(key_file, key.private_key);
  if (!written.ok()) Fail(std::string(written.message()));
  return {key.public_key};
}

int Main() {
  std::string listen = absl::GetFlag(FLAGS_listen);
  size_t colon = listen.rfind(':');
  int port = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(listen.substr(colon + 1), &port) ||
      port < 0 || port > 65535) {
    Fail("--listen must be HOST:PORT");
  }
  Api::Options options;
  options.database = absl::GetFlag(FLAGS_db);
  options.keys = Keys();
  options.settings.maximum_labels = absl::GetFlag(FLAGS_maximum_labels);
  options.signature_window = absl::GetFlag(FLAGS_signature_window);
  options.settings.page_size = absl::GetFlag(FLAGS_page_size);
  options.settings.upload_delay = absl::Milliseconds(absl::GetFlag(FLAGS_upload_delay_ms));
  SystemClock clock;
  absl::StatusOr<std::unique_ptr<Api>> api = Api::Create(options, clock);
  if (!api.ok()) Fail(std::string(api.status().message()));
  if (absl::GetFlag(FLAGS_demo)) {
    absl::Status seeded = SeedDemo((*api)->context(), options.keys.front().email);
    if (!seeded.ok()) Fail(std::string(seeded.message()));
  }

  // Blocked in all threads, so that only sigwait gets them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(listen.substr(0, colon), static_cast<uint16_t>(port), *std::move(api));
  if (!server.ok()) Fail(std::string(server.status().message()));
  std::cout << "listening on " << (*server)->url() << std::endl;
  int signal = 0;
  sigwait(&ends, &signal);
  return 0;
}

}  // namespace
}  // namespace sandbox

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "An emulator of the Encord REST API: verifies signatures, keeps state, and misbehaves on"
      " demand (POST /_sandbox/faults).\nUsage: encord_sandbox --authorized_keys=FILE"
      " [--listen=HOST:PORT] [--db=FILE]\n       encord_sandbox --demo --demo_key_file=FILE");
  // --help shows the flags of this file.
  absl::FlagsUsageConfig usage;
  usage.contains_help_flags = [](absl::string_view file) {
    return file.find("sandbox/main.cc") != absl::string_view::npos;
  };
  absl::SetFlagsUsageConfig(usage);
  sandbox::ReadEnvironment();
  std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  if (rest.size() > 1) sandbox::Fail(absl::StrCat("what is ", rest[1], "? See --help"));
  return sandbox::Main();
}
