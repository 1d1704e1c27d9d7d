#ifndef TOOLS_SANDBOX_CONTEXT_H_
#define TOOLS_SANDBOX_CONTEXT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tools/sandbox/clock.h"
#include "tools/sandbox/date.h"
#include "tools/sandbox/store.h"

namespace sandbox {

struct Context;

// What one noun tells others, who subscribe when they register.
struct Events {
  using DataRowsChanged = std::function<void(Context&, const std::string& dataset_uuid,
                                             const std::vector<std::string>& data_uuids)>;
  // After data rows were added to a dataset, with their data hashes.
  std::vector<DataRowsChanged> data_rows_added;
  // Before data rows are removed from a dataset.
  std::vector<DataRowsChanged> data_rows_removed;
};

struct Settings {
  // No page is larger than this; 0 = as the caller asks, or 100.
  int64_t page_size = 0;
  // How long an upload job stays PENDING.
  absl::Duration upload_delay = absl::Milliseconds(100);
  // Label rows in one call; more is a MULTI_LABEL_LIMIT_ERROR.
  int64_t maximum_labels = 1000;
};

// What every handler works on.
struct Context {
  Store& store;
  Clock& clock;
  const Events& events;
  const Settings& settings;

  // The current time in the kept form (date.h).
  std::string Now() const { return FormatDate(clock.Now()); }
};

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_CONTEXT_H_
