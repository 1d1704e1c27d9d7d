// From gRPC's callback API to coroutines on the event loop, and back.

#ifndef SERVER_RPC_RPC_REACTOR_H_
#define SERVER_RPC_RPC_REACTOR_H_

#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "server/actions/call_context.h"
#include "server/encord/client.h"
#include "server/encord/credential.h"
#include "server/rpc/access_log.h"
#include "server/rpc/status.h"

namespace gateway::rpc {

// What all calls share.
struct CallEnvironment {
  // Run by one thread, where every handler runs; until the gRPC server is shut down and every call
  // is over.
  boost::asio::io_context& loop;
  encord::Client& client;
  const actions::Options& options;
  // For calls that bring no credential of their own.
  std::optional<encord::Credential> server_credential;
  const AccessLog& access_log;
  // New calls are refused with UNAVAILABLE.
  std::atomic<bool> draining{false};
};

// The state of one call, whatever its kind: what the caller sent beside the request, what becomes
// of the handler's result, and what the log says.
class CallState {
 public:
  CallState(CallEnvironment& environment, grpc::CallbackServerContext& context,
            std::string_view method);

  // Whether the call may begin, and what is wrong with it otherwise.
  const absl::Status& admission() const { return admission_; }

  // Only of a call that is admitted.
  actions::CallContext handler_context() { return {*encord_call_, environment_.options}; }

  // Tells the handler that nobody waits for it any more.
  void Cancel();
  boost::asio::cancellation_slot cancellation_slot() { return cancellation_.slot(); }

  // What the caller gets if the handler ends like this. What a handler throws is a bug and goes to
  // the log; of a cancelled call, an error is CANCELLED or DEADLINE_EXCEEDED.
  grpc::Status Conclude(std::exception_ptr exception, const absl::Status& result);

  // Writes the log's line about the call.
  void Log() const;

 private:
  CallEnvironment& environment_;
  grpc::CallbackServerContext& context_;
  const std::string_view method_;
  const std::chrono::steady_clock::time_point start_;
  const std::string trace_id_;
  std::chrono::steady_clock::time_point deadline_;
  absl::Status admission_;
  std::optional<encord::Call> encord_call_;
  boost::asio::cancellation_signal cancellation_;
  bool cancelled_ = false;
  grpc::StatusCode code_ = grpc::StatusCode::OK;
};

// A message as the bytes that gRPC sends. INTERNAL if it is too large for that.
template <class Message>
absl::Status Serialize(const Message& message, grpc::ByteBuffer& bytes) {
  bytes.Clear();
  bool own_buffer;
  if (grpc::SerializationTraits<Message>::Serialize(message, &bytes, &own_buffer).ok()) {
    return absl::OkStatus();
  }
  return absl::InternalError("the response cannot be serialized");
}

// What a unary and a streaming reactor have in common; `Reactor` is the class of gRPC that has
// Finish. Messages pass through gRPC as bytes, because it would answer a request that it cannot
// parse with UNIMPLEMENTED. A call takes one hop from gRPC's thread to the loop, and finishes from
// there.
//
// It lives until gRPC is done with it (OnDone) and, if the call was cancelled, the loop has seen
// the cancellation, whichever comes later.
template <class Reactor>
class RpcReactor : public Reactor {
 protected:
  RpcReactor(CallEnvironment& environment, grpc::CallbackServerContext& context,
             std::string_view method)
      : environment_(environment), state_(environment, context, method) {}

  // Parses `bytes` into `request`, then runs `handler`, which takes a CallContext& and returns
  // awaitable<absl::Status>, on the loop, and finishes the call with its result; finishes it at
  // once if it is not admitted or is no such request. To be called once, at the end of the
  // constructor.
  template <class Request, class Handler>
  void Start(grpc::ByteBuffer bytes, Request& request, Handler handler) {
    absl::Status refusal = state_.admission();
    if (refusal.ok() && !grpc::SerializationTraits<Request>::Deserialize(&bytes, &request).ok()) {
      refusal = MalformedRequestError(Request::descriptor()->full_name());
    }
    if (!refusal.ok()) {
      this->Finish(state_.Conclude(nullptr, refusal));
      return;
    }
    boost::asio::post(environment_.loop, [this, handler = std::move(handler)] {
      context_.emplace(state_.handler_context());
      boost::asio::co_spawn(environment_.loop, handler(*context_),
                            boost::asio::bind_cancellation_slot(
                                state_.cancellation_slot(),
                                [this](std::exception_ptr exception, absl::Status result) {
                                  this->Finish(state_.Conclude(std::move(exception), result));
                                }));
    });
  }

  boost::asio::io_context& loop() { return environment_.loop; }

 private:
  // Lets gRPC run OnCancel and OnDone, which do not block, where it notices the occasion, instead
  // of on a thread that has to be woken for it.
  bool InternalInlineable() final { return true; }

  void OnCancel() final {
    references_.fetch_add(1, std::memory_order_relaxed);
    boost::asio::post(environment_.loop, [this] {
      state_.Cancel();
      Release();
    });
  }

  void OnDone() final {
    state_.Log();
    Release();
  }

  void Release() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  CallEnvironment& environment_;
  CallState state_;
  std::optional<actions::CallContext> context_;
  std::atomic<int> references_{1};
};

}  // namespace gateway::rpc

#endif  // SERVER_RPC_RPC_REACTOR_H_
