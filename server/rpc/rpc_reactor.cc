#include "server/rpc/rpc_reactor.h"

#include <spdlog/spdlog.h>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "absl/status/statusor.h"
#include "server/rpc/call_metadata.h"
#include "server/rpc/status.h"

namespace gateway::rpc {
namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

// gRPC keeps deadlines by the system's clock.
steady_clock::time_point SteadyDeadline(const grpc::CallbackServerContext& context,
                                        steady_clock::time_point now) {
  const system_clock::time_point deadline = context.deadline();
  if (deadline == system_clock::time_point::max()) return steady_clock::time_point::max();
  return now + (deadline - system_clock::now());
}

}  // namespace

CallState::CallState(CallEnvironment& environment, grpc::CallbackServerContext& context,
                     std::string_view method)
    : environment_(environment),
      context_(context),
      method_(method),
      start_(steady_clock::now()),
      trace_id_(TraceIdOf(context.client_metadata())),
      deadline_(SteadyDeadline(context, start_)) {
  context.AddTrailingMetadata("x-cloud-trace-context", trace_id_);
  if (environment.draining.load(std::memory_order_relaxed)) {
    admission_ = DrainingError();
    return;
  }
  absl::StatusOr<encord::Credential> credential =
      CredentialOf(context.client_metadata(), environment.server_credential);
  if (!credential.ok()) {
    admission_ = credential.status();
    return;
  }
  encord_call_.emplace(environment.client, *std::move(credential), trace_id_, deadline_);
}

void CallState::Cancel() {
  cancelled_ = true;
  cancellation_.emit(boost::asio::cancellation_type::terminal);
}

grpc::Status CallState::Conclude(std::exception_ptr exception, const absl::Status& result) {
  absl::Status status = result;
  if (exception != nullptr) {
    status = absl::InternalError("exception");
    try {
      std::rethrow_exception(exception);
    } catch (const boost::system::system_error& error) {
      // Asio's way to leave a coroutine that is cancelled.
      if (!cancelled_ || error.code() != boost::asio::error::operation_aborted) {
        spdlog::error("{} threw {}, trace_id={}", method_, error.what(), trace_id_);
      }
    } catch (const std::exception& error) {
      spdlog::error("{} threw {}, trace_id={}", method_, error.what(), trace_id_);
    } catch (...) {
      spdlog::error("{} threw something unknown, trace_id={}", method_, trace_id_);
    }
  }
  if (cancelled_ && !status.ok()) {
    // Clients round the timeout that they send up by as much as one per cent, and so give up a
    // little before the deadline that arrives here.
    const auto rounding = (deadline_ - start_) / 100 + std::chrono::milliseconds(20);
    status = steady_clock::now() >= deadline_ - rounding
                 ? absl::DeadlineExceededError("the call's deadline passed")
                 : absl::CancelledError("the caller cancelled the call");
  }
  grpc::Status concluded = ToGrpcStatus(status, trace_id_);
  code_ = concluded.error_code();
  return concluded;
}

void CallState::Log() const {
  if (!environment_.access_log.enabled()) return;
  CallRecord record;
  record.method = method_;
  record.code = code_;
  record.duration = steady_clock::now() - start_;
  if (encord_call_) record.upstream = encord_call_->stats();
  record.trace_id = trace_id_;
  environment_.access_log.Write(record, context_.peer());
}

}  // namespace gateway::rpc
