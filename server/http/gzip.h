// Incremental decoding of gzip content.

#ifndef SERVER_HTTP_GZIP_H_
#define SERVER_HTTP_GZIP_H_

#include <zlib.h>

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace gateway::http {

// Decodes one gzip stream (RFC 1952, of one or more members) that arrives in pieces.
class GzipDecoder {
 public:
  // `limit`: the most bytes that the decoded content may have.
  explicit GzipDecoder(std::size_t limit);
  ~GzipDecoder();
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  // Decodes the next piece and appends it to `output`, which starts empty and must not be changed
  // in between. Errors: RESOURCE_EXHAUSTED past the limit, UNAVAILABLE for corrupt content. No call
  // may follow an error.
  absl::Status Decode(absl::string_view piece, std::string& output);

  // Decodes the next piece and hands the content to `sink`, at most 64 KiB at a time. Errors as
  // above. A stream is decoded by one of the two.
  absl::Status Decode(absl::string_view piece, absl::FunctionRef<void(absl::string_view)> sink);

  // Call after the last piece. UNAVAILABLE if the stream is not complete. Content of no bytes at
  // all counts as complete.
  absl::Status Finish() const;

 private:
  // Decodes into what `room` offers, again and again; `take` hears how many bytes are there now.
  absl::Status Decode(absl::string_view piece, absl::FunctionRef<absl::Span<char>()> room,
                      absl::FunctionRef<void(std::size_t)> take);

  const std::size_t limit_;
  std::size_t decoded_ = 0;  // bytes in all
  std::string window_;       // for a sink
  z_stream stream_{};
  bool in_member_ = false;
};

}  // namespace gateway::http

#endif  // SERVER_HTTP_GZIP_H_
