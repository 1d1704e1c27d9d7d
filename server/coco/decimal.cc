#include "server/coco/decimal.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace gateway::coco {
namespace {

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
  out = std::to_chars(out, out + kMaxDecimal, scaled / kScale).ptr;
  const int64_t decimals = scaled % kScale;
  if (decimals == 0) return out;
  // A digit before them keeps their zeros.
  constexpr int kDecimals = 8;
  std::array<char, 1 + kDecimals> digits;
  std::to_chars(digits.begin(), digits.end(), kScale + decimals);
  *out++ = '.';
  std::memcpy(out, digits.data() + 1, kDecimals);
  out += kDecimals;
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
