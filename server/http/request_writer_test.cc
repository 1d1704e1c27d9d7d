#include "server/http/request_writer.h"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

TEST(SerializeTest, GetWithoutBodyHasNoLength) {
  const Request request{.target = "/v2/public/projects?search=a%20b",
                        .headers = {{"Accept", "application/json"}, {"X-Empty", ""}}};
  const auto serialized = Serialize(request, "api.encord.com");
  ASSERT_TRUE(serialized.ok()) << serialized.status();
  EXPECT_EQ(serialized->head,
            "GET /v2/public/projects?search=a%20b HTTP/1.1\r\n"
            "Host: api.encord.com\r\n"
            "Accept-Encoding: gzip\r\n"
            "Accept: application/json\r\n"
            "X-Empty: \r\n"
            "\r\n");
  EXPECT_EQ(serialized->body, "");
}

TEST(SerializeTest, OtherMethodsWithoutBodySayZero) {
  for (const auto& [method, name] :
       {std::pair(Method::kPost, "POST"), std::pair(Method::kPut, "PUT"),
        std::pair(Method::kPatch, "PATCH"), std::pair(Method::kDelete, "DELETE")}) {
    const auto serialized = Serialize({.method = method, .target = "/"}, "h");
    ASSERT_TRUE(serialized.ok()) << serialized.status();
    EXPECT_EQ(serialized->head, std::string(name) +
                                    " / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n"
                                    "Content-Length: 0\r\n\r\n");
  }
}

TEST(SerializeTest, SmallBodyGoesWithTheHead) {
  const auto serialized =
      Serialize({.method = Method::kPost, .target = "/", .body = "{\"a\": 1}"}, "h");
  ASSERT_TRUE(serialized.ok()) << serialized.status();
  EXPECT_EQ(serialized->head,
            "POST / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\nContent-Length: 8\r\n\r\n"
            "{\"a\": 1}");
  EXPECT_EQ(serialized->body, "");
}

TEST(SerializeTest, LargeBodyIsNotCopied) {
  const Request request{.target = "/", .body = std::string(100000, 'x')};
  const auto serialized = Serialize(request, "h");
  ASSERT_TRUE(serialized.ok()) << serialized.status();
  EXPECT_EQ(serialized->head,
            "GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\nContent-Length: 100000\r\n\r\n");
  EXPECT_EQ(serialized->body.data(), request.body.data());
  EXPECT_EQ(serialized->body.size(), request.body.size());
}

TEST(SerializeTest, RefusesTargets) {
  for (const char* target : {"", "projects", "*", "http://other/", "/a b", "/a\r\nX: y", "/a\tb"}) {
    EXPECT_EQ(Serialize({.target = target}, "h").status().code(),
              absl::StatusCode::kInvalidArgument)
        << target;
  }
}

TEST(SerializeTest, RefusesHeadersWithoutTellingTheirValue) {
  const std::string secret = "secret";
  for (const Header& header :
       {Header{"X", secret + "\r\nY: z"}, Header{"X", secret + "\n"}, Header{"X", "\r" + secret},
        Header{"X", secret + std::string(1, '\0')}, Header{"", secret}, Header{"X Y", secret},
        Header{"X:", secret}, Header{"X\r\n", secret}, Header{"\xc3\xa4", secret},
        Header{"Host", secret}, Header{"connection", secret}, Header{"Content-Length", secret},
        Header{"TRANSFER-ENCODING", secret}, Header{"Accept-Encoding", secret}}) {
    const auto serialized = Serialize({.target = "/", .headers = {header}}, "h");
    EXPECT_EQ(serialized.status().code(), absl::StatusCode::kInvalidArgument) << header.name;
    EXPECT_EQ(serialized.status().message().find(secret), absl::string_view::npos);
  }
}

}  // namespace
}  // namespace gateway::http
