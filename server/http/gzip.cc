#include "server/http/gzip.h"

#include <algorithm>
#include <new>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace gateway::http {
namespace {

constexpr int kLargestWindow = 15;
constexpr int kGzipOnly = 16;

constexpr std::size_t kFirstOutput = 4096;
constexpr std::size_t kMostGrowth = std::size_t{64} << 20;
constexpr std::size_t kWindow = std::size_t{64} << 10;

}  // namespace

GzipDecoder::GzipDecoder(std::size_t limit) : limit_(limit) {
  if (inflateInit2(&stream_, kLargestWindow + kGzipOnly) != Z_OK) throw std::bad_alloc();
}

GzipDecoder::~GzipDecoder() { inflateEnd(&stream_); }

absl::Status GzipDecoder::Decode(absl::string_view piece, std::string& output) {
  std::size_t size = output.size();
  const auto room = [&] {
    if (size == output.size()) {
      // One byte above the limit tells content that is too large from content that just fits.
      output.resize(std::min({limit_ + 1, std::max(kFirstOutput, 2 * size), size + kMostGrowth}));
    }
    return absl::MakeSpan(output.data() + size, output.size() - size);
  };
  const auto take = [&](std::size_t count) { size += count; };
  absl::Status status = Decode(piece, room, take);
  output.resize(size);
  return status;
}

absl::Status GzipDecoder::Decode(absl::string_view piece,
                                 absl::FunctionRef<void(absl::string_view)> sink) {
  window_.resize(kWindow);
  const auto room = [this] { return absl::MakeSpan(window_.data(), window_.size()); };
  const auto take = [&](std::size_t count) {
    if (count > 0) sink(absl::string_view(window_.data(), count));
  };
  return Decode(piece, room, take);
}

absl::Status GzipDecoder::Decode(absl::string_view piece,
                                 absl::FunctionRef<absl::Span<char>()> room,
                                 absl::FunctionRef<void(std::size_t)> take) {
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
  stream_.avail_in = static_cast<uInt>(piece.size());
  for (;;) {
    if (!in_member_) {
      if (stream_.avail_in == 0) break;
      inflateReset(&stream_);
      in_member_ = true;
    }
    const absl::Span<char> space = room();
    stream_.next_out = reinterpret_cast<Bytef*>(space.data());
    stream_.avail_out = static_cast<uInt>(space.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    const std::size_t count = space.size() - stream_.avail_out;
    decoded_ += count;
    if (decoded_ > limit_) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the answer's decoded body is larger than ", limit_, " bytes"));
    }
    take(count);
    if (result == Z_STREAM_END) {
      in_member_ = false;
    } else if (result == Z_BUF_ERROR || (result == Z_OK && stream_.avail_out > 0)) {
      break;
    } else if (result != Z_OK) {
      return absl::UnavailableError("the answer's gzip body is corrupt");
    }
  }
  return absl::OkStatus();
}

absl::Status GzipDecoder::Finish() const {
  if (in_member_) return absl::UnavailableError("the answer's gzip body is cut off");
  return absl::OkStatus();
}

}  // namespace gateway::http
