// HTTP requests and answers.

#ifndef SERVER_HTTP_MESSAGE_H_
#define SERVER_HTTP_MESSAGE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::http {

enum class Method { kGet, kPost, kPut, kPatch, kDelete };

// The method as it stands in a request line: "GET", "POST", ...
std::string_view MethodName(Method method);

// One header field of a request or an answer.
struct Header {
  std::string name;   // any letter case; a token of RFC 9110
  std::string value;  // without CR, LF and NUL
};

// Takes the body of an answer while it arrives: the next bytes, decoded, at most kMostPieceBytes of
// them. Called on the event loop, which it must not keep long.
using BodySink = std::function<void(std::string_view piece)>;
inline constexpr std::size_t kMostPieceBytes = std::size_t{64} << 10;

struct Request {
  Method method = Method::kGet;

  // Origin-form: absolute path and optional query, sent verbatim ("/v2/public/projects?search=a").
  std::string target = "";

  // Without Host, Connection, Content-Length, Transfer-Encoding and Accept-Encoding: these are the
  // client's own, and a request that brings one is refused.
  std::vector<Header> headers = {};

  // An empty body is sent as "Content-Length: 0", except with GET, which then has no length at all.
  std::string body = "";

  // Whether the request may reach the server twice. A repeatable request that fails on a reused
  // connection before any byte of an answer is sent once more on a new connection. One that is not
  // repeatable is never sent twice, and only reuses a connection idle for at most `fresh_idle`.
  bool repeatable = false;

  // Requests with the same key (such as a credential's id) share `max_connections_per_key`
  // connections; requests that wait for a connection take turns by key.
  std::string fairness_key = "";

  // Takes the body of an answer with status 200, which Response::body then lacks. Other answers
  // keep theirs. The body of an answer that fails later on has been handed over up to there; a
  // request that is sent twice hands over the body of one answer only. If empty, all bodies are
  // collected.
  BodySink body_sink = {};
};

struct Response {
  int status = 0;  // 200..999: interim (1xx) answers are skipped

  // In the order of the answer, without trailers. A gzip answer's Content-Encoding and
  // Content-Length are left out, since `body` is decoded.
  std::vector<Header> headers;

  std::string body;  // decoded; empty if it went to Request::body_sink

  // Whether the request was sent a second time, on a new connection: see Request::repeatable.
  bool sent_twice = false;

  // The value of the first header with this name in any letter case; null if there is none.
  const std::string* FindHeader(std::string_view name) const;
};

}  // namespace gateway::http

#endif  // SERVER_HTTP_MESSAGE_H_
