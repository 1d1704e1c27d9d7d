#include "server/coco/decimal.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace gateway::coco {
namespace {

constexpr std::array<uint64_t, 20> kPowersOf10 = [] {
  std::array<uint64_t, 20> powers{};
  uint64_t power = 1;
  for (uint64_t& each : powers) {
    each = power;
    power *= 10;
  }
  return powers;
}();

// "00" to "99".
constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs{};
  for (int i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// Writes the lowest `count` digits of `value`, zeros included.
void WriteDigits(uint32_t value, int count, char* out) {
  for (; count >= 2; count -= 2) {
    std::memcpy(out + count - 2, &kPairs[value % 100 * 2], 2);
    value /= 100;
  }
  if (count == 1) out[0] = static_cast<char>('0' + value % 10);
}

// How many digits `value`, less than 10^8, has; none if it is 0.
int CountDigits(uint32_t value) {
  int count = 0;
  while (value >= kPowersOf10[count]) ++count;
  return count;
}

// Values of at least this much, and less than kEnd, are written without an exponent by all, and
// their products below fit their types.
constexpr double kBegin = 0.001;
constexpr double kEnd = 1e7;

// Writes `value`, in [kBegin, kEnd), if it has at most eight decimals; otherwise returns null.
char* WriteFewDecimals(double value, char* out) {
  constexpr int64_t kScale = 100'000'000;
  // No two decimals of 15 digits are the same double. So one that reads back to `value` is the
  // shortest, apart from zeros at its end. The division is exact but for its one rounding, like
  // reading.
  // A wrong rounding only fails the comparison.
  // NOLINTNEXTLINE(bugprone-incorrect-roundings)
  const int64_t scaled = static_cast<int64_t>(value * kScale + 0.5);
  if (static_cast<double>(scaled) / kScale != value) return nullptr;
  const uint32_t whole = static_cast<uint32_t>(scaled / kScale);
  uint32_t decimals = static_cast<uint32_t>(scaled % kScale);
  const int digits = CountDigits(whole);
  if (digits == 0) {
    *out++ = '0';
  } else {
    WriteDigits(whole, digits, out);
    out += digits;
  }
  if (decimals == 0) return out;
  *out++ = '.';
  int count = 8;
  if (decimals % 10'000 == 0) {
    decimals /= 10'000;
    count = 4;
  }
  WriteDigits(decimals, count, out);
  out += count;
  while (out[-1] == '0') --out;
  return out;
}

}  // namespace

char* WriteShortest(double value, char* out) {
  if (value == 0 && !std::signbit(value)) {
    *out++ = '0';
    return out;
  }
  const double magnitude = std::abs(value);
  if (magnitude >= kBegin && magnitude < kEnd) {
    char* begin = out;
    if (value < 0) *begin++ = '-';
    if (char* const end = WriteFewDecimals(magnitude, begin)) return end;
  }
  return fmt::format_to(out, FMT_COMPILE("{}"), value);
}

}  // namespace gateway::coco
