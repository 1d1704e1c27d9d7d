#ifndef SERVER_ENCORD_UPSTREAM_PAGE_H_
#define SERVER_ENCORD_UPSTREAM_PAGE_H_

#include <string>

namespace gateway::encord {

// Which page of a list that Encord pages.
struct UpstreamPage {
  std::string token = "";  // Encord's nextPageToken of the page before; empty for the first
  int size = 0;            // items wanted, 1 to 1000; 0: Encord's choice
};

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_UPSTREAM_PAGE_H_
