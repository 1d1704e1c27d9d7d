#include "server/rpc/access_log.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <sstream>
#include <string>

namespace gateway::rpc {
namespace {

std::string Write(LogFormat format, spdlog::level::level_enum level = spdlog::level::info) {
  std::ostringstream stream;
  auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(stream);
  auto logger = std::make_shared<spdlog::logger>(kFieldsLogger, sink);
  logger->set_pattern("%v");
  logger->set_level(level);
  CallRecord record;
  record.method = "/encord.v1.EncordService/GetProject";
  record.code = grpc::StatusCode::NOT_FOUND;
  record.duration = std::chrono::microseconds(12'345);
  record.upstream.calls = 1;
  record.upstream.attempts = 2;
  record.upstream.time = absl::Microseconds(10'500);
  record.trace_id = "0af7651916cd43dd8448eb211c80319c";
  AccessLog(logger, format).Write(record, "ipv4:127.0.0.1:5000");
  return stream.str();
}

TEST(AccessLogTest, Text) {
  EXPECT_EQ(Write(LogFormat::kText),
            " method=/encord.v1.EncordService/GetProject code=NOT_FOUND duration_ms=12.345 "
            "upstream_calls=1 upstream_attempts=2 upstream_ms=10.500 "
            "trace_id=0af7651916cd43dd8448eb211c80319c peer=ipv4:127.0.0.1:5000\n");
}

TEST(AccessLogTest, JsonFieldsMakeAnObject) {
  const std::string fields = Write(LogFormat::kJson);
  ASSERT_EQ(fields.front(), ',');
  const boost::json::value line = boost::json::parse("{" + fields.substr(1) + "}");
  EXPECT_EQ(line.at("code").as_string(), "NOT_FOUND");
  EXPECT_EQ(line.at("duration_ms").as_double(), 12.345);
  EXPECT_EQ(line.at("upstream_attempts").as_int64(), 2);
  EXPECT_EQ(line.at("peer").as_string(), "ipv4:127.0.0.1:5000");
}

TEST(AccessLogTest, LevelTurnsItOff) {
  EXPECT_EQ(Write(LogFormat::kText, spdlog::level::warn), "");
}

}  // namespace
}  // namespace gateway::rpc
