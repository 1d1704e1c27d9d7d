#include "tools/sandbox/paging.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace sandbox {
namespace {

constexpr int64_t kDefaultPageSize = 100;
constexpr int64_t kMaximumPageSize = 1000;

// Encoded so that callers treat it as opaque.
std::string EncodeToken(int64_t offset) {
  return absl::WebSafeBase64Escape(absl::StrCat("after:", offset));
}

Result<int64_t> DecodeToken(const std::string& token) {
  std::string text;
  int64_t offset = 0;
  if (!absl::WebSafeBase64Unescape(token, &text) || !text.starts_with("after:") ||
      !absl::SimpleAtoi(text.substr(6), &offset) || offset < 0) {
    return InvalidArguments("pageToken is not one that this server gave");
  }
  return offset;
}

}  // namespace

Result<Page> ReadPage(const Context& context, const Query& query) {
  ASSIGN_OR_RETURN(std::optional<int64_t> size, query.Int("pageSize"));
  if (size.has_value() && (*size < 1 || *size > kMaximumPageSize)) {
    return InvalidArguments("pageSize must be between 1 and 1000");
  }
  Page page{size.value_or(kDefaultPageSize), 0};
  if (context.settings.page_size > 0) page.size = std::min(page.size, context.settings.page_size);
  if (std::optional<std::string> token = query.Text("pageToken"); token.has_value()) {
    ASSIGN_OR_RETURN(page.offset, DecodeToken(*token));
  }
  return page;
}

json::object AnswerPage(const Context& context, const Page& page, std::string select,
                        std::vector<SqlValue> arguments,
                        const std::function<json::value(const Row&)>& to_json) {
  select += " LIMIT ? OFFSET ?";
  // One more than asked tells whether there is a next page.
  arguments.emplace_back(page.size + 1);
  arguments.emplace_back(page.offset);
  json::array results;
  bool more = false;
  for (const Row& row : context.store.Query(select, arguments)) {
    more = static_cast<int64_t>(results.size()) == page.size;
    if (more) break;
    results.push_back(to_json(row));
  }
  json::object answer;
  answer["results"] = std::move(results);
  answer["nextPageToken"] = nullptr;
  if (more) answer["nextPageToken"] = EncodeToken(page.offset + page.size);
  return answer;
}

}  // namespace sandbox
