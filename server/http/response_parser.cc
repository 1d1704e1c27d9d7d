#include "server/http/response_parser.h"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace gateway::http {
namespace {

namespace beast_http = boost::beast::http;

// Memory set aside on the word of a Content-Length, before any of the body is there.
constexpr std::size_t kMostReserved = std::size_t{1} << 20;

constexpr int kSwitchingProtocols = 101;
constexpr int kOk = 200;

absl::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

absl::Status HeaderTooLarge(std::size_t limit) {
  return absl::ResourceExhaustedError(
      absl::StrCat("the answer's header is larger than ", limit, " bytes"));
}

absl::Status BodyTooLarge(std::size_t limit) {
  return absl::ResourceExhaustedError(
      absl::StrCat("the answer's body is larger than ", limit, " bytes"));
}

absl::Status NotHttp(absl::string_view reason) {
  return absl::UnavailableError(absl::StrCat("the answer is not valid HTTP: ", reason));
}

// The N of "timeout=N, max=100".
std::optional<std::chrono::seconds> KeepAliveTimeout(absl::string_view value) {
  for (absl::string_view parameter : absl::StrSplit(value, ',')) {
    const std::pair<absl::string_view, absl::string_view> name_value =
        absl::StrSplit(parameter, absl::MaxSplits('=', 1));
    int seconds = 0;
    if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(name_value.first), "timeout") &&
        absl::SimpleAtoi(name_value.second, &seconds) && seconds >= 0) {
      return std::chrono::seconds(seconds);
    }
  }
  return std::nullopt;
}

}  // namespace

ResponseParser::Message::Message(Limits limits, const BodySink* body_sink)
    : limits_(limits), body_sink_(body_sink) {
  header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  body_limit(limits.body_bytes);
  eager(false);  // stops after the header, so that its size is known
}

void ResponseParser::Message::on_response_impl(int code, string_view, int, error_code& error) {
  if (code < 100) error = beast_http::error::bad_status;
  response.status = code;
  constexpr std::size_t kUsualHeaders = 16;
  response.headers.reserve(kUsualHeaders);
}

void ResponseParser::Message::on_field_impl(field name, string_view name_text, string_view value,
                                            error_code& error) {
  if (!in_header_) return;  // a trailer
  switch (name) {
    case field::keep_alive:
      idle_timeout = KeepAliveTimeout(View(value));
      break;
    case field::content_encoding:
      gzip_ = absl::EqualsIgnoreCase(View(value), "gzip") ||
              absl::EqualsIgnoreCase(View(value), "x-gzip");
      encoding_known_ = gzip_ || absl::EqualsIgnoreCase(View(value), "identity");
      break;
    case field::transfer_encoding:
      if (!absl::EqualsIgnoreCase(View(value), "chunked")) {
        status = NotHttp("its transfer encoding is not chunked");
        error = beast_http::error::bad_transfer_encoding;
      }
      break;
    default:
      break;
  }
  response.headers.push_back({std::string(View(name_text)), std::string(View(value))});
}

void ResponseParser::Message::on_header_impl(error_code&) { in_header_ = false; }

void ResponseParser::Message::on_body_init_impl(const boost::optional<std::uint64_t>& length,
                                                error_code& error) {
  if (!encoding_known_) {
    status = absl::UnavailableError("the answer's content encoding is not gzip, as was asked for");
    error = beast_http::error::bad_value;
    return;
  }
  if (response.status != kOk) body_sink_ = nullptr;
  if (gzip_) {
    decoder_.emplace(limits_.body_bytes);
    std::erase_if(response.headers, [](const Header& header) {
      return absl::EqualsIgnoreCase(header.name, "content-encoding") ||
             absl::EqualsIgnoreCase(header.name, "content-length");
    });
  } else if (length && body_sink_ == nullptr) {
    response.body.reserve(std::min<std::uint64_t>(*length, kMostReserved));
  }
}

std::size_t ResponseParser::Message::on_body_impl(string_view body, error_code& error) {
  if (decoder_) {
    if (body_sink_ != nullptr) {
      const auto sink = [this](absl::string_view piece) {
        (*body_sink_)({piece.data(), piece.size()});
      };
      status = decoder_->Decode(View(body), sink);
    } else {
      status = decoder_->Decode(View(body), response.body);
    }
    if (!status.ok()) error = beast_http::error::bad_value;
  } else if (body_sink_ != nullptr) {
    for (std::size_t begin = 0; begin < body.size(); begin += kMostPieceBytes) {
      const std::size_t size = std::min(kMostPieceBytes, body.size() - begin);
      (*body_sink_)({body.data() + begin, size});
    }
  } else {
    response.body.append(body.data(), body.size());
  }
  return body.size();
}

std::size_t ResponseParser::Message::on_chunk_body_impl(std::uint64_t, string_view body,
                                                        error_code& error) {
  return on_body_impl(body, error);
}

void ResponseParser::Message::on_finish_impl(error_code& error) {
  if (!decoder_) return;
  status = decoder_->Finish();
  if (!status.ok()) error = beast_http::error::bad_value;
}

ResponseParser::ResponseParser(Limits limits, bool bodiless, const BodySink* body_sink)
    : limits_(limits), bodiless_(bodiless), body_sink_(body_sink) {
  NextMessage();
}

void ResponseParser::NextMessage() {
  message_.emplace(limits_, body_sink_);
  message_->skip(bodiless_);
  header_bytes_ = 0;
}

absl::StatusOr<std::size_t> ResponseParser::Parse(absl::string_view bytes) {
  std::size_t consumed = 0;
  while (!done_) {
    boost::beast::error_code error;
    const bool in_header = !message_->is_header_done();
    const absl::string_view rest = bytes.substr(consumed);
    const std::size_t parsed = message_->put(boost::asio::buffer(rest.data(), rest.size()), error);
    consumed += parsed;
    if (in_header) header_bytes_ += parsed;
    if (error && error != beast_http::error::need_more) {
      if (!message_->status.ok()) return message_->status;
      if (error == beast_http::error::header_limit) return HeaderTooLarge(limits_.header_bytes);
      if (error == beast_http::error::body_limit) return BodyTooLarge(limits_.body_bytes);
      return NotHttp(error.message());
    }
    if (header_bytes_ > limits_.header_bytes) return HeaderTooLarge(limits_.header_bytes);
    if (message_->is_done()) {
      const int status = message_->response.status;
      if (status == kSwitchingProtocols) return NotHttp("it switches protocols unasked");
      if (status >= 200) {
        done_ = true;
      } else {
        NextMessage();
        continue;
      }
    }
    if (consumed == bytes.size() || error == beast_http::error::need_more) break;
  }
  // What Beast leaves unconsumed is part of a header or of a chunk's header.
  const std::size_t counted = message_->is_header_done() ? 0 : header_bytes_;
  if (!done_ && counted + (bytes.size() - consumed) > limits_.header_bytes) {
    return HeaderTooLarge(limits_.header_bytes);
  }
  return consumed;
}

absl::Status ResponseParser::ParseEnd() {
  boost::beast::error_code error = beast_http::error::partial_message;
  if (message_->got_some()) message_->put_eof(error);
  if (error) {
    if (!message_->status.ok()) return message_->status;
    return absl::UnavailableError(message_->got_some() ? "the answer is cut off"
                                                       : "the connection was closed");
  }
  done_ = true;
  return absl::OkStatus();
}

}  // namespace gateway::http
