// Loaded into h2load by LD_PRELOAD: its request bodies, which it reads from one file, come to end
// in ten digits that differ from request to request.

#include <dlfcn.h>
#include <sys/types.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

extern "C" ssize_t pread(int fd, void* buffer, std::size_t size, off_t offset) {
  using Pread = ssize_t (*)(int, void*, std::size_t, off_t);
  static const auto read_file = reinterpret_cast<Pread>(dlsym(RTLD_NEXT, "pread"));
  static std::uint64_t count = 0;
  constexpr std::ptrdiff_t kDigits = 10;

  const ssize_t read = read_file(fd, buffer, size, offset);
  if (read < kDigits) return read;
  std::uint64_t rest = ++count;
  const auto end = std::make_reverse_iterator(static_cast<char*>(buffer) + read);
  std::generate_n(end, kDigits, [&rest] {
    const char digit = static_cast<char>('0' + rest % 10);
    rest /= 10;
    return digit;
  });
  return read;
}
