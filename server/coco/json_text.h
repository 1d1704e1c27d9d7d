#ifndef SERVER_COCO_JSON_TEXT_H_
#define SERVER_COCO_JSON_TEXT_H_

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "server/coco/decimal.h"

namespace gateway::coco {

// JSON text that is put together from small pieces. Unlike a std::string it has no need to fill
// memory before it is written to, and keeps it when it is emptied.
class JsonText {
 public:
  void Clear() { size_ = 0; }

  std::string_view view() const { return {memory_.get(), size_}; }

  // Appends what is JSON already.
  void Raw(std::string_view json) {
    std::memcpy(Room(json.size()), json.data(), json.size());
    size_ += json.size();
  }

  // Appends the string `text`, which is UTF-8.
  void String(std::string_view text);

  // Appends a finite number, as the shortest text that reads back to it.
  void Number(double number) {
    char* begin = Room(kMaxDecimal);
    size_ += static_cast<size_t>(WriteShortest(number, begin) - begin);
  }

  void Number(std::integral auto number) {
    char* begin = Room(kMaxDecimal);
    size_ += static_cast<size_t>(std::to_chars(begin, begin + kMaxDecimal, number).ptr - begin);
  }

  void Bool(bool value) { Raw(value ? "true" : "false"); }

  // Appends a list of numbers.
  template <typename Value>
  void Numbers(std::span<const Value> numbers) {
    Raw("[");
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (i > 0) Raw(",");
      Number(numbers[i]);
    }
    Raw("]");
  }

 private:
  // Where so many bytes can be written.
  char* Room(size_t bytes) {
    if (capacity_ - size_ <= bytes) Grow(bytes);
    return memory_.get() + size_;
  }

  void Grow(size_t bytes);

  std::unique_ptr<char[]> memory_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_JSON_TEXT_H_
