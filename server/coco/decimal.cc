#include "server/coco/decimal.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace gateway::coco {
namespace {

using uint128 = unsigned __int128;

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
  const int64_t scaled = static_cast<int64_t>(value * kScale + 0.5);
  if (static_cast<double>(scaled) / kScale != value) return nullptr;
  const uint32_t whole = static_cast<uint32_t>(scaled / kScale);
  uint32_t decimals = static_cast<uint32_t>(scaled % kScale);
  // Where zeros at the end make an exponent shorter.
  if (decimals == 0 && whole >= 100'000) return nullptr;
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

// Writes `value`, in [kBegin, kEnd), or returns null where it takes more than what is done here.
// `value` is no whole number.
char* WriteManyDecimals(double value, char* out) {
  // value = mantissa / 2^shift
  const uint64_t bits = std::bit_cast<uint64_t>(value);
  constexpr uint64_t kHiddenBit = uint64_t{1} << 52;
  const uint64_t mantissa = (bits & (kHiddenBit - 1)) | kHiddenBit;
  const int shift = 1075 - static_cast<int>(bits >> 52);
  // The double below a power of two is nearer than the one above.
  if (mantissa == kHiddenBit) return nullptr;

  // value * 10^decimals = whole + rest / 2^shift, where `whole` has 17 digits, as many as are
  // always enough. Zeros behind the decimal point do not count.
  int point = CountDigits(static_cast<uint32_t>(value));
  if (value < 0.1) point = value < 0.01 ? -2 : -1;
  const int decimals = 17 - point;
  const uint128 scaled = uint128{mantissa} * kPowersOf10[decimals];
  const uint64_t whole = static_cast<uint64_t>(scaled >> shift);
  const uint64_t rest = static_cast<uint64_t>(scaled) & ((uint64_t{1} << shift) - 1);
  // Decimals nearer than this read back to `value`: half the distance of two doubles.
  const uint64_t nearer = kPowersOf10[decimals] / 2;

  // The nearest decimal of 17 digits, then of ever fewer, until it does not read back any more.
  uint64_t shortest = 0;
  int digits = 17;
  for (int dropped = 0;; ++dropped) {
    const uint64_t unit = kPowersOf10[dropped];
    const uint64_t quotient = whole / unit;
    const uint128 below = (uint128{whole - quotient * unit} << shift) + rest;
    const uint128 above = (uint128{unit} << shift) - below;
    const uint128 distance = below < above ? below : above;
    // Ties are left to those who know how they are broken.
    if (below == above || distance == nearer) return nullptr;
    if (distance > nearer) break;
    shortest = quotient + (below < above ? 0 : 1);
    digits = 17 - dropped;
  }
  if (shortest >= kPowersOf10[digits]) return nullptr;

  if (point <= 0) {
    std::memcpy(out, "0.00", 4);
    out += 2 - point;
  } else {
    // Digits before the point move back over its place.
    ++out;
  }
  const uint64_t high = shortest / 100'000'000;
  char* end = out + digits;
  if (digits > 8) {
    if (digits > 16) {
      WriteDigits(static_cast<uint32_t>(high / 100'000'000), digits - 16, out);
      WriteDigits(static_cast<uint32_t>(high % 100'000'000), 8, end - 16);
    } else {
      WriteDigits(static_cast<uint32_t>(high), digits - 8, out);
    }
    WriteDigits(static_cast<uint32_t>(shortest % 100'000'000), 8, end - 8);
  } else {
    WriteDigits(static_cast<uint32_t>(shortest), digits, out);
  }
  if (point > 0) {
    // There are decimals, or the value would be whole.
    std::memmove(out - 1, out, static_cast<size_t>(point));
    out[point - 1] = '.';
  }
  return end;
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
    char* end = WriteFewDecimals(magnitude, begin);
    if (end == nullptr && magnitude != std::floor(magnitude)) {
      end = WriteManyDecimals(magnitude, begin);
    }
    if (end != nullptr) return end;
  }
  return std::to_chars(out, out + kMaxDecimal, value).ptr;
}

}  // namespace gateway::coco
