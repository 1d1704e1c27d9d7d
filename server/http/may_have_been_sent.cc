#include "server/http/may_have_been_sent.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace gateway::http {
namespace {

// Type URLs of empty payloads.
constexpr absl::string_view kMayHaveBeenSent = "gateway.http/may-have-been-sent";
constexpr absl::string_view kSentTwice = "gateway.http/sent-twice";

}  // namespace

bool MayHaveBeenSent(const absl::Status& status) {
  return status.GetPayload(kMayHaveBeenSent).has_value();
}

absl::Status WithMayHaveBeenSent(absl::Status status) {
  status.SetPayload(kMayHaveBeenSent, absl::Cord());
  return status;
}

bool WasSentTwice(const absl::Status& status) { return status.GetPayload(kSentTwice).has_value(); }

absl::Status WithSentTwice(absl::Status status) {
  status.SetPayload(kSentTwice, absl::Cord());
  return WithMayHaveBeenSent(std::move(status));
}

}  // namespace gateway::http
