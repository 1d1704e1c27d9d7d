#include "server/rpc/status.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/encord/error.h"

namespace gateway::rpc {
namespace {

// gRPC clients refuse metadata above 8 KiB by default. The message is sent twice, once
// percent-encoded (at worst three times as long), and the details in base64 (4/3).
constexpr std::size_t kMaxMessageBytes = 1024;
constexpr std::size_t kMaxDetailsBytes = 2560;

constexpr const char* kTypeUrlPrefix = "type.googleapis.com/";

template <class Message>
std::string TypeUrl() {
  return absl::StrCat(kTypeUrlPrefix, Message::descriptor()->full_name());
}

// The length of the UTF-8 character that `text` begins with (RFC 3629); 0 if there is none.
std::size_t Utf8Length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool above_unicode = first == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || above_unicode ? 0 : length;
}

// `text` as valid UTF-8 of at most `max_bytes` bytes.
std::string BoundedUtf8(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
  constexpr std::string_view kEllipsis = "\xe2\x80\xa6";     // U+2026
  std::string result;
  std::size_t fits = 0;  // bytes of the result that leave room for an ellipsis
  while (!text.empty()) {
    const std::size_t length = Utf8Length(text);
    result.append(length == 0 ? kReplacement : text.substr(0, length));
    text.remove_prefix(std::max<std::size_t>(length, 1));
    if (result.size() > max_bytes) {
      result.resize(fits);
      return result.append(kEllipsis);
    }
    if (result.size() + kEllipsis.size() <= max_bytes) fits = result.size();
  }
  return result;
}

struct Detail {
  std::string type_url;
  std::string value;
};

// ErrorInfo tells programs what happened and RequestInfo people whom to ask about what: they come
// first, and stay when there is too much.
int Rank(const std::string& type_url) {
  if (type_url == TypeUrl<google::rpc::ErrorInfo>()) return 0;
  if (type_url == TypeUrl<google::rpc::RequestInfo>()) return 1;
  if (type_url == TypeUrl<google::rpc::RetryInfo>()) return 2;
  return 3;
}

// Leaves out violations at the end until the detail has at most `max_bytes`.
void CutBadRequest(std::size_t max_bytes, Detail& detail) {
  google::rpc::BadRequest bad_request;
  if (!bad_request.ParseFromString(detail.value)) return;
  while (bad_request.field_violations_size() > 0 && bad_request.ByteSizeLong() > max_bytes) {
    bad_request.mutable_field_violations()->RemoveLast();
  }
  detail.value = bad_request.SerializeAsString();
}

absl::Status GatewayError(absl::StatusCode code, const std::string& reason,
                          const std::string& message) {
  google::rpc::ErrorInfo info;
  info.set_domain(std::string(encord::kGatewayDomain));
  info.set_reason(reason);
  absl::Status status(code, message);
  status.SetPayload(TypeUrl<google::rpc::ErrorInfo>(), absl::Cord(info.SerializeAsString()));
  return status;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status, std::string_view trace_id) {
  if (status.ok()) return grpc::Status::OK;
  const bool internal = status.code() == absl::StatusCode::kInternal &&
                        !status.GetPayload(TypeUrl<google::rpc::ErrorInfo>()).has_value();

  google::rpc::Status detailed;
  detailed.set_code(static_cast<int>(status.code()));
  detailed.set_message(internal ? "internal error"
                                : BoundedUtf8(std::string(status.message()), kMaxMessageBytes));

  std::vector<Detail> details;
  google::rpc::RequestInfo request;
  request.set_request_id(std::string(trace_id));
  details.push_back({TypeUrl<google::rpc::RequestInfo>(), request.SerializeAsString()});
  if (!internal) {
    status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& value) {
      const std::string url(type_url);
      if (url.starts_with(absl::StrCat(kTypeUrlPrefix, "google.rpc."))) {
        details.push_back({url, std::string(value)});
      }
    });
  }
  std::sort(details.begin(), details.end(), [](const Detail& a, const Detail& b) {
    return std::forward_as_tuple(Rank(a.type_url), a.type_url) <
           std::forward_as_tuple(Rank(b.type_url), b.type_url);
  });
  std::size_t room = kMaxDetailsBytes;
  for (Detail& detail : details) {
    if (detail.value.size() > room && detail.type_url == TypeUrl<google::rpc::BadRequest>()) {
      CutBadRequest(room, detail);
    }
    if (detail.value.size() > room) continue;
    room -= detail.value.size();
    google::protobuf::Any* any = detailed.add_details();
    any->set_type_url(std::move(detail.type_url));
    any->set_value(std::move(detail.value));
  }
  return grpc::Status(static_cast<grpc::StatusCode>(detailed.code()), detailed.message(),
                      detailed.SerializeAsString());
}

absl::Status CredentialsError(const std::string& reason, const std::string& message) {
  return GatewayError(absl::StatusCode::kUnauthenticated, reason, message);
}

absl::Status DrainingError() {
  return GatewayError(absl::StatusCode::kUnavailable, "DRAINING", "this gateway is shutting down");
}

absl::Status MalformedRequestError(const std::string& message_type) {
  return GatewayError(absl::StatusCode::kInvalidArgument, "MALFORMED_REQUEST",
                      absl::StrCat("the request is no ", message_type,
                                   ": its bytes cannot be parsed, or a text is not valid UTF-8"));
}

std::string_view CodeName(grpc::StatusCode code) {
  constexpr std::string_view kNames[] = {"OK",
                                         "CANCELLED",
                                         "UNKNOWN",
                                         "INVALID_ARGUMENT",
                                         "DEADLINE_EXCEEDED",
                                         "NOT_FOUND",
                                         "ALREADY_EXISTS",
                                         "PERMISSION_DENIED",
                                         "RESOURCE_EXHAUSTED",
                                         "FAILED_PRECONDITION",
                                         "ABORTED",
                                         "OUT_OF_RANGE",
                                         "UNIMPLEMENTED",
                                         "INTERNAL",
                                         "UNAVAILABLE",
                                         "DATA_LOSS",
                                         "UNAUTHENTICATED"};
  const auto index = static_cast<std::size_t>(code);
  return index < std::size(kNames) ? kNames[index] : "UNKNOWN";
}

}  // namespace gateway::rpc
