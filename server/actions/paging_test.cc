#include "server/actions/paging.h"

#include "gtest/gtest.h"
#include "proto/encord/v1/users.pb.h"

namespace gateway::actions {
namespace {

using ::encord::v1::ListGroupsRequest;
using ::encord::v1::ListGroupsResponse;
using ::encord::v1::ListProjectUsersRequest;

ListGroupsResponse FiveGroups() {
  ListGroupsResponse response;
  for (const char* name : {"a", "b", "c", "d", "e"}) response.add_groups()->set_name(name);
  return response;
}

TEST(CutPageTest, WalkEqualsTheWholeList) {
  ListGroupsRequest request;
  request.set_page_size(2);
  std::string walked;
  int pages = 0;
  do {
    ListGroupsResponse response = FiveGroups();
    CutPage(ReadPage(request).value(), *response.mutable_groups(),
            response.mutable_next_page_token());
    for (const auto& group : response.groups()) walked += group.name();
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(walked, "abcde");
  EXPECT_EQ(pages, 3);
}

TEST(ReadPageTest, RefusesBadSizesAndForeignTokens) {
  ListGroupsRequest request;
  for (int size : {0, -1, 1001}) {
    request.set_page_size(size);
    EXPECT_EQ(ReadPage(request).status().code(), absl::StatusCode::kInvalidArgument) << size;
  }
  request.set_page_size(1);
  const std::string token = NextPageToken(ReadPage(request).value(), "", 1);
  request.set_page_token(token);
  EXPECT_EQ(ReadPage(request).value().offset, 1);
  ListProjectUsersRequest other;
  other.set_page_token(token);
  EXPECT_FALSE(ReadPage(other).ok());
  request.set_page_token("@@@");
  EXPECT_FALSE(ReadPage(request).ok());
}

}  // namespace
}  // namespace gateway::actions
