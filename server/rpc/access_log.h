// One log line per call.

#ifndef SERVER_RPC_ACCESS_LOG_H_
#define SERVER_RPC_ACCESS_LOG_H_

#include <grpcpp/support/status.h>
#include <spdlog/logger.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "server/encord/client.h"
#include "server/log.h"

namespace gateway::rpc {

// What there is to know about a call that is over.
struct CallRecord {
  std::string_view method;  // "/encord.v1.EncordService/GetProject"
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::chrono::steady_clock::duration duration{};
  encord::CallStats upstream;
  std::string_view trace_id;
};

// Writes calls at level info to spdlog's logger kFieldsLogger. Safe to share between threads.
class AccessLog {
 public:
  // `logger` is the one that SetUpLogging made for the same format.
  AccessLog(std::shared_ptr<spdlog::logger> logger, LogFormat format);

  // False if nothing would be written.
  bool enabled() const { return logger_->should_log(spdlog::level::info); }

  // `peer`: the caller's address as gRPC writes it.
  void Write(const CallRecord& record, std::string_view peer) const;

 private:
  const std::shared_ptr<spdlog::logger> logger_;
  const LogFormat format_;
};

}  // namespace gateway::rpc

#endif  // SERVER_RPC_ACCESS_LOG_H_
