#include "server/encord/users.h"

#include "absl/strings/str_cat.h"
#include "boost/json/array.hpp"
#include "boost/json/object.hpp"
#include "server/encord/query.h"
#include "server/encord/wire_values.h"

namespace gateway::encord {
namespace asio = boost::asio;

namespace {

absl::Status DecodeUser(Json element, pb::ProjectUser& user) {
  ObjectReader reader("ProjectUser", element);
  reader.Text("userEmail", user.mutable_user_email());
  if (auto role = reader.OptionalInt("userRole")) {
    user.set_user_role(ProjectRoleName(*role));
  } else {
    reader.Fail("userRole", "a number");
  }
  return reader.status();
}

absl::Status DecodeGroup(Json element, pb::Group& group) {
  ObjectReader reader("Group", element);
  reader.Text("groupHash", group.mutable_group_hash());
  reader.Text("name", group.mutable_name());
  group.set_description(reader.OptionalText("description").value_or(""));
  reader.Date("createdAt", group.mutable_created_at());
  return reader.status();
}

}  // namespace

asio::awaitable<absl::Status> AddUsersToProject(Call& call,
                                                const pb::AddUsersToProjectRequest& request,
                                                pb::AddUsersToProjectResponse& response) {
  boost::json::array emails(request.user_emails().begin(), request.user_emails().end());
  V1Request add{
      .query_type = "projectusers",
      .query_method = "POST",
      .resource = {"project", request.project_hash()},
      .uid = boost::json::string(request.project_hash()),
      .payload = boost::json::object{{"user_emails", std::move(emails)},
                                     {"user_role", ProjectRoleNumber(request.user_role()).value()}},
      .retry_class = RetryClass::kCreate};
  co_return co_await call.Fetch(std::move(add), [&](Json answer) {
    return ForEach(answer, "added users",
                   [&](Json user) { return DecodeUser(user, *response.add_users_added()); });
  });
}

asio::awaitable<absl::Status> ListProjectUsers(Call& call,
                                               const pb::ListProjectUsersRequest& request,
                                               const UpstreamPage& page,
                                               pb::ListProjectUsersResponse& response) {
  Query query;
  if (!page.token.empty()) query.Add("pageToken", page.token);
  V2Request list{.target = query.AppendTo(absl::StrCat(
                     "/v2/public/projects/", PathSegment(request.project_hash()), "/users")),
                 .resource = {"project", request.project_hash()}};
  co_return co_await call.Fetch(std::move(list), [&](Json answer) {
    ObjectReader reader("users", answer);
    reader.List("results", [&](Json user) { return DecodeUser(user, *response.add_users()); });
    response.set_next_page_token(reader.OptionalText("nextPageToken").value_or(""));
    return reader.status();
  });
}

asio::awaitable<absl::Status> ListGroups(Call& call, pb::ListGroupsResponse& response) {
  V2Request list{.target = "/v2/public/user/current-organisation/groups"};
  co_return co_await call.Fetch(std::move(list), [&](Json answer) {
    ObjectReader reader("groups", answer);
    reader.List("results", [&](Json group) { return DecodeGroup(group, *response.add_groups()); });
    return reader.status();
  });
}

}  // namespace gateway::encord
