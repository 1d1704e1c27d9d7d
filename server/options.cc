#include "server/options.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/flags.h"
#include "server/http/proxy.h"

namespace gateway {
namespace {

using std::chrono::milliseconds;

constexpr const char* kIntroduction = R"(encord_gateway: Encord as a typed gRPC API.

The key that signs requests to Encord comes from --ssh_key_file, else from the file that
ENCORD_SSH_KEY_FILE names, else from the text in ENCORD_SSH_KEY; its passphrase, if it has one, from
ENCORD_SSH_KEY_PASSPHRASE or from the file that ENCORD_SSH_KEY_PASSPHRASE_FILE names. Without a key
every call must bring an Encord bearer token ("authorization: Bearer TOKEN"). HTTPS_PROXY and NO_PROXY
are honoured.

SIGTERM and SIGINT end the server once the calls under way are answered.

Flags, each also an environment variable:
)";

}  // namespace

absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& arguments,
                                     const std::function<const char*(const char*)>& getenv) {
  constexpr std::size_t kKiB = 1 << 10;
  constexpr std::size_t kMiB = 1 << 20;
  constexpr std::size_t kGiB = 1 << 30;
  constexpr milliseconds kMillisecond{1};
  constexpr milliseconds kSecond{1000};
  Options options;
  options.http.url = "https://api.encord.com";
  std::string log_format = "text";
  int max_connections = static_cast<int>(options.http.max_connections);
  int max_connections_per_credential = static_cast<int>(options.http.max_connections_per_key);
  int max_waiting_requests = static_cast<int>(options.http.max_queue);
  encord::RetryPolicy& retry = options.encord.retry;

  FlagSet flags("ENCORD_GATEWAY");
  flags.Add("listen", &options.listen,
            "HOST:PORT to serve gRPC on; port 0 lets the system pick one. The address is the first "
            "line on stdout.");
  flags.Add("tls_cert_file", &options.tls_cert_file,
            "PEM file with the server's certificate chain. Empty: plain text.");
  flags.Add("tls_key_file", &options.tls_key_file, "PEM file with the certificate's key.");
  flags.Add("tls_client_ca_file", &options.tls_client_ca_file,
            "PEM file with certificate authorities; clients must show a certificate of one.");
  flags.AddBytes("max_receive_message_size", &options.max_receive_message_size, kKiB, kGiB,
                 "Largest request message.");
  flags.AddBytes("max_metadata_size", &options.max_metadata_size, kKiB, kMiB,
                 "Largest metadata of a call.");
  flags.Add("keepalive_time", &options.keepalive_time, kSecond,
            "Silence of a client's connection after which it is pinged.");
  flags.Add("keepalive_timeout", &options.keepalive_timeout, kSecond,
            "Time for the answer to such a ping, after which the connection is closed.");
  flags.Add("min_client_ping_interval", &options.min_client_ping_interval, milliseconds(0),
            "Clients that ping more often than this are turned away.");
  flags.Add("max_connection_age", &options.max_connection_age, milliseconds(0),
            "Age at which a client's connection is closed in an orderly way, so that clients "
            "spread over new replicas. 0ms: never.");
  flags.Add("drain_timeout", &options.drain_timeout, milliseconds(0),
            "Time for calls under way after SIGTERM or SIGINT; then they are cancelled.");
  flags.Add("readiness_interval", &options.readiness_interval, milliseconds(100),
            "How often the health service looks whether Encord can be reached; Encord is asked "
            "only if no call was answered for as long.");

  flags.Add("encord_url", &options.http.url,
            "Encord's domain: https://api.encord.com, https://api.us.encord.com, or a sandbox.");
  flags.Add("ssh_key_file", &options.ssh_key_file,
            "Ed25519 private key file, OpenSSH or PKCS#8 PEM. Empty: see above.");
  flags.Add("ca_file", &options.http.ca_file,
            "PEM file with certificate authorities to trust for Encord. Empty: the system's.");
  flags.Add("connect_timeout", &options.http.connect_timeout, kMillisecond,
            "Time to open a connection to Encord: name resolution, TCP and TLS.");
  flags.Add("read_timeout", &options.http.read_timeout, kMillisecond,
            "Longest silence while an answer of Encord is awaited.");
  flags.Add("total_timeout", &options.http.total_timeout, kMillisecond,
            "Time for one request to Encord as a whole. A call's deadline bounds it further.");
  flags.Add("idle_timeout", &options.http.idle_timeout, kMillisecond,
            "Time after which an idle connection to Encord is closed.");
  flags.Add("max_connections", &max_connections, 1, 65536, "Connections to Encord at a time.");
  flags.Add("max_connections_per_credential", &max_connections_per_credential, 1, 65536,
            "Connections to Encord that one credential may use at a time.");
  flags.Add("max_waiting_requests", &max_waiting_requests, 0, 1 << 20,
            "Requests that may wait for a connection to Encord; more fail with "
            "RESOURCE_EXHAUSTED.");
  flags.AddBytes("max_answer_size", &options.http.max_body_bytes, kMiB, 16 * kGiB,
                 "Largest answer of Encord.");
  flags.Add("max_attempts", &retry.read.max_attempts, 1, 100,
            "How often a read is sent at most. 1: never again.");
  flags.Add("max_create_attempts", &retry.create.max_attempts, 1, 100,
            "How often the gateway tries at most to send what creates, adds or uploads; again only "
            "if no byte of it can have reached Encord.");
  flags.Add("max_move_attempts", &retry.move.max_attempts, 1, 100,
            "The same for what moves a workflow task.");
  flags.Add("initial_backoff", &retry.initial_backoff, kMillisecond,
            "Upper limit of the random wait before the second attempt; doubles with each.");
  flags.Add("max_backoff", &retry.max_backoff, kMillisecond, "Upper limit of any such wait.");
  flags.Add("retry_budget", &retry.max_tokens, 1, 1e6,
            "Retry budget of a credential as in gRFC A6: a failure takes one token, and while half "
            "of them or more are gone nothing is sent again.");
  flags.Add("retry_budget_ratio", &retry.token_ratio, 0.001, 1e6,
            "Tokens that a success gives back to the retry budget.");
  flags.Add("upload_margin", &options.actions.upload_margin, milliseconds(0),
            "How long before its deadline UploadDataToDataset stops waiting and answers pending.");
  flags.AddBytes("max_export_size", &options.actions.max_export_size, kKiB, kGiB,
                 "Largest answer of ExportLabelsCoco, which is refused if it would be larger. The "
                 "streaming exports have no such limit.");
  flags.Add("workers", &options.workers, 1, 256,
            "Threads that parse large answers beside the event loop.");

  flags.AddChoice("log_format", &log_format, {"text", "json"}, "How lines on stderr look.");
  flags.AddChoice("log_level", &options.log_level, {"debug", "info", "warning", "error", "off"},
                  "What is logged; one line per call is info.");
  flags.Add("help", &options.help_wanted, "Prints this.");

  options.help = absl::StrCat(kIntroduction, flags.Help());
  if (const absl::Status status = flags.Parse(arguments, getenv); !status.ok()) return status;
  if (options.tls_cert_file.empty() != options.tls_key_file.empty()) {
    return absl::InvalidArgumentError(
        "--tls_cert_file and --tls_key_file go together: one of them is missing");
  }
  if (options.tls_cert_file.empty() && !options.tls_client_ca_file.empty()) {
    return absl::InvalidArgumentError(
        "--tls_client_ca_file needs --tls_cert_file and --tls_key_file");
  }
  options.http.max_connections = static_cast<std::size_t>(max_connections);
  options.http.max_connections_per_key = static_cast<std::size_t>(max_connections_per_credential);
  options.http.max_queue = static_cast<std::size_t>(max_waiting_requests);
  http::ProxySettings proxy = http::ProxySettingsFromEnvironment();
  options.http.proxy = std::move(proxy.proxy);
  options.http.no_proxy = std::move(proxy.no_proxy);
  options.log_format = log_format == "json" ? LogFormat::kJson : LogFormat::kText;
  return options;
}

}  // namespace gateway
