// Bytes to answers.

#ifndef SERVER_HTTP_RESPONSE_PARSER_H_
#define SERVER_HTTP_RESPONSE_PARSER_H_

#include <boost/beast/http/basic_parser.hpp>
#include <chrono>
#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/http/gzip.h"
#include "server/http/message.h"

namespace gateway::http {

// Parses the answer to one request as its bytes arrive. Interim (1xx) answers are skipped, chunked
// and gzip encoding are decoded, trailers are dropped.
class ResponseParser {
 public:
  struct Limits {
    std::size_t header_bytes;  // status line and headers; also of a chunk's header
    std::size_t body_bytes;    // on the wire and decoded
  };

  // `bodiless`: the answer has no body whatever its headers say, as that to CONNECT. `body_sink`:
  // as Request::body_sink; it must outlive the parser.
  ResponseParser(Limits limits, bool bodiless, const BodySink* body_sink = nullptr);

  // Parses `bytes` and returns how many were consumed. The rest must come again, in front of the
  // bytes that follow it. Consumes nothing that follows the answer. Errors: UNAVAILABLE if this is
  // not HTTP or cannot be decoded, RESOURCE_EXHAUSTED past a limit. To be called until done().
  absl::StatusOr<std::size_t> Parse(absl::string_view bytes);

  // The connection ended after the last byte given to Parse. UNAVAILABLE if that cut the answer
  // off, otherwise done() holds now.
  absl::Status ParseEnd();

  bool has_body_sink() const { return body_sink_ != nullptr; }

  // Whether the answer is complete.
  bool done() const { return done_; }

  // The answer, once done().
  Response& response() { return message_->response; }

  // Whether another request may follow on the connection. Once done().
  bool keep_alive() const { return message_->keep_alive(); }

  // For how long the server promises to keep the idle connection, if it says so ("Keep-Alive:
  // timeout=5").
  std::optional<std::chrono::seconds> idle_timeout() const { return message_->idle_timeout; }

 private:
  // One message; Beast calls its functions with the parts.
  class Message final : public boost::beast::http::basic_parser<false> {
   public:
    Message(Limits limits, const BodySink* body_sink);

    Response response;
    std::optional<std::chrono::seconds> idle_timeout;
    absl::Status status;  // why a callback failed

   private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;
    using field = boost::beast::http::field;

    void on_request_impl(boost::beast::http::verb, string_view, string_view, int,
                         error_code&) override {}
    void on_response_impl(int code, string_view reason, int version, error_code&) override;
    void on_field_impl(field name, string_view name_text, string_view value, error_code&) override;
    void on_header_impl(error_code&) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override;
    std::size_t on_body_impl(string_view body, error_code&) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override;
    void on_finish_impl(error_code&) override;

    const Limits limits_;
    const BodySink* body_sink_;  // null once the body is to be collected
    bool in_header_ = true;
    bool gzip_ = false;
    bool encoding_known_ = true;
    std::optional<GzipDecoder> decoder_;
  };

  void NextMessage();

  const Limits limits_;
  const bool bodiless_;
  const BodySink* const body_sink_;
  std::optional<Message> message_;
  std::size_t header_bytes_ = 0;  // consumed of the current message's header
  bool done_ = false;
};

}  // namespace gateway::http

#endif  // SERVER_HTTP_RESPONSE_PARSER_H_
