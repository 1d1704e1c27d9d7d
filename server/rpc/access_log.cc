#include "server/rpc/access_log.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <utility>

#include "absl/time/time.h"
#include "server/rpc/status.h"

namespace gateway::rpc {

AccessLog::AccessLog(std::shared_ptr<spdlog::logger> logger, LogFormat format)
    : logger_(std::move(logger)), format_(format) {}

void AccessLog::Write(const CallRecord& record, std::string_view peer) const {
  if (!enabled()) return;
  const double duration_ms = std::chrono::duration<double, std::milli>(record.duration).count();
  const double upstream_ms = absl::ToDoubleMilliseconds(record.upstream.time);
  fmt::memory_buffer line;
  const auto write = [&](const auto& format) {
    fmt::format_to(fmt::appender(line), format, record.method, CodeName(record.code), duration_ms,
                   record.upstream.calls, record.upstream.attempts, upstream_ms, record.trace_id,
                   EscapeJson(peer));
  };
  if (format_ == LogFormat::kText) {
    write(
        FMT_COMPILE(" method={} code={} duration_ms={:.3f} upstream_calls={} "
                    "upstream_attempts={} upstream_ms={:.3f} trace_id={} peer={}"));
  } else {
    write(
        FMT_COMPILE(R"(,"method":"{}","code":"{}","duration_ms":{:.3f},"upstream_calls":{},)"
                    R"("upstream_attempts":{},"upstream_ms":{:.3f},"trace_id":"{}","peer":"{}")"));
  }
  logger_->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace gateway::rpc
