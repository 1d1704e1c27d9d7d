#include "server/http/gzip.h"

#include <gtest/gtest.h>

#include "absl/status/statusor.h"
#include "server/http/testing/gzip.h"

namespace gateway::http {
namespace {

using testing::Gzip;

constexpr std::size_t kLimit = std::size_t{1} << 20;
constexpr std::size_t kPiece = std::size_t{64} << 10;

// Text that does not compress to nothing.
std::string Text(std::size_t size) {
  std::string text;
  for (unsigned i = 0; text.size() < size; ++i) text += std::to_string(i * 2654435761U);
  text.resize(size);
  return text;
}

absl::StatusOr<std::string> Collect(absl::string_view stream, std::size_t piece_size,
                                    std::size_t limit) {
  GzipDecoder decoder(limit);
  std::string output;
  while (!stream.empty()) {
    const absl::string_view piece = stream.substr(0, piece_size);
    stream.remove_prefix(piece.size());
    if (absl::Status status = decoder.Decode(piece, output); !status.ok()) return status;
  }
  if (absl::Status status = decoder.Finish(); !status.ok()) return status;
  return output;
}

// The content, as it is handed to a sink.
absl::StatusOr<std::string> DecodeToSink(absl::string_view stream, std::size_t piece_size,
                                         std::size_t limit) {
  GzipDecoder decoder(limit);
  std::string output;
  const auto sink = [&output](absl::string_view content) {
    EXPECT_LE(content.size(), kPiece);
    EXPECT_FALSE(content.empty());
    output.append(content.data(), content.size());
  };
  while (!stream.empty()) {
    const absl::string_view piece = stream.substr(0, piece_size);
    stream.remove_prefix(piece.size());
    if (absl::Status status = decoder.Decode(piece, sink); !status.ok()) {
      EXPECT_LE(output.size(), limit);
      return status;
    }
  }
  if (absl::Status status = decoder.Finish(); !status.ok()) return status;
  return output;
}

// The content, collected; a sink must get the same.
absl::StatusOr<std::string> Decode(absl::string_view stream, std::size_t piece_size,
                                   std::size_t limit = kLimit) {
  const absl::StatusOr<std::string> handed_over = DecodeToSink(stream, piece_size, limit);
  const absl::StatusOr<std::string> collected = Collect(stream, piece_size, limit);
  EXPECT_EQ(handed_over, collected);
  return collected;
}

TEST(GzipDecoderTest, PiecesOfEverySize) {
  const std::string text = Text(20000);
  const std::string stream = Gzip(text);
  for (const std::size_t piece_size : {1, 2, 7, 1000, 1000000}) {
    const auto decoded = Decode(stream, piece_size);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(*decoded, text);
  }
}

TEST(GzipDecoderTest, ContentOfManyWindows) {
  const std::string text = Text(10 * kPiece + 1);
  EXPECT_EQ(*Decode(Gzip(text), 1000), text);
  EXPECT_EQ(*Decode(Gzip(text), text.size()), text);
}

TEST(GzipDecoderTest, EmptyContent) {
  EXPECT_EQ(*Decode(Gzip(""), 1), "");
  EXPECT_EQ(*Decode("", 1), "");
}

TEST(GzipDecoderTest, SeveralMembers) {
  const std::string stream = Gzip("first, ") + Gzip("") + Gzip("second");
  EXPECT_EQ(*Decode(stream, 1), "first, second");
  EXPECT_EQ(*Decode(stream, stream.size()), "first, second");
}

TEST(GzipDecoderTest, LimitIsExact) {
  const std::string stream = Gzip(Text(10000));
  EXPECT_TRUE(Decode(stream, 100, 10000).ok());
  EXPECT_EQ(Decode(stream, 100, 9999).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Decode(stream, stream.size(), 9999).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(GzipDecoderTest, BombStopsAtTheLimit) {
  const std::string stream = Gzip(std::string(64 * kLimit, '0'));
  GzipDecoder decoder(kLimit);
  std::string output;
  EXPECT_EQ(decoder.Decode(stream, output).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LE(output.size(), kLimit + 1);
}

TEST(GzipDecoderTest, CutOff) {
  const std::string stream = Gzip(Text(1000));
  for (std::size_t size = 1; size < stream.size(); ++size) {
    const auto decoded = Decode(stream.substr(0, size), stream.size());
    EXPECT_EQ(decoded.status().code(), absl::StatusCode::kUnavailable) << size;
  }
}

TEST(GzipDecoderTest, Corrupt) {
  std::string stream = Gzip(Text(1000));
  EXPECT_EQ(Decode("not gzip", 100).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Decode(stream + "rest", 10000).status().code(), absl::StatusCode::kUnavailable);
  stream[stream.size() - 6] ^= 1;  // in the checksum
  EXPECT_EQ(Decode(stream, 10000).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace gateway::http
