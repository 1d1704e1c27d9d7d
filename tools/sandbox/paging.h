#ifndef TOOLS_SANDBOX_PAGING_H_
#define TOOLS_SANDBOX_PAGING_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tools/sandbox/context.h"
#include "tools/sandbox/query.h"
#include "tools/sandbox/result.h"

namespace sandbox {

// The part of a list that a caller asks for.
struct Page {
  int64_t size;
  int64_t offset;
};

// Reads `pageSize` (1..1000, default 100, cut to Settings::page_size) and
// `pageToken`; INVALID_ARGUMENTS for others.
Result<Page> ReadPage(const Context& context, const Query& query);

// Runs `select` (a SELECT with a fixed order, without LIMIT) for one page and
// answers {"results": [...], "nextPageToken": text or null}, each row made JSON
// by `to_json`.
json::object AnswerPage(const Context& context, const Page& page, std::string select,
                        std::vector<SqlValue> arguments,
                        const std::function<json::value(const Row&)>& to_json);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_PAGING_H_
