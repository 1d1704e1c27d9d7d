#include "server/actions/paging.h"

#include <memory>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "openssl/sha.h"
#include "server/actions/validator.h"

namespace gateway::actions {
namespace {

constexpr int kMaxPageSize = 1000;

// Equal on every replica, since a page token may come back to another one.
std::string Fingerprint(const google::protobuf::Message& request) {
  const auto* descriptor = request.GetDescriptor();
  const auto* reflection = request.GetReflection();
  const std::unique_ptr<google::protobuf::Message> rest(request.New());
  rest->CopyFrom(request);
  reflection->ClearField(rest.get(), descriptor->FindFieldByName("page_size"));
  reflection->ClearField(rest.get(), descriptor->FindFieldByName("page_token"));
  std::string bytes = descriptor->full_name();
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    rest->SerializeToCodedStream(&coded);
  }
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  return std::string(reinterpret_cast<const char*>(digest), 8);
}

}  // namespace

absl::StatusOr<Page> ReadPage(const google::protobuf::Message& request) {
  const auto* descriptor = request.GetDescriptor();
  const auto* reflection = request.GetReflection();
  Page page;
  Validator check;
  const auto* size = descriptor->FindFieldByName("page_size");
  if (reflection->HasField(request, size)) {
    page.size = reflection->GetInt32(request, size);
    check.Range("page_size", page.size, 1, kMaxPageSize);
  }
  const std::string token =
      reflection->GetString(request, descriptor->FindFieldByName("page_token"));
  if (reflection->HasField(request, size) || !token.empty()) {
    page.fingerprint = Fingerprint(request);
  }
  if (!token.empty()) {
    std::string text;
    const bool decoded = absl::WebSafeBase64Unescape(token, &text);
    const absl::string_view view = text;
    const size_t bar = view.find('|', page.fingerprint.size());
    if (!decoded || view.substr(0, page.fingerprint.size()) != page.fingerprint ||
        bar == absl::string_view::npos ||
        !absl::SimpleAtoi(view.substr(page.fingerprint.size(), bar - page.fingerprint.size()),
                          &page.offset) ||
        page.offset < 0) {
      check.Fail("page_token", "must be the next_page_token of a response to the same request");
    } else {
      page.upstream_token = std::string(view.substr(bar + 1));
    }
  }
  if (!check.ok()) return check.status();
  return page;
}

std::string NextPageToken(const Page& page, absl::string_view upstream_token, int offset) {
  return absl::WebSafeBase64Escape(absl::StrCat(page.fingerprint, offset, "|", upstream_token));
}

}  // namespace gateway::actions
