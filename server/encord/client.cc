#include "server/encord/client.h"

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "boost/asio/as_tuple.hpp"
#include "boost/asio/bind_executor.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/this_coro.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "boost/json/serialize.hpp"
#include "server/encord/response_elements.h"
#include "server/http/may_have_been_sent.h"

namespace gateway::encord {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Call::WireRequest {
  bool v1 = false;
  http::Method method = http::Method::kGet;
  std::string target = "";
  std::string body = "";
  std::vector<http::Header> headers = {};
  RetryClass retry_class = RetryClass::kRead;
  ListReader* reader = nullptr;  // null: the answer's body is collected
};

class Call::ListReader {
 public:
  explicit ListReader(ElementSink& sink)
      : sink_(sink), elements_([this](Json element) { Add(element); }) {}

  void Begin() {
    status_ = absl::OkStatus();
    elements_.Restart();
    sink_.Begin();
  }
  void Write(std::string_view piece) { elements_.Write(piece); }
  void Add(Json element) {
    if (status_.ok()) status_ = sink_.Add(element);
  }

  const ResponseElements& elements() const { return elements_; }
  // The first error of the sink.
  const absl::Status& status() const { return status_; }

 private:
  ElementSink& sink_;
  ResponseElements elements_;
  absl::Status status_;
};

namespace {

// With more requests under way than this the event loop has enough to do without signing, and a
// hop to another thread and back delays none of them noticeably.
constexpr int kMostSigningOnLoop = 4;

// Runs `work` on `executor` and comes back. The coroutine stays suspended on the event loop until
// then: cancellation cannot interrupt it, so `work` may refer to its frame.
asio::awaitable<void> RunOn(asio::any_io_executor executor, absl::FunctionRef<void()> work) {
  auto loop = co_await asio::this_coro::executor;
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [&](auto handler) {
        asio::post(executor, [work, loop, handler = std::move(handler)]() mutable {
          work();
          asio::post(loop, std::move(handler));
        });
      },
      asio::use_awaitable);
}

absl::Status Cancelled() { return absl::CancelledError("the call was cancelled"); }

absl::Status DeadlineExceeded() {
  return FromHttpFailure(absl::DeadlineExceededError("the deadline came before Encord's answer"));
}

std::optional<milliseconds> RetryAfter(const http::Response& response) {
  const std::string* value = response.FindHeader("Retry-After");
  if (value == nullptr) return std::nullopt;
  return ParseRetryAfter(*value, std::chrono::system_clock::now());
}

// The first non-empty one of message and detail; a detail that is no text stays JSON.
std::string V2Message(const JsonDocument& document) {
  for (const char* member : {"message", "detail"}) {
    Json element;
    if (document.root().at_key(member).get(element) != simdjson::SUCCESS || element.is_null()) {
      continue;
    }
    std::string_view text;
    if (element.get_string().get(text) != simdjson::SUCCESS) return simdjson::minify(element);
    if (!text.empty()) return std::string(text);
  }
  return "";
}

absl::Status DecodeV2(const http::Response& response, const Resource& resource,
                      const Decoder* decode) {
  if (response.status == 204 && decode == nullptr) return absl::OkStatus();
  if (response.status != 200) {
    Refusal refusal{.http_status = response.status, .retry_after = RetryAfter(response)};
    if (auto document = JsonDocument::Parse(response.body); document.ok()) {
      refusal.message = V2Message(*document);
    }
    return FromRefusal(refusal, resource);
  }
  if (decode == nullptr) return absl::OkStatus();
  auto document = JsonDocument::Parse(response.body);
  if (!document.ok()) return document.status();
  return (*decode)(document->root());
}

// Encord's v1 puts the outcome into the body; the HTTP status is only looked at if there is none.
absl::Status DecodeV1(const http::Response& response, const V1Request& request, Decoder decode) {
  auto document = JsonDocument::Parse(response.body);
  Json root;
  int64_t status = 0;
  if (document.ok()) root = document->root();
  if (!document.ok() || root.at_key("status").get_int64().get(status) != simdjson::SUCCESS) {
    if (response.status != 200) {
      return FromRefusal({.http_status = response.status, .retry_after = RetryAfter(response)},
                         request.resource);
    }
    return document.ok() ? UnexpectedAnswer("no status") : document.status();
  }
  Json answer;
  if (root.at_key("response").get(answer) != simdjson::SUCCESS) {
    return UnexpectedAnswer("no response");
  }
  if (status != 200) {
    Refusal refusal{.http_status = static_cast<int>(status), .retry_after = RetryAfter(response)};
    std::string_view text;
    if (answer.at(0).get_string().get(text) == simdjson::SUCCESS) refusal.code = text;
    if (Json payload; root.at_key("payload").get(payload) == simdjson::SUCCESS) {
      if (payload.get_string().get(text) == simdjson::SUCCESS) {
        refusal.message = text;
      } else if (!payload.is_null()) {
        refusal.message = simdjson::minify(payload);
      }
    }
    return FromRefusal(refusal, request.resource);
  }
  if (request.empty_is_not_found) {
    simdjson::dom::object object;
    const bool empty = answer.is_null() ||
                       (answer.get_object().get(object) == simdjson::SUCCESS && object.size() == 0);
    if (empty) {
      return NotFound(
          request.resource.type, request.resource.name,
          absl::StrCat(request.resource.type, " ", request.resource.name, " not found"));
    }
  }
  return decode(answer);
}

// Refusals that leave no doubt that Encord changed nothing.
bool IsDefinite(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kResourceExhausted:
      return true;
    default:
      return false;
  }
}

