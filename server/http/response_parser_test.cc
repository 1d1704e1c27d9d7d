#include "server/http/response_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "server/http/testing/gzip.h"

namespace gateway::http {
namespace {

using testing::Gzip;

constexpr ResponseParser::Limits kLimits = {.header_bytes = 1000, .body_bytes = 100000};

// Gives `bytes` to the parser in pieces, as a connection would; then the end, if `ends`.
absl::Status Feed(ResponseParser& parser, absl::string_view bytes, std::size_t piece_size,
                  bool ends = false) {
  std::string held;
  while (!bytes.empty() && !parser.done()) {
    const absl::string_view piece = bytes.substr(0, piece_size);
    bytes.remove_prefix(piece.size());
    held.append(piece.data(), piece.size());
    const auto consumed = parser.Parse(held);
    if (!consumed.ok()) return consumed.status();
    held.erase(0, *consumed);
  }
  if (!parser.done() && ends) return parser.ParseEnd();
  return absl::OkStatus();
}

// The answer in `bytes` with its body, if that is handed over, parsed in pieces of a size.
absl::StatusOr<Response> ParseToSink(const std::string& bytes, std::size_t piece_size, bool ends) {
  std::string body;
  const BodySink sink = [&body](std::string_view piece) {
    EXPECT_LE(piece.size(), kMostPieceBytes);
    body += piece;
  };
  ResponseParser parser(kLimits, /*bodiless=*/false, &sink);
  absl::Status status = Feed(parser, bytes, piece_size, ends);
  EXPECT_LE(body.size(), kLimits.body_bytes);
  if (status.ok() && !parser.done()) status = absl::FailedPreconditionError("not done");
  if (!status.ok()) return status;
  Response response = parser.response();
  if (response.status != 200) {
    EXPECT_EQ(body, "");
    return response;
  }
  EXPECT_EQ(response.body, "");
  response.body = body;
  return response;
}

// The answer in `bytes`, parsed in pieces of several sizes that must all agree, as must a sink.
absl::StatusOr<Response> Parse(const std::string& bytes, bool ends = false) {
  absl::StatusOr<Response> result;
  for (const std::size_t piece_size : {std::size_t{1}, std::size_t{3}, bytes.size() + 1}) {
    ResponseParser parser(kLimits, /*bodiless=*/false);
    absl::Status status = Feed(parser, bytes, piece_size, ends);
    if (status.ok() && !parser.done()) status = absl::FailedPreconditionError("not done");
    if (piece_size > 1) {
      EXPECT_EQ(result.status().code(), status.code()) << piece_size;
      if (status.ok() && result.ok()) {
        EXPECT_EQ(result->body, parser.response().body) << piece_size;
      }
    }
    result = status.ok() ? absl::StatusOr<Response>(parser.response()) : status;
    const auto handed_over = ParseToSink(bytes, piece_size, ends);
    EXPECT_EQ(handed_over.status(), result.status()) << piece_size;
    if (handed_over.ok() && result.ok()) {
      EXPECT_EQ(handed_over->body, result->body) << piece_size;
    }
  }
  return result;
}

TEST(ResponseParserTest, ContentLength) {
  const auto response = Parse(
      "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nX: \r\nContent-Length: "
      "5\r\n\r\nhello");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "hello");
  ASSERT_EQ(response->headers.size(), 3U);
  EXPECT_EQ(response->headers[0].name, "Content-Type");
  EXPECT_EQ(response->headers[0].value, "text/plain");
  EXPECT_EQ(response->headers[1].value, "");
  ASSERT_NE(response->FindHeader("content-TYPE"), nullptr);
  EXPECT_EQ(*response->FindHeader("content-TYPE"), "text/plain");
  EXPECT_EQ(response->FindHeader("content"), nullptr);
}

TEST(ResponseParserTest, ChunkedWithExtensionsAndTrailers) {
  const auto response = Parse(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;name=value\r\nhello\r\n1\r\n,\r\nA\r\n0123456789\r\n0\r\nX-Checksum: 1\r\n\r\n");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "hello,0123456789");
  EXPECT_EQ(response->FindHeader("X-Checksum"), nullptr);
}

TEST(ResponseParserTest, GzipInChunks) {
  std::string text;
  for (int i = 0; i < 10000; ++i) absl::StrAppend(&text, i);
  const std::string content = Gzip(text);
  const auto response = Parse(absl::StrCat(
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n",
      content.substr(0, 1), "\r\n", absl::Hex(content.size() - 1), "\r\n", content.substr(1),
      "\r\n0\r\n\r\n"));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, text);
}

TEST(ResponseParserTest, LongBody) {
  const std::string body(kLimits.body_bytes, 'x');
  ASSERT_GT(body.size(), kMostPieceBytes);
  EXPECT_EQ(
      Parse(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(), "\r\n\r\n", body))
          ->body,
      body);
}

