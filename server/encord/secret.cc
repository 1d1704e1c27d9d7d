#include "server/encord/secret.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace gateway::encord {

Secret::Secret(std::size_t size) : size_(size) {
  if (sodium_init() < 0) std::abort();
  data_ = static_cast<char*>(sodium_malloc(std::max<std::size_t>(size, 1)));
  if (data_ == nullptr) std::abort();
  sodium_memzero(data_, size);
}

Secret Secret::Copy(std::string_view bytes) {
  Secret copy(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.data_);
  return copy;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

// sodium_free overwrites the memory.
Secret::~Secret() { sodium_free(data_); }

void Secret::Truncate(std::size_t size) {
  sodium_memzero(data_ + size, size_ - size);
  size_ = size;
}

}  // namespace gateway::encord
