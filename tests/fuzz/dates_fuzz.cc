// Dates of Encord, as text and as numbers, and the times of its Retry-After header.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "server/encord/dates.h"
#include "server/encord/retry.h"
#include "tests/fuzz/check.h"

namespace gateway::encord {
namespace {

void CheckDate(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  SetTimestamp(time, &timestamp);
  FUZZ_CHECK(timestamp.seconds() >= -62135596800 && timestamp.seconds() <= 253402300799);
  FUZZ_CHECK(timestamp.nanos() >= 0 && timestamp.nanos() < 1'000'000'000);
  FUZZ_CHECK(ToTime(timestamp) <= time && time - ToTime(timestamp) < absl::Nanoseconds(1));

  // What is written to Encord reads back, to the microsecond that Python knows.
  for (const std::string& text : {FormatDate(time), FormatDateZ(time)}) {
    const auto read = ParseDate(text);
    FUZZ_CHECK(read.has_value());
    FUZZ_CHECK(*read <= time && time - *read < absl::Microseconds(1));
  }
}

}  // namespace
}  // namespace gateway::encord

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway::encord;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto time = ParseDate(text)) CheckDate(*time);
  if (double number; size >= sizeof number) {
    std::memcpy(&number, data, sizeof number);
    if (const auto time = DateFromNumber(number)) CheckDate(*time);
  }
  const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  if (const auto wait = ParseRetryAfter(text, now)) {
    FUZZ_CHECK(wait->count() >= 0 && *wait <= std::chrono::hours(24 * 365));
  }
  return 0;
}
