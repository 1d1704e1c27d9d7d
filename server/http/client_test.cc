// Answers of every shape, good and bad, through a real connection.

#include "server/http/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <future>

#include "absl/strings/str_cat.h"
#include "server/http/testing/client_runner.h"
#include "server/http/testing/fake_upstream.h"
#include "server/http/testing/gzip.h"

namespace gateway::http {
namespace {

using testing::AnswerAll;
using testing::ClientRunner;
using testing::FakeConnection;
using testing::FakeUpstream;
using testing::Gzip;
using ::testing::HasSubstr;
using testing::Ok;
using testing::ReceivedRequest;

// Sends one request to an upstream with this script.
absl::StatusOr<Response> SendTo(FakeUpstream::Script script, Request request = {.target = "/"},
                                Options options = {}) {
  const FakeUpstream upstream(std::move(script));
  options.url = upstream.url();
  ClientRunner runner(std::move(options));
  absl::StatusOr<Response> response = runner.Send(std::move(request));
  EXPECT_EQ(runner.stats().in_use, 0U);
  return response;
}

// Reads the request, writes `answer` and closes the connection.
FakeUpstream::Script AnswerAndClose(std::string answer) {
  return [answer = std::move(answer)](FakeConnection& connection) {
    if (!connection.ReadRequest()) return;
    connection.Write(answer);
    connection.Close();
  };
}

TEST(ClientTest, CreateRefusesOptionsThatCannotWork) {
  boost::asio::io_context io;
  const std::string url = "https://localhost";
  using std::chrono::milliseconds;
  for (const Options& options : {
           Options{.url = ""},
           Options{.url = "https://localhost/path"},
           Options{.url = url, .ca_file = "/nonexistent"},
           Options{.url = url, .proxy = "socks5://localhost"},
           Options{.url = url, .connect_timeout = milliseconds(0)},
           Options{.url = url, .read_timeout = milliseconds(-1)},
           Options{.url = url, .max_connections = 0},
           Options{.url = url, .max_connections_per_key = 0},
           Options{.url = url, .max_body_bytes = 0},
       }) {
    EXPECT_EQ(Client::Create(io, options).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_TRUE(Client::Create(io, {.url = url}).ok()) << "with the system's authorities";
}

TEST(ClientTest, SendsTheRequestAndReturnsTheAnswer) {
  std::promise<ReceivedRequest> received;
  const auto response = SendTo(
      [&received](FakeConnection& connection) {
        received.set_value(*connection.ReadRequest());
        connection.Write("HTTP/1.1 201 Created\r\nX-Id: 7\r\nContent-Length: 4\r\n\r\nmade");
        connection.AwaitClose();
      },
      {.method = Method::kPost,
       .target = "/v2/datasets?a=%20",
       .headers = {{"Authorization", "Bearer t"}},
       .body = "{\"title\":\"x\"}"});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "made");
  EXPECT_EQ(*response->FindHeader("x-id"), "7");
  const ReceivedRequest request = received.get_future().get();
  EXPECT_EQ(request.MethodAndTarget(), "POST /v2/datasets?a=%20");
  EXPECT_TRUE(request.HasLine("Authorization: Bearer t"));
  EXPECT_TRUE(request.HasLine("Accept-Encoding: gzip"));
  EXPECT_THAT(request.head, HasSubstr("Host: 127.0.0.1:"));
  EXPECT_EQ(request.body, "{\"title\":\"x\"}");
}

TEST(ClientTest, ResolvesHostNames) {
  const FakeUpstream upstream(AnswerAll(Ok("named")));
  ClientRunner runner({.url = upstream.url("localhost")});
  // Overlapping calls share a lookup.
  const auto first = runner.Start({.target = "/"});
  const auto second = runner.Start({.target = "/"});
  EXPECT_EQ(runner.Await(*first)->body, "named");
  EXPECT_EQ(runner.Await(*second)->body, "named");
}

TEST(ClientTest, UnknownHostName) {
  // No resolver accepts a label this long, so that none is asked.
  ClientRunner runner({.url = "http://" + std::string(70, 'a') + ".invalid"});
  const auto response = runner.Send({.target = "/"});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("resolving"));
  EXPECT_FALSE(MayHaveBeenSent(response.status()));
}

TEST(ClientTest, ErrorStatusesAreAnswers) {
  for (const int status : {301, 400, 404, 429, 500, 503, 599}) {
    const auto response =
        SendTo(AnswerAll(absl::StrCat("HTTP/1.1 ", status, " \r\nContent-Length: 1\r\n\r\nx")));
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->status, status);
  }
}

TEST(ClientTest, AnswerByteByByte) {
  const auto response = SendTo([](FakeConnection& connection) {
    if (!connection.ReadRequest()) return;
    connection.WriteByteByByte(
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\nTrailer: x\r\n\r\n");
    connection.AwaitClose();
  });
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "hello, world");
}

TEST(ClientTest, LargeAnswer) {
  const std::string body(20'000'000, 'x');
  const auto response = SendTo(AnswerAll(Ok(body)));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, body);
}

