#ifndef SERVER_ENCORD_CLIENT_H_
#define SERVER_ENCORD_CLIENT_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "boost/asio/any_io_executor.hpp"
#include "boost/asio/awaitable.hpp"
#include "boost/json/value.hpp"
#include "server/encord/credential.h"
#include "server/encord/error.h"
#include "server/encord/json.h"
#include "server/encord/retry.h"
#include "server/encord/signing.h"
#include "server/http/sender.h"

namespace gateway::encord {

struct ClientOptions {
  RetryPolicy retry;
  // Answers above this many bytes are parsed and decoded by the workers, not by the event loop.
  size_t off_loop_bytes = 64 * 1024;
  std::string user_agent = "encord-gateway/1.0";
};

// What all calls share. Used on the event loop only.
class Client {
 public:
  // `workers` runs what would keep the event loop too long, `signing` the signatures while many
  // requests are under way. Everything must outlive the client.
  Client(http::Sender& http, Signer& signer, boost::asio::any_io_executor workers,
         boost::asio::any_io_executor signing, ClientOptions options);

  const ClientOptions& options() const { return options_; }

  // When Encord last answered with an HTTP status below 500; the epoch if never.
  std::chrono::steady_clock::time_point last_answer() const { return last_answer_; }

 private:
  friend class Call;

  http::Sender& http_;
  Signer& signer_;
  boost::asio::any_io_executor workers_;
  boost::asio::any_io_executor signing_;
  const ClientOptions options_;
  RetryBudgets budgets_;
  absl::InsecureBitGen random_;
  int attempts_under_way_ = 0;
  std::chrono::steady_clock::time_point last_answer_{};
};

// A call of Encord's v1 API: POST /public (inside a project or dataset) or /public/user.
struct V1Request {
  std::string_view query_type = {};
  std::string_view query_method = {};  // GET, POST, PUT or DELETE: the logical verb
  // ResourceType (project or dataset) and ResourceID; both empty for /public/user.
  Resource resource = {};
  boost::json::value uid = nullptr;
  boost::json::value payload = nullptr;
  RetryClass retry_class = RetryClass::kRead;
  // Whether null or {} as the answer means that the resource does not exist.
  bool empty_is_not_found = false;
};

// A call of Encord's v2 API, a REST call below /v2/public/.
struct V2Request {
  http::Method method = http::Method::kGet;
  std::string target = "";                      // path and query, percent-encoded
  std::optional<boost::json::value> body = {};  // sent as application/json
  Resource resource = {};                       // what NOT_FOUND is about
  RetryClass retry_class = RetryClass::kRead;
};

// Reads an answer: v1's "response" member, v2's whole body.
using Decoder = absl::FunctionRef<absl::Status(Json)>;

// Takes the elements of a list in an answer of Encord while it arrives, on the event loop.
class ElementSink {
 public:
  virtual ~ElementSink() = default;
  // The list begins, perhaps anew because an attempt failed: what came before does not count.
  virtual void Begin() = 0;
  // The first error becomes that of the call; no element follows it.
  virtual absl::Status Add(Json element) = 0;
};

// What one RPC cost upstream.
struct CallStats {
  int calls = 0;        // calls to Encord
  int attempts = 0;     // HTTP requests and failed connections, repetitions included
  absl::Duration time;  // in these calls, waits included
};

// One RPC's conversation with Encord: its credential, trace id and deadline. Its calls run on the
// event loop, one at a time or several at once, and end with CANCELLED when the coroutine is
// cancelled.
class Call {
 public:
  // `trace_id`: 32 lower-case hexadecimal digits, sent as X-Cloud-Trace-Context.
  Call(Client& client, Credential credential, std::string trace_id,
       std::chrono::steady_clock::time_point deadline);

  // Sends the request, repeats it as its retry class allows, and has the answer decoded. Errors as
  // in error.h; those of a change that may have taken effect are marked by OutcomeUnknown.
  boost::asio::awaitable<absl::Status> Fetch(V1Request request, Decoder decode);
  boost::asio::awaitable<absl::Status> Fetch(V2Request request, Decoder decode);
  // The same for an answer that is a list, called `name` in errors, whatever its length: its
  // elements go to `sink` as they arrive, and do not count unless the call ends well. UNKNOWN if
  // one of them is larger than a mebibyte.
  boost::asio::awaitable<absl::Status> FetchList(V1Request request, absl::string_view name,
                                                 ElementSink& sink);
  // The same for v2 calls whose answer says nothing.
  boost::asio::awaitable<absl::Status> Send(V2Request request);

  // Waits without blocking; CANCELLED if the call ends meanwhile.
  boost::asio::awaitable<absl::Status> Wait(std::chrono::milliseconds duration);
  // Runs `work` on the workers if it handles many bytes, otherwise at once.
  boost::asio::awaitable<void> Compute(size_t bytes, absl::FunctionRef<void()> work);

  const CallStats& stats() const { return stats_; }
  const std::string& trace_id() const { return trace_id_; }
  std::chrono::steady_clock::time_point deadline() const { return deadline_; }

 private:
  // A request as it goes over the wire, before it is signed.
  struct WireRequest;
  // What takes an answer apart while it arrives.
  class ListReader;

  static WireRequest ToWire(V1Request& request);
  boost::asio::awaitable<absl::StatusOr<http::Response>> Exchange(const WireRequest& request);
  boost::asio::awaitable<absl::StatusOr<http::Response>> Attempts(const WireRequest& request);
  // Signs and sends once; `repeatable` as in http::Request.
  boost::asio::awaitable<absl::StatusOr<http::Response>> Attempt(const WireRequest& request,
                                                                 bool repeatable);
  // A null `decode` ignores the answer's body.
  boost::asio::awaitable<absl::Status> FetchV2(V2Request request, const Decoder* decode);

  Client& client_;
  const Credential credential_;
  const std::string trace_id_;
  const std::chrono::steady_clock::time_point deadline_;
  CallStats stats_;
};

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_CLIENT_H_