TEST(ResponseParserTest, BodyUntilTheEnd) {
  const std::string bytes = "HTTP/1.1 200 OK\r\n\r\nall of this";
  const auto response = Parse(bytes, /*ends=*/true);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "all of this");
  EXPECT_EQ(Parse("HTTP/1.0 200 OK\r\n\r\n", /*ends=*/true)->body, "");
  EXPECT_EQ(Parse(bytes).status().code(), absl::StatusCode::kFailedPrecondition) << "without end";
}

TEST(ResponseParserTest, InterimAnswersAreSkipped) {
  const auto response = Parse(
      "HTTP/1.1 100 Continue\r\n\r\n"
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Encoding: br\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "ok");
  EXPECT_EQ(response->FindHeader("Link"), nullptr);
}

TEST(ResponseParserTest, NoContentAndNotModifiedHaveNoBody) {
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    const auto response = Parse(absl::StrCat("HTTP/1.1 ", status, "\r\nContent-Length: 5\r\n\r\n"));
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, "");
  }
}

TEST(ResponseParserTest, LeavesWhatFollows) {
  ResponseParser parser(kLimits, /*bodiless=*/false);
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  const auto consumed = parser.Parse(answer + "HTTP/1.1 200 OK");
  ASSERT_TRUE(consumed.ok());
  EXPECT_EQ(*consumed, answer.size());
  EXPECT_TRUE(parser.done());
}

TEST(ResponseParserTest, BodilessAnswer) {
  ResponseParser parser(kLimits, /*bodiless=*/true);
  ASSERT_TRUE(Feed(parser, "HTTP/1.1 200 Connection established\r\n\r\n", 1).ok());
  EXPECT_TRUE(parser.done());
}

TEST(ResponseParserTest, KeepAlive) {
  const std::pair<const char*, bool> cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false},
      {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false},
      {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", true},
      {"HTTP/1.1 200 OK\r\n\r\n", false},
  };
  for (const auto& [bytes, expected] : cases) {
    ResponseParser parser(kLimits, /*bodiless=*/false);
    ASSERT_TRUE(Feed(parser, bytes, 1, /*ends=*/true).ok()) << bytes;
    EXPECT_EQ(parser.keep_alive(), expected) << bytes;
  }
}

TEST(ResponseParserTest, IdleTimeout) {
  const std::pair<const char*, std::optional<std::chrono::seconds>> cases[] = {
      {"timeout=5", std::chrono::seconds(5)},
      {"max=100, Timeout = 7", std::chrono::seconds(7)},
      {"max=100", std::nullopt},
      {"timeout=x", std::nullopt},
      {"timeout=-1", std::nullopt},
  };
  for (const auto& [value, expected] : cases) {
    ResponseParser parser(kLimits, /*bodiless=*/false);
    ASSERT_TRUE(Feed(parser,
                     absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: ", value,
                                  "\r\n\r\n"),
                     1)
                    .ok());
    EXPECT_EQ(parser.idle_timeout(), expected) << value;
  }
}

