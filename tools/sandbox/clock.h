#ifndef TOOLS_SANDBOX_CLOCK_H_
#define TOOLS_SANDBOX_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace sandbox {

// Where the emulator takes the time from.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() = 0;
};

class SystemClock : public Clock {
 public:
  absl::Time Now() override { return absl::Now(); }
};

// Stands still until it is moved; for tests.
class ManualClock : public Clock {
 public:
  explicit ManualClock(absl::Time now) : now_(now) {}
  absl::Time Now() override { return now_; }
  void Advance(absl::Duration duration) { now_ += duration; }
  void Set(absl::Time now) { now_ = now; }

 private:
  absl::Time now_;
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_CLOCK_H_
