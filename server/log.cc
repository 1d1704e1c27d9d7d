#include "server/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <spdlog/formatter.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace gateway {
namespace {

constexpr std::chrono::milliseconds kBatchTime{50};

// Writes all of it. A pipe nobody empties blocks the writer thread alone.
void WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd writable{fd, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return;  // nobody reads the log any more
    }
  }
}

std::string_view View(spdlog::string_view_t text) { return {text.data(), text.size()}; }

// One line per message, as LogFormat shows.
class LineFormatter : public spdlog::formatter {
 public:
  explicit LineFormatter(LogFormat format) : format_(format) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(message.time);
    if (seconds != seconds_) {
      seconds_ = seconds;
      date_ = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(seconds));
    }
    const auto milliseconds =
        std::chrono::floor<std::chrono::milliseconds>(message.time - seconds).count();
    const std::string_view level = View(spdlog::level::to_string_view(message.level));
    const std::string_view payload = View(message.payload);
    const bool fields = View(message.logger_name) == kFieldsLogger;
    const auto end = fmt::appender(line);
    if (format_ == LogFormat::kText) {
      fmt::format_to(end, "{}.{:03}Z {}{}{}\n", date_, milliseconds, level, fields ? "" : " ",
                     payload);
    } else if (fields) {
      fmt::format_to(end,
                     R"({{"time":"{}.{:03}Z","level":"{}"{}}})"
                     "\n",
                     date_, milliseconds, level, payload);
    } else {
      fmt::format_to(end,
                     R"({{"time":"{}.{:03}Z","level":"{}","message":"{}"}})"
                     "\n",
                     date_, milliseconds, level, EscapeJson(payload));
    }
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(format_);
  }

 private:
  const LogFormat format_;
  // The date of `seconds_`, which many lines share.
  std::chrono::sys_seconds seconds_{};
  std::string date_;
};

}  // namespace

BatchingSink::BatchingSink(int fd, std::size_t max_pending_bytes)
    : fd_(fd), max_pending_bytes_(max_pending_bytes), writer_([this] { Run(); }) {}

BatchingSink::~BatchingSink() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_writer_.notify_one();
  writer_.join();
}

void BatchingSink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  if (pending_.size() + line.size() > max_pending_bytes_) {
    ++dropped_;
    return;
  }
  pending_.append(line.data(), line.size());
  if (message.level >= spdlog::level::err) urgent_ = true;
  if (writer_idle_ || urgent_) wake_writer_.notify_one();
}

void BatchingSink::flush_() {
  urgent_ = true;
  wake_writer_.notify_one();
}

void BatchingSink::Run() {
  std::unique_lock lock(mutex_);
  std::string batch;
  while (true) {
    writer_idle_ = true;
    wake_writer_.wait(lock, [this] { return stopping_ || !pending_.empty(); });
    writer_idle_ = false;
    wake_writer_.wait_for(lock, kBatchTime, [this] { return stopping_ || urgent_; });
    urgent_ = false;
    if (pending_.empty() && stopping_) return;
    batch.clear();
    batch.swap(pending_);
    const std::uint64_t dropped = std::exchange(dropped_, 0);
    lock.unlock();
    WriteAll(fd_, batch);
    lock.lock();
    if (dropped > 0) {
      const std::string text = fmt::format("{} log lines dropped", dropped);
      sink_it_(spdlog::details::log_msg("", spdlog::level::warn, text));
    }
  }
}

void SetUpLogging(std::shared_ptr<spdlog::sinks::sink> sink, LogFormat format,
                  const std::string& level) {
  sink->set_formatter(std::make_unique<LineFormatter>(format));
  spdlog::drop_all();
  for (const char* name : {"", kFieldsLogger}) {
    auto logger = std::make_shared<spdlog::logger>(name, sink);
    logger->set_level(spdlog::level::from_str(level));
    if (*name == '\0') {
      spdlog::set_default_logger(std::move(logger));
    } else {
      spdlog::register_logger(std::move(logger));
    }
  }
}

std::string EscapeJson(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      escaped += fmt::format("\\u{:04x}", static_cast<int>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace gateway