TEST(ResponseParserTest, Gzip) {
  const std::string content = Gzip("decoded");
  for (const std::string& bytes :
       {absl::StrCat("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ",
                     content.size(), "\r\n\r\n", content),
        absl::StrCat("HTTP/1.1 200 OK\r\nContent-Encoding: X-GZIP\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n",
                     absl::Hex(content.size()), "\r\n", content, "\r\n0\r\n\r\n")}) {
    const auto response = Parse(bytes);
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, "decoded");
    EXPECT_EQ(response->FindHeader("Content-Encoding"), nullptr);
    EXPECT_EQ(response->FindHeader("Content-Length"), nullptr);
  }
  EXPECT_EQ(Parse("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n")->body,
            "");
}

TEST(ResponseParserTest, GzipCutOffInACompleteBody) {
  const std::string content = Gzip("decoded").substr(0, 12);
  EXPECT_EQ(Parse(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ",
                               content.size(), "\r\n\r\n", content))
                .status()
                .code(),
            absl::StatusCode::kUnavailable);
}

TEST(ResponseParserTest, OtherEncodings) {
  EXPECT_EQ(
      Parse("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 1\r\n\r\nx")->body,
      "x");
  EXPECT_EQ(Parse("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx")
                .status()
                .code(),
            absl::StatusCode::kUnavailable);
}

TEST(ResponseParserTest, CutOff) {
  for (const char* bytes :
       {"", "H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n"}) {
    EXPECT_EQ(Parse(bytes, /*ends=*/true).status().code(), absl::StatusCode::kUnavailable) << bytes;
  }
}

TEST(ResponseParserTest, NotHttp) {
  for (const char* bytes :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 two OK\r\n\r\n",
        "HTTP/1.1 099 Odd\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxxyy\r\n"}) {
    EXPECT_EQ(Parse(bytes).status().code(), absl::StatusCode::kUnavailable) << bytes;
  }
}

TEST(ResponseParserTest, HeaderLimit) {
  const std::string start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ";
  const std::string end = "\r\n\r\n";
  const std::size_t fits = kLimits.header_bytes - start.size() - end.size();
  EXPECT_TRUE(Parse(start + std::string(fits, 'x') + end).ok());
  EXPECT_EQ(Parse(start + std::string(fits + 1, 'x') + end).status().code(),
            absl::StatusCode::kResourceExhausted);
  std::string many = start + "x\r\n";
  while (many.size() < 2 * kLimits.header_bytes) many += "Y: y\r\n";
  EXPECT_EQ(Parse(many).status().code(), absl::StatusCode::kResourceExhausted) << "endless header";
}

TEST(ResponseParserTest, TrailerAndChunkHeaderLimit) {
  const std::string start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string long_text(2 * kLimits.header_bytes, 'x');
  EXPECT_EQ(Parse(start + "1;" + long_text).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Parse(start + "0\r\nX: " + long_text).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(ResponseParserTest, BodyLimit) {
  const std::string fits(kLimits.body_bytes, 'x');
  for (const auto& [extra, expected] : {std::pair("", absl::StatusCode::kOk),
                                        std::pair("x", absl::StatusCode::kResourceExhausted)}) {
    const std::string body = fits + extra;
    EXPECT_EQ(
        Parse(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(), "\r\n\r\n", body))
            .status()
            .code(),
        expected);
    EXPECT_EQ(Parse(absl::StrCat("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                 absl::Hex(body.size()), "\r\n", body, "\r\n0\r\n\r\n"))
                  .status()
                  .code(),
              expected);
    EXPECT_EQ(Parse("HTTP/1.1 200 OK\r\n\r\n" + body, /*ends=*/true).status().code(), expected);
  }
}

TEST(ResponseParserTest, LimitOfTheDecodedBody) {
  const std::string bomb = Gzip(std::string(10 * kLimits.body_bytes, '0'));
  ASSERT_LT(bomb.size(), kLimits.body_bytes);
  EXPECT_EQ(Parse(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ",
                               bomb.size(), "\r\n\r\n", bomb))
                .status()
                .code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace gateway::http