TEST(ClientTest, ASinkTakesTheBody) {
  std::string body;
  for (int i = 0; i < 1'000'000; ++i) absl::StrAppend(&body, i);
  const std::string content = Gzip(body);
  for (const std::string& answer :
       {Ok(body), absl::StrCat("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ",
                               content.size(), "\r\n\r\n", content)}) {
    std::string taken;
    const auto response =
        SendTo(AnswerAll(answer),
               {.target = "/", .body_sink = [&](std::string_view piece) { taken += piece; }});
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "");
    EXPECT_TRUE(taken == body);
  }
}

TEST(ClientTest, ASinkTakesTheBodyOfOkOnly) {
  std::string taken;
  const auto response =
      SendTo(AnswerAll("HTTP/1.1 500 Error\r\nContent-Length: 5\r\n\r\nerror"),
             {.target = "/", .body_sink = [&](std::string_view piece) { taken += piece; }});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "error");
  EXPECT_EQ(taken, "");
}

// As long as the rest has not come, which it does only once the first part has been taken.
TEST(ClientTest, ASinkTakesTheBodyWhileItArrives) {
  std::promise<void> taken;
  const auto response = SendTo(
      [&taken](FakeConnection& connection) {
        connection.ReadRequest();
        connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
        taken.get_future().wait();
        connection.Write("cd");
        connection.AwaitClose();
      },
      {.target = "/", .body_sink = [&](std::string_view piece) {
         if (piece == "ab") taken.set_value();
       }});
  EXPECT_TRUE(response.ok()) << response.status();
}

TEST(ClientTest, ASinkTakesOneAnswerOfARequestSentTwice) {
  std::string taken;
  const FakeUpstream upstream([](FakeConnection& connection) {
    for (int i = 0; connection.ReadRequest(); ++i) {
      // The second request on a connection meets its end.
      if (i == 1) return connection.Close();
      connection.Write(Ok("body"));
    }
  });
  ClientRunner runner({.url = upstream.url()});
  for (int i = 0; i < 2; ++i) {
    const auto response =
        runner.Send({.target = "/", .repeatable = true, .body_sink = [&](std::string_view piece) {
                       taken += piece;
                     }});
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->sent_twice, i == 1);
  }
  EXPECT_EQ(taken, "bodybody");
}

TEST(ClientTest, LargeRequest) {
  const std::string body(20'000'000, 'x');
  const auto response = SendTo(
      [&body](FakeConnection& connection) {
        const auto request = connection.ReadRequest();
        connection.Write(Ok(request && request->body == body ? "same" : "different"));
        connection.AwaitClose();
      },
      {.method = Method::kPost, .target = "/", .body = body});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "same");
}

TEST(ClientTest, GzipAnswer) {
  const std::string content = Gzip("decoded");
  const auto response =
      SendTo(AnswerAll(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                                    "Content-Length: ",
                                    content.size(), "\r\n\r\n", content)));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "decoded");
}

