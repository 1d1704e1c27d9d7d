// Stands in for libFuzzer where it only has to feed files: every argument is one. Those of ordinary
// size are also cut off at a few places, as an answer may be.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

// In a block of just this size, so that a sanitizer sees every read past the end.
void Feed(const std::vector<std::uint8_t>& bytes, std::size_t size) {
  const std::vector<std::uint8_t> input(bytes.begin(), bytes.begin() + static_cast<long>(size));
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t kCuts = 7;
  constexpr std::size_t kOrdinarySize = 64 * 1024;
  if (argc < 2) {
    std::fprintf(stderr, "no corpus\n");
    return 1;
  }
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(file), {});
    if (!file) {
      std::fprintf(stderr, "cannot read %s\n", argv[i]);
      return 1;
    }
    std::fprintf(stderr, "%s\n", argv[i]);
    Feed(bytes, bytes.size());
    if (bytes.size() > kOrdinarySize) continue;
    for (std::size_t cut = 0; cut < kCuts; ++cut) Feed(bytes, bytes.size() * cut / kCuts);
  }
}
