// The process's log: lines on stderr.

#ifndef SERVER_LOG_H_
#define SERVER_LOG_H_

#include <spdlog/sinks/base_sink.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace gateway {

enum class LogFormat {
  kText,  // 2026-01-15T10:30:00.123Z info listening
  kJson,  // {"time":"2026-01-15T10:30:00.123Z","level":"info","message":"listening"}
};

// A spdlog sink that gathers lines in memory and writes them from a thread of its own, many at a
// time, so that logging costs the event loop neither a system call nor the wake-up of a thread.
// When the reader of the log does not keep up, lines are dropped and counted.
class BatchingSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // Writes to the file descriptor `fd`, which stays the caller's. Lines wait for at most some 50
  // ms, errors not at all; at most `max_pending_bytes` wait at a time.
  explicit BatchingSink(int fd, std::size_t max_pending_bytes = 4 << 20);

  // Writes what waits.
  ~BatchingSink() override;

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override;

 private:
  void Run();

  const int fd_;
  const std::size_t max_pending_bytes_;

  // Guarded by mutex_ of the base class.
  std::string pending_;
  std::uint64_t dropped_ = 0;
  bool urgent_ = false;
  bool stopping_ = false;
  bool writer_idle_ = true;
  std::condition_variable wake_writer_;

  std::thread writer_;
};

// Makes spdlog's default logger, which all code logs to, and the logger kFieldsLogger write to
// `sink` in the given format; `level` is one of spdlog's names: "debug", "info", "warning",
// "error", "off".
void SetUpLogging(std::shared_ptr<spdlog::sinks::sink> sink, LogFormat format,
                  const std::string& level);

// The name of the logger whose messages are fields rendered for the format already:
// ` a=1 b=x` as text, `,"a":1,"b":"x"` as JSON.
inline constexpr const char* kFieldsLogger = "fields";

// `text` as the inside of a JSON string.
std::string EscapeJson(std::string_view text);

}  // namespace gateway

#endif  // SERVER_LOG_H_
