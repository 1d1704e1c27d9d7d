#include "server/coco/json_text.h"

#include <algorithm>
#include <cstdint>

namespace gateway::coco {
namespace {

// Most characters of an escaped one: \u001f.
constexpr size_t kMaxEscape = 6;

bool NeedsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// Whether any of eight characters does. Each term sets the high bit of a byte, and of none if no
// byte is meant: of a zero after the subtraction, or of one less than a space.
bool AnyNeedsEscape(uint64_t characters) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighBits = kOnes << 7;
  const uint64_t quote = characters ^ kOnes * '"';
  const uint64_t backslash = characters ^ kOnes * '\\';
  return ((((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash) |
           ((characters - kOnes * 0x20) & ~characters)) &
          kHighBits) != 0;
}

char* WriteEscape(char c, char* out) {
  constexpr char kHex[] = "0123456789abcdef";
  *out++ = '\\';
  switch (c) {
    case '"':
    case '\\':
      *out++ = c;
      break;
    case '\n':
      *out++ = 'n';
      break;
    case '\t':
      *out++ = 't';
      break;
    default:
      out[0] = 'u';
      out[1] = out[2] = '0';
      out[3] = kHex[c >> 4];
      out[4] = kHex[c & 15];
      out += 5;
  }
  return out;
}

}  // namespace

void JsonText::String(std::string_view text) {
  char* const begin = Room(kMaxEscape * text.size() + 2);
  char* out = begin;
  *out++ = '"';
  for (size_t i = 0; i < text.size();) {
    uint64_t characters;
    if (text.size() - i >= sizeof(characters)) {
      std::memcpy(&characters, &text[i], sizeof(characters));
      if (!AnyNeedsEscape(characters)) {
        std::memcpy(out, &characters, sizeof(characters));
        out += sizeof(characters);
        i += sizeof(characters);
        continue;
      }
    }
    const size_t end = std::min(i + sizeof(characters), text.size());
    for (; i < end; ++i) {
      if (NeedsEscape(text[i])) {
        out = WriteEscape(text[i], out);
      } else {
        *out++ = text[i];
      }
    }
  }
  *out++ = '"';
  size_ += static_cast<size_t>(out - begin);
}

void JsonText::Grow(size_t bytes) {
  const size_t capacity = std::max({size_ + bytes, 2 * capacity_, size_t{4096}});
  std::unique_ptr<char[]> memory(new char[capacity]);
  if (size_ > 0) std::memcpy(memory.get(), memory_.get(), size_);
  memory_ = std::move(memory);
  capacity_ = capacity;
}

}  // namespace gateway::coco
