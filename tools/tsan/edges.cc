// Debian's gRPC and Abseil are not instrumented: the thread sanitizer sees neither their locks nor
// the atomics by which gRPC hands a batch of operations from thread to thread, and would take what
// our own code does before and after for unordered. Here the functions that their libraries call
// through the dynamic linker are replaced by such as tell it, and then do what they always do.

#include <dlfcn.h>
#include <grpc/grpc.h>
#include <grpcpp/support/callback_common.h>
#include <grpcpp/support/server_callback.h>
#include <sanitizer/tsan_interface.h>

#include <atomic>

#include "absl/synchronization/mutex.h"

#define ABSL_SYMBOL(name) "_ZN4absl7debian3" name

namespace {

// The next definition of `symbol`, which is the library's.
template <class Function>
Function* Original(const char* symbol) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, symbol));
}

// A batch of operations happens before what is called when it is done.

// One for all calls: what is ordered by gRPC for whatever reason counts as ordered.
char batches;

}  // namespace

extern "C" grpc_call_error grpc_call_start_batch(grpc_call* call, const grpc_op* ops, size_t size,
                                                 void* tag, void* reserved) {
  static const auto original = Original<decltype(grpc_call_start_batch)>("grpc_call_start_batch");
  __tsan_release(&batches);
  return original(call, ops, size, tag, reserved);
}

extern "C" grpc_event grpc_completion_queue_next(grpc_completion_queue* queue,
                                                 gpr_timespec deadline, void* reserved) {
  static const auto original =
      Original<decltype(grpc_completion_queue_next)>("grpc_completion_queue_next");
  const grpc_event event = original(queue, deadline, reserved);
  __tsan_acquire(&batches);
  return event;
}

extern "C" grpc_event grpc_completion_queue_pluck(grpc_completion_queue* queue, void* tag,
                                                  gpr_timespec deadline, void* reserved) {
  static const auto original =
      Original<decltype(grpc_completion_queue_pluck)>("grpc_completion_queue_pluck");
  const grpc_event event = original(queue, tag, deadline, reserved);
  __tsan_acquire(&batches);
  return event;
}

namespace {

// Gives the name of a private member to a function of ours.
template <class Tag, void (Tag::*run)(bool)>
struct Expose {
  friend void Run(Tag* tag, bool ok) { (tag->*run)(ok); }
};
using grpc::internal::CallbackWithStatusTag;
using grpc::internal::CallbackWithSuccessTag;
void Run(CallbackWithStatusTag* tag, bool ok);
void Run(CallbackWithSuccessTag* tag, bool ok);
template struct Expose<CallbackWithStatusTag, &CallbackWithStatusTag::Run>;
template struct Expose<CallbackWithSuccessTag, &CallbackWithSuccessTag::Run>;

}  // namespace

#define TAG_SYMBOL(name) "_ZN4grpc8internal" name "9StaticRunEP29grpc_completion_queue_functori"

// In place of the inline functions of these names.
void RunStatusTag(grpc_completion_queue_functor* tag,
                  int ok) asm(TAG_SYMBOL("21CallbackWithStatusTag"));
void RunStatusTag(grpc_completion_queue_functor* tag, int ok) {
  __tsan_acquire(&batches);
  Run(static_cast<CallbackWithStatusTag*>(tag), ok != 0);
}

void RunSuccessTag(grpc_completion_queue_functor* tag,
                   int ok) asm(TAG_SYMBOL("22CallbackWithSuccessTag"));
void RunSuccessTag(grpc_completion_queue_functor* tag, int ok) {
  __tsan_acquire(&batches);
  Run(static_cast<CallbackWithSuccessTag*>(tag), ok != 0);
}

// Whoever gave up a reference of a call did so before its last reactions.

namespace {

using grpc::internal::ServerCallbackCall;

template <std::atomic_int ServerCallbackCall::*conditions,
          std::atomic_int ServerCallbackCall::*references>
struct ExposeCounters {
  friend void AcquireCounters(ServerCallbackCall* call) {
    __tsan_acquire(&(call->*conditions));
    __tsan_acquire(&(call->*references));
  }
};
void AcquireCounters(ServerCallbackCall* call);
template struct ExposeCounters<&ServerCallbackCall::on_cancel_conditions_remaining_,
                               &ServerCallbackCall::callbacks_outstanding_>;

}  // namespace

namespace grpc::internal {

// The library may be the one that takes the last reference.
void ServerCallbackCall::ScheduleOnDone(bool inline_ondone) {
  static const auto original = Original<void(ServerCallbackCall*, bool)>(
      "_ZN4grpc8internal18ServerCallbackCall14ScheduleOnDoneEb");
  AcquireCounters(this);
  original(this, inline_ondone);
}

void ServerCallbackCall::CallOnCancel(ServerReactor* reactor) {
  static const auto original = Original<void(ServerCallbackCall*, ServerReactor*)>(
      "_ZN4grpc8internal18ServerCallbackCall12CallOnCancelEPNS0_13ServerReactorE");
  AcquireCounters(this);
  original(this, reactor);
}

}  // namespace grpc::internal

// Locks.

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  static const auto original = Original<void(Mutex*)>(ABSL_SYMBOL("5Mutex4LockEv"));
  original(this);
  __tsan_acquire(this);
}

bool Mutex::TryLock() {
  static const auto original = Original<bool(Mutex*)>(ABSL_SYMBOL("5Mutex7TryLockEv"));
  const bool locked = original(this);
  if (locked) __tsan_acquire(this);
  return locked;
}

void Mutex::Unlock() {
  static const auto original = Original<void(Mutex*)>(ABSL_SYMBOL("5Mutex6UnlockEv"));
  __tsan_release(this);
  original(this);
}

void CondVar::Wait(Mutex* mutex) {
  static const auto original =
      Original<void(CondVar*, Mutex*)>(ABSL_SYMBOL("7CondVar4WaitEPNS0_5MutexE"));
  __tsan_release(mutex);
  original(this, mutex);
  __tsan_acquire(mutex);
}

bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  static const auto original = Original<bool(CondVar*, Mutex*, Duration)>(
      ABSL_SYMBOL("7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE"));
  __tsan_release(mutex);
  const bool timed_out = original(this, mutex, timeout);
  __tsan_acquire(mutex);
  return timed_out;
}

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  static const auto original = Original<bool(CondVar*, Mutex*, Time)>(
      ABSL_SYMBOL("7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE"));
  __tsan_release(mutex);
  const bool timed_out = original(this, mutex, deadline);
  __tsan_acquire(mutex);
  return timed_out;
}

ABSL_NAMESPACE_END
}  // namespace absl