TEST(ClientTest, GzipBomb) {
  const std::string content = Gzip(std::string(10'000'000, '0'));
  const auto response =
      SendTo(AnswerAll(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                                    "Content-Length: ",
                                    content.size(), "\r\n\r\n", content)),
             {.target = "/"}, {.max_body_bytes = 1'000'000});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(MayHaveBeenSent(response.status()));
}

TEST(ClientTest, BodyAboveTheLimit) {
  const auto response =
      SendTo(AnswerAll(Ok(std::string(1001, 'x'))), {.target = "/"}, {.max_body_bytes = 1000});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(ClientTest, HeaderAboveTheLimit) {
  const auto response =
      SendTo(AnswerAll("HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"),
             {.target = "/"}, {.max_header_bytes = 1000});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(ClientTest, BodyUntilTheConnectionCloses) {
  for (const char* start : {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"}) {
    const auto response = SendTo(AnswerAndClose(absl::StrCat(start, "all of this")));
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, "all of this");
  }
}

TEST(ClientTest, CutOffAnswers) {
  const std::string gzip = Gzip("decoded");
  for (const std::string& answer :
       {std::string("HTTP/1.1 200 OK\r\nContent-Le"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        absl::StrCat("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
                     gzip.substr(0, gzip.size() - 4))}) {
    const auto response = SendTo(AnswerAndClose(answer));
    EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable) << answer;
    EXPECT_THAT(std::string(response.status().message()), HasSubstr("cut off")) << answer;
    EXPECT_TRUE(MayHaveBeenSent(response.status()));
  }
}

TEST(ClientTest, GarbageAnswer) {
  const auto response = SendTo(AnswerAll("\x15\x03\x01 this is not HTTP\r\n\r\n"));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("not valid HTTP"));
  EXPECT_TRUE(MayHaveBeenSent(response.status()));
}

TEST(ClientTest, ClosedOrResetWithoutAnswer) {
  const FakeUpstream::Script scripts[] = {
      [](FakeConnection& connection) { connection.Reset(); },
      [](FakeConnection& connection) {
        connection.ReadRequest();
        connection.Reset();
      },
      [](FakeConnection& connection) {
        connection.ReadRequest();
        connection.Close();
      },
      [](FakeConnection& connection) {
        connection.ReadRequest();
        connection.Write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
        connection.Reset();
      },
  };
  for (const auto& script : scripts) {
    const auto response = SendTo(script, {.target = "/", .repeatable = true});
    EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable) << response.status();
  }
}

TEST(ClientTest, Refused) {
  std::string url;
  {
    const FakeUpstream upstream(AnswerAll(Ok("")));
    url = upstream.url();
  }
  ClientRunner runner({.url = url});
  const auto response = runner.Send({.target = "/"});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("connecting to 127.0.0.1:"));
  EXPECT_FALSE(MayHaveBeenSent(response.status()));
  EXPECT_EQ(runner.stats().open, 0U);
}

// The server answers from the head alone and reads no further: a client that first writes all of
// its request would wait for ever.
TEST(ClientTest, AnswerBeforeTheRequestIsThrough) {
  const auto response = SendTo(
      [](FakeConnection& connection) {
        connection.ReadRequestHead();
        connection.Write("HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge");
        connection.AwaitClose();
      },
      {.method = Method::kPost, .target = "/", .body = std::string(200'000'000, 'x')});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(response->body, "large");
}

TEST(ClientTest, BadRequestIsNotSent) {
  const FakeUpstream upstream(AnswerAll(Ok("")));
  ClientRunner runner({.url = upstream.url()});
  const auto response = runner.Send({.target = "/", .headers = {{"X", "a\r\nb: c"}}});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(MayHaveBeenSent(response.status()));
  EXPECT_EQ(upstream.accepted(), 0);
}

}  // namespace
}  // namespace gateway::http
