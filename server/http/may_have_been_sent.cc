#include "server/http/may_have_been_sent.h"

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace gateway::http {
namespace {

// The type URL of an empty payload.
constexpr absl::string_view kMayHaveBeenSent = "gateway.http/may-have-been-sent";

}  // namespace

bool MayHaveBeenSent(const absl::Status& status) {
  return status.GetPayload(kMayHaveBeenSent).has_value();
}

absl::Status WithMayHaveBeenSent(absl::Status status) {
  status.SetPayload(kMayHaveBeenSent, absl::Cord());
  return status;
}

}  // namespace gateway::http
