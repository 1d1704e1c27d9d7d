#include "server/coco/spool.h"

namespace gateway::coco {

absl::Status Spool::Write(std::string_view text) {
  memory_.append(text);
  return memory_.size() > memory_limit_ ? Flush() : absl::OkStatus();
}

absl::Status Spool::Flush() {
  if (file_ == nullptr) file_.reset(std::tmpfile());
  if (file_ == nullptr ||
      std::fwrite(memory_.data(), 1, memory_.size(), file_.get()) != memory_.size()) {
    return absl::ResourceExhaustedError("a temporary file cannot be written");
  }
  memory_.clear();
  return absl::OkStatus();
}

absl::Status Spool::Read(std::string& text) {
  if (file_ == nullptr) {
    text.append(memory_);
    memory_.clear();
    return absl::OkStatus();
  }
  if (!is_reading_) {
    if (absl::Status status = Flush(); !status.ok()) return status;
    if (std::fseek(file_.get(), 0, SEEK_SET) != 0) {
      return absl::DataLossError("a temporary file cannot be read");
    }
    is_reading_ = true;
  }
  const size_t before = text.size();
  text.resize(before + memory_limit_);
  const size_t count = std::fread(text.data() + before, 1, memory_limit_, file_.get());
  text.resize(before + count);
  if (count < memory_limit_ && std::ferror(file_.get()) != 0) {
    return absl::DataLossError("a temporary file cannot be read");
  }
  return absl::OkStatus();
}

}  // namespace gateway::coco
