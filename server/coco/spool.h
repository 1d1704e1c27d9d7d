#ifndef SERVER_COCO_SPOOL_H_
#define SERVER_COCO_SPOOL_H_

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace gateway::coco {

// Text that is written first and read later, in order. Keeps little of it in memory: what is more
// goes to an anonymous temporary file, which vanishes with the spool.
class Spool {
 public:
  // `memory_limit`: bytes that are kept in memory.
  explicit Spool(size_t memory_limit) : memory_limit_(memory_limit) {}

  // RESOURCE_EXHAUSTED if the temporary file cannot be made or is full.
  absl::Status Write(std::string_view text);

  // Appends the next bytes, about as many as the memory limit, to `text`; nothing once all has been
  // read. There is no writing after the first reading. DATA_LOSS if the file cannot be read.
  absl::Status Read(std::string& text);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  absl::Status Flush();

  const size_t memory_limit_;
  std::string memory_;
  std::unique_ptr<std::FILE, Close> file_;
  bool is_reading_ = false;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_SPOOL_H_
