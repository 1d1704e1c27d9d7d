// The answer to an HTTP request, read at once, in pieces, and in pieces by a body sink: all must
// come to the same. The first byte says how long the pieces are and whether the answer may have a
// body.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "server/http/response_parser.h"
#include "tests/fuzz/check.h"

namespace gateway::http {
namespace {

constexpr ResponseParser::Limits kLimits{.header_bytes = 1024, .body_bytes = 16384};

struct Outcome {
  absl::Status status;
  Response response = {};
  bool keep_alive = false;
  std::size_t consumed = 0;
};

// `sink_body`: the body is handed over.
Outcome Read(absl::string_view bytes, std::size_t piece, bool bodiless, bool sink_body) {
  std::string body;
  const BodySink sink = [&](std::string_view part) { body += part; };
  ResponseParser parser(kLimits, bodiless, sink_body ? &sink : nullptr);
  Outcome outcome;
  std::size_t received = 0;
  while (!parser.done() && received < bytes.size()) {
    received = std::min(bytes.size(), received + piece);
    const absl::string_view unread = bytes.substr(outcome.consumed, received - outcome.consumed);
    const auto consumed = parser.Parse(std::string(unread));
    if (!consumed.ok()) {
      outcome.status = consumed.status();
      return outcome;
    }
    FUZZ_CHECK(*consumed <= unread.size());
    outcome.consumed += *consumed;
  }
  if (!parser.done()) outcome.status = parser.ParseEnd();
  if (!outcome.status.ok()) return outcome;
  outcome.response = parser.response();
  if (sink_body && outcome.response.status == 200) {
    FUZZ_CHECK(outcome.response.body.empty());
    outcome.response.body = body;
  } else {
    FUZZ_CHECK(body.empty());
  }
  outcome.keep_alive = parser.keep_alive();
  FUZZ_CHECK(outcome.response.status >= 200);
  FUZZ_CHECK(outcome.response.body.size() <= kLimits.body_bytes);
  FUZZ_CHECK(!bodiless || outcome.response.body.empty());
  if (parser.idle_timeout()) FUZZ_CHECK(parser.idle_timeout()->count() >= 0);
  return outcome;
}

bool IsSame(const Response& a, const Response& b) {
  return a.status == b.status && a.body == b.body &&
         std::equal(a.headers.begin(), a.headers.end(), b.headers.begin(), b.headers.end(),
                    [](const Header& one, const Header& other) {
                      return one.name == other.name && one.value == other.value;
                    });
}

}  // namespace
}  // namespace gateway::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway::http;
  if (size == 0) return 0;
  const bool bodiless = data[0] >= 128;
  const std::size_t piece = 1 + data[0] % 128;
  const absl::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = Read(bytes, bytes.size(), bodiless, false);
  for (const bool sink_body : {false, true}) {
    const Outcome pieces = Read(bytes, piece, bodiless, sink_body);
    FUZZ_CHECK(whole.status.ok() == pieces.status.ok());
    if (!whole.status.ok()) continue;
    FUZZ_CHECK(whole.consumed == pieces.consumed);
    FUZZ_CHECK(whole.keep_alive == pieces.keep_alive);
    FUZZ_CHECK(IsSame(whole.response, pieces.response));
  }
  return 0;
}