// What the gateway's own timeouts say is a failed connection to a caller whose deadline has not
// come.
absl::Status OwnTimeoutAsUnavailable(const absl::Status& status,
                                     steady_clock::time_point deadline) {
  if (status.code() != absl::StatusCode::kDeadlineExceeded || steady_clock::now() >= deadline) {
    return status;
  }
  absl::Status result = absl::UnavailableError(status.message());
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { result.SetPayload(url, payload); });
  return result;
}

absl::Status JudgeChange(RetryClass retry_class, absl::Status status) {
  if (status.ok() || retry_class == RetryClass::kRead || IsDefinite(status)) return status;
  return OutcomeUnknown(status);
}

}  // namespace

Client::Client(http::Sender& http, Signer& signer, asio::any_io_executor workers,
               asio::any_io_executor signing, ClientOptions options)
    : http_(http),
      signer_(signer),
      workers_(std::move(workers)),
      signing_(std::move(signing)),
      options_(std::move(options)),
      budgets_(options_.retry) {}

Call::Call(Client& client, Credential credential, std::string trace_id,
           steady_clock::time_point deadline)
    : client_(client),
      credential_(std::move(credential)),
      trace_id_(std::move(trace_id)),
      deadline_(deadline) {}

asio::awaitable<absl::StatusOr<http::Response>> Call::Attempt(const WireRequest& request,
                                                              bool repeatable) {
  ++client_.attempts_under_way_;
  const absl::Cleanup over = [this] { --client_.attempts_under_way_; };
  http::Request out;
  out.method = request.method;
  out.target = request.target;
  out.body = request.body;
  out.headers = request.headers;
  out.headers.push_back({"User-Agent", client_.options_.user_agent});
  out.headers.push_back({"X-Cloud-Trace-Context", absl::StrCat(trace_id_, "/1;o=1")});
  out.repeatable = repeatable;
  out.fairness_key = credential_.id();
  Signature signature = request.v1
                            ? client_.signer_.StartV1(credential_, request.body)
                            : client_.signer_.StartV2(credential_, http::MethodName(request.method),
                                                      request.target, request.body);
  if (signature.missing()) {
    if (client_.attempts_under_way_ > kMostSigningOnLoop) {
      const auto compute = [&signature] { signature.Compute(); };
      co_await RunOn(client_.signing_, compute);
    } else {
      signature.Compute();
    }
  }
  client_.signer_.Finish(std::move(signature), out.headers);
  if (ListReader* const reader = request.reader) {
    reader->Begin();
    out.body_sink = [reader](std::string_view piece) { reader->Write(piece); };
  }
  co_return co_await client_.http_.Send(std::move(out), deadline_);
}

asio::awaitable<absl::StatusOr<http::Response>> Call::Attempts(const WireRequest& request) {
  const RetryPolicy& policy = client_.options_.retry;
  const RetryRules& rules = policy.RulesFor(request.retry_class);
  int counted = 0;
  for (int attempt = 1;; ++attempt) {
    // The connection that it takes may turn out to be closed, which costs an attempt too.
    const bool repeatable = rules.repeats_what_was_sent && attempt < rules.max_attempts;
    auto response = co_await Attempt(request, repeatable);
    if (response.ok() ? response->sent_twice : http::WasSentTwice(response.status())) ++attempt;
    stats_.attempts += attempt - counted;
    counted = attempt;
    std::optional<milliseconds> wait;
    if (!response.ok()) {
      response = FromHttpFailure(OwnTimeoutAsUnavailable(response.status(), deadline_));
    }
    if (response.ok()) {
      if (response->status < 500) client_.last_answer_ = steady_clock::now();
      if (!IsRetryableStatus(response->status)) {
        client_.budgets_.OnSuccess(credential_.id());
        co_return response;
      }
      if (!rules.repeats_what_was_sent) co_return response;
      wait = RetryAfter(*response);
    } else {
      if (response.status().code() != absl::StatusCode::kUnavailable) co_return response;
      if (!rules.repeats_what_was_sent && http::MayHaveBeenSent(response.status())) {
        co_return OutcomeUnknown(response.status());
      }
    }
    if (!client_.budgets_.OnFailure(credential_.id()) || attempt >= rules.max_attempts) {
      co_return response;
    }
    if (!wait) wait = Backoff(policy, attempt, absl::Uniform(client_.random_, 0.0, 1.0));
    // A wait that outlasts the deadline would only hide the reason.
    if (steady_clock::now() + *wait >= deadline_) co_return response;
    if (auto status = co_await Wait(*wait); !status.ok()) co_return status;
  }
}

