// Page tokens: as a client might send them, and with the fingerprint that no client guesses.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/encord/v1/projects.pb.h"
#include "server/actions/paging.h"
#include "tests/fuzz/check.h"

namespace gateway::actions {
namespace {

void Read(absl::string_view token) {
  ::encord::v1::ListProjectsRequest request;
  request.set_page_size(10);
  request.set_page_token(std::string(token));
  const auto page = ReadPage(request);
  if (!page.ok()) {
    FUZZ_CHECK(page.status().code() == absl::StatusCode::kInvalidArgument);
    return;
  }
  FUZZ_CHECK(page->offset >= 0);

  ::encord::v1::ListProjectsResponse response;
  for (int i = 0; i < 30; ++i) response.add_projects();
  CutPage(*page, *response.mutable_projects(), response.mutable_next_page_token());
  FUZZ_CHECK(response.projects_size() <= 10);

  request.set_page_token(NextPageToken(*page, page->upstream_token, page->offset));
  const auto again = ReadPage(request);
  FUZZ_CHECK(again.ok());
  FUZZ_CHECK(again->offset == page->offset && again->upstream_token == page->upstream_token);
}

}  // namespace
}  // namespace gateway::actions

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway::actions;
  static const std::string fingerprint = [] {
    ::encord::v1::ListProjectsRequest request;
    request.set_page_size(10);
    return ReadPage(request)->fingerprint;
  }();
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  Read(input);
  Read(absl::WebSafeBase64Escape(absl::StrCat(fingerprint, input)));
  return 0;
}
