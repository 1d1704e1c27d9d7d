// The gateway's settings.

#ifndef SERVER_OPTIONS_H_
#define SERVER_OPTIONS_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/actions/call_context.h"
#include "server/encord/client.h"
#include "server/http/client.h"
#include "server/log.h"

namespace gateway {

struct Options {
  // HOST:PORT; port 0 lets the system pick one.
  std::string listen = "127.0.0.1:50051";
  // PEM files; without a certificate the port speaks plain text.
  std::string tls_cert_file;
  std::string tls_key_file;
  // Clients must then show a certificate of one of these authorities.
  std::string tls_client_ca_file;

  std::size_t max_receive_message_size = std::size_t{16} << 20;
  std::size_t max_metadata_size = std::size_t{16} << 10;
  std::chrono::milliseconds keepalive_time = std::chrono::hours(2);
  std::chrono::milliseconds keepalive_timeout = std::chrono::seconds(20);
  std::chrono::milliseconds min_client_ping_interval = std::chrono::seconds(10);
  std::chrono::milliseconds max_connection_age{0};  // 0: unlimited

  std::chrono::milliseconds drain_timeout = std::chrono::seconds(30);
  std::chrono::milliseconds readiness_interval = std::chrono::seconds(10);

  std::string ssh_key_file;
  http::Options http;
  encord::ClientOptions encord;
  actions::Options actions;
  // Threads that parse large answers.
  int workers = 1;

  LogFormat log_format = LogFormat::kText;
  std::string log_level = "info";

  // --help was given: print `help`, do nothing else.
  bool help_wanted = false;
  std::string help;
};

// The settings of the command line (without the program's name), and where it is silent of the
// environment, whose variables are ENCORD_GATEWAY_ and the flag's name in upper case. Errors:
// INVALID_ARGUMENT, naming the flag and what it takes.
absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& arguments,
                                     const std::function<const char*(const char*)>& getenv);

}  // namespace gateway

#endif  // SERVER_OPTIONS_H_
