#ifndef SERVER_ACTIONS_PAGING_H_
#define SERVER_ACTIONS_PAGING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "boost/asio/awaitable.hpp"
#include "google/protobuf/message.h"
#include "google/protobuf/repeated_field.h"
#include "server/encord/upstream_page.h"

namespace gateway::actions {

// The page that a list request asks for (AIP-158). A page token names the place in Encord's list
// and the request that it belongs to.
struct Page {
  int size = 0;                     // 1 to 1000; 0: everything
  std::string upstream_token = "";  // Encord's page that the page begins in; empty: its first
  int offset = 0;                   // items of that page that come before
  // Of the request without page_size and page_token; empty if everything is wanted at once.
  std::string fingerprint = "";
};

// Reads page_size and page_token of a list request. INVALID_ARGUMENT if page_size is not 1 to
// 1000, or if page_token does not belong to this request.
absl::StatusOr<Page> ReadPage(const google::protobuf::Message& request);

// The page token for the items that come after `offset` items of Encord's page `upstream_token`.
std::string NextPageToken(const Page& page, absl::string_view upstream_token, int offset);

// Cuts the page out of a list that Encord gave whole.
template <class Item>
void CutPage(const Page& page, google::protobuf::RepeatedPtrField<Item>& items,
             std::string* next_page_token) {
  const int before = std::min(page.offset, items.size());
  items.DeleteSubrange(0, before);
  if (page.size == 0 || items.size() <= page.size) return;
  items.DeleteSubrange(page.size, items.size() - page.size);
  *next_page_token = NextPageToken(page, "", before + page.size);
}

// Gathers the page from a list that Encord pages. `fetch(UpstreamPage, Response&)` gets one of
// Encord's pages, `items(Response&)` is its list.
template <class Response, class Fetch, class Items>
boost::asio::awaitable<absl::Status> GatherPage(const Page& page, const Fetch& fetch,
                                                const Items& items, Response& response) {
  auto& out = *items(response);
  encord::UpstreamPage upstream{.token = page.upstream_token, .size = page.size};
  int skip = page.offset;
  while (true) {
    Response part;
    if (absl::Status status = co_await fetch(upstream, part); !status.ok()) co_return status;
    auto& list = *items(part);
    const int begin = std::min(skip, list.size());
    const int room = page.size == 0 ? list.size() : page.size - out.size();
    const int end = std::min(list.size(), begin + room);
    for (int i = begin; i < end; ++i) out.Add()->Swap(list.Mutable(i));
    if (end < list.size()) {
      response.set_next_page_token(NextPageToken(page, upstream.token, end));
      co_return absl::OkStatus();
    }
    skip = 0;
    upstream.token = part.next_page_token();
    if (upstream.token.empty()) co_return absl::OkStatus();
    if (page.size != 0 && out.size() == page.size) {
      response.set_next_page_token(NextPageToken(page, upstream.token, 0));
      co_return absl::OkStatus();
    }
  }
}

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_PAGING_H_
