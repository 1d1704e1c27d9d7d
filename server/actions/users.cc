#include "server/actions/users.h"

#include "server/actions/paging.h"
#include "server/actions/validator.h"
#include "server/encord/users.h"
#include "server/encord/wire_values.h"

namespace gateway::actions {
namespace asio = boost::asio;

asio::awaitable<absl::Status> AddUsersToProject(CallContext& context,
                                                const pb::AddUsersToProjectRequest& request,
                                                pb::AddUsersToProjectResponse& response) {
  constexpr int kMaxEmails = 1000;
  Validator check;
  check.Uuid("project_hash", request.project_hash());
  check.Range("user_emails", request.user_emails_size(), 1, kMaxEmails);
  int index = 0;
  for (const std::string& email : request.user_emails()) {
    check.Email(Indexed("user_emails", index++), email);
  }
  check.OneOf("user_role", request.user_role(), encord::kProjectRoles);
  if (!check.ok()) co_return check.status();
  co_return co_await encord::AddUsersToProject(context.encord, request, response);
}

asio::awaitable<absl::Status> ListGroups(CallContext& context, const pb::ListGroupsRequest& request,
                                         pb::ListGroupsResponse& response) {
  const auto page = ReadPage(request);
  if (!page.ok()) co_return page.status();
  const absl::Status status = co_await encord::ListGroups(context.encord, response);
  CutPage(*page, *response.mutable_groups(), response.mutable_next_page_token());
  co_return status;
}

asio::awaitable<absl::Status> ListProjectUsers(CallContext& context,
                                               const pb::ListProjectUsersRequest& request,
                                               pb::ListProjectUsersResponse& response) {
  Validator check;
  check.Uuid("project_hash", request.project_hash());
  if (!check.ok()) co_return check.status();
  const auto page = ReadPage(request);
  if (!page.ok()) co_return page.status();
  const auto fetch = [&](const encord::UpstreamPage& upstream, auto& part) {
    return encord::ListProjectUsers(context.encord, request, upstream, part);
  };
  const auto users = [](auto& list) { return list.mutable_users(); };
  co_return co_await GatherPage(*page, fetch, users, response);
}

}  // namespace gateway::actions
