// Memory for keys and passphrases.

#ifndef SERVER_ENCORD_SECRET_H_
#define SERVER_ENCORD_SECRET_H_

#include <cstddef>
#include <string_view>

namespace gateway::encord {

// Bytes that are locked into memory where the system allows it, left out of core dumps, and
// overwritten when they are freed. Moved, never copied silently. Allocation failure ends the
// process.
class Secret {
 public:
  Secret() = default;

  // `size` bytes, all zero.
  explicit Secret(std::size_t size);

  // A copy of `bytes`; the caller wipes the original.
  static Secret Copy(std::string_view bytes);

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  char* data() { return data_; }
  unsigned char* bytes() { return reinterpret_cast<unsigned char*>(data_); }
  const unsigned char* bytes() const { return reinterpret_cast<const unsigned char*>(data_); }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {data_, size_}; }

  // Forgets all but the first `size` bytes; `size` must not exceed size().
  void Truncate(std::size_t size);

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_SECRET_H_
