// What the thread sanitizer must know about every program here.

extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_suppressions();

const char* __tsan_default_options() {
  // Debian's libraries are not instrumented: the sanitizer sees the memory that they touch through
  // libc, but not the atomics by which their threads agree on it.
  return "ignore_noninstrumented_modules=1:halt_on_error=1:second_deadlock_stack=1";
}

const char* __tsan_default_suppressions() {
  // gRPC and Abseil hand work from thread to thread by such atomics, so that what happens before
  // and after in our own callbacks looks unordered.
  return "called_from_lib:libgrpc.so\n"
         "called_from_lib:libgrpc++.so\n"
         "called_from_lib:libabsl_synchronization.so\n";
}
