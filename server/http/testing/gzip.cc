#include "server/http/testing/gzip.h"

#include <zlib.h>

#include <cstdlib>

namespace gateway::http::testing {

std::string Gzip(std::string_view content) {
  constexpr int kWindowAndGzip = 15 + 16;
  constexpr int kDefaultMemory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowAndGzip, kDefaultMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    std::abort();
  }
  std::string result(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = content.size();
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = result.size();
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

}  // namespace gateway::http::testing