asio::awaitable<absl::StatusOr<http::Response>> Call::Exchange(const WireRequest& request) {
  ++stats_.calls;
  const auto start = steady_clock::now();
  if (start >= deadline_) co_return DeadlineExceeded();
  auto response = co_await Attempts(request);
  stats_.time += absl::FromChrono(steady_clock::now() - start);
  if (!response.ok() && request.retry_class != RetryClass::kRead &&
      response.status().code() != absl::StatusCode::kUnknown &&
      http::MayHaveBeenSent(response.status())) {
    co_return OutcomeUnknown(response.status());
  }
  co_return response;
}

Call::WireRequest Call::ToWire(V1Request& request) {
  boost::json::object body;
  body["query_type"] = request.query_type;
  body["query_method"] = request.query_method;
  body["values"] =
      boost::json::object{{"uid", std::move(request.uid)}, {"payload", std::move(request.payload)}};
  const bool user = request.resource.type.empty() || request.resource.name.empty();
  return {
      .v1 = true,
      .method = http::Method::kPost,
      .target = user ? "/public/user" : "/public",
      .body = boost::json::serialize(body),
      .headers = {{"Accept", "application/json"},
                  {"Content-Type", "application/json"},
                  {"ResourceType", user ? "" : std::string(request.resource.type)},
                  {"ResourceID", user ? "" : request.resource.name}},
      .retry_class = request.retry_class,
  };
}

asio::awaitable<absl::Status> Call::Fetch(V1Request request, Decoder decode) {
  const WireRequest wire = ToWire(request);
  auto response = co_await Exchange(wire);
  if (!response.ok()) co_return response.status();
  absl::Status status;
  co_await Compute(response->body.size(), [&] { status = DecodeV1(*response, request, decode); });
  co_return JudgeChange(request.retry_class, std::move(status));
}

asio::awaitable<absl::Status> Call::FetchList(V1Request request, absl::string_view name,
                                              ElementSink& sink) {
  ListReader reader(sink);
  WireRequest wire = ToWire(request);
  wire.reader = &reader;
  auto response = co_await Exchange(wire);
  if (!response.ok()) co_return response.status();
  const bool was_handed_over = response->status == 200;
  if (was_handed_over) {
    // As with an answer in one piece, what is not JSON has no other meaning.
    if (!reader.elements().status().ok()) co_return reader.elements().status();
    response->body = reader.elements().envelope();
  }
  const auto decode = [&](Json answer) {
    auto status = ForEach(answer, name, [&](Json element) {
      if (!was_handed_over) reader.Add(element);
      return absl::OkStatus();
    });
    return status.ok() ? reader.status() : status;
  };
  absl::Status status;
  co_await Compute(response->body.size(), [&] { status = DecodeV1(*response, request, decode); });
  co_return JudgeChange(request.retry_class, std::move(status));
}

asio::awaitable<absl::Status> Call::Fetch(V2Request request, Decoder decode) {
  co_return co_await FetchV2(std::move(request), &decode);
}

asio::awaitable<absl::Status> Call::Send(V2Request request) {
  co_return co_await FetchV2(std::move(request), nullptr);
}

asio::awaitable<absl::Status> Call::FetchV2(V2Request request, const Decoder* decode) {
  WireRequest wire{.method = request.method,
                   .target = std::move(request.target),
                   .retry_class = request.retry_class};
  if (request.body) {
    wire.body = boost::json::serialize(*request.body);
    wire.headers.push_back({"Content-Type", "application/json"});
  }
  auto response = co_await Exchange(wire);
  if (!response.ok()) co_return response.status();
  absl::Status status;
  co_await Compute(response->body.size(),
                   [&] { status = DecodeV2(*response, request.resource, decode); });
  co_return JudgeChange(request.retry_class, std::move(status));
}

asio::awaitable<absl::Status> Call::Wait(milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return error ? Cancelled() : absl::OkStatus();
}

asio::awaitable<void> Call::Compute(size_t bytes, absl::FunctionRef<void()> work) {
  if (bytes <= client_.options_.off_loop_bytes) {
    work();
    co_return;
  }
  co_await RunOn(client_.workers_, work);
}

}  // namespace gateway::encord
