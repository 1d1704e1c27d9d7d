#include "server/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>
#include <string>

namespace gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

// A pipe whose reading end is the test's.
class LogTest : public testing::Test {
 protected:
  LogTest() { EXPECT_EQ(pipe(ends_), 0); }
  ~LogTest() override {
    close(ends_[0]);
    close(ends_[1]);
  }

  // What the log has written after it is shut down.
  std::string Finish() {
    spdlog::set_default_logger(nullptr);
    spdlog::drop_all();
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    std::string text(1 << 16, '\0');
    const ssize_t size = read(ends_[0], text.data(), text.size());
    text.resize(size < 0 ? 0 : size);
    return text;
  }

  int ends_[2];
};

TEST_F(LogTest, Text) {
  SetUpLogging(std::make_shared<BatchingSink>(ends_[1]), LogFormat::kText, "info");
  spdlog::warn("a \"b\"");
  spdlog::debug("hidden");
  spdlog::get(kFieldsLogger)->info(" a=1");
  EXPECT_THAT(Finish(), MatchesRegex("20..-..-..T..:..:..\\....Z warning a \"b\"\n"
                                     "20..-..-..T..:..:..\\....Z info a=1\n"));
}

TEST_F(LogTest, Json) {
  SetUpLogging(std::make_shared<BatchingSink>(ends_[1]), LogFormat::kJson, "info");
  spdlog::warn("a \"b\"\n");
  spdlog::get(kFieldsLogger)->info(",\"a\":1");
  EXPECT_THAT(
      Finish(),
      MatchesRegex(
          "\\{\"time\":\"[^\"]*Z\",\"level\":\"warning\",\"message\":\"a .\"b.\".u000a\"\\}\n"
          "\\{\"time\":\"[^\"]*Z\",\"level\":\"info\",\"a\":1\\}\n"));
}

TEST_F(LogTest, WritesWithoutBeingAsked) {
  SetUpLogging(std::make_shared<BatchingSink>(ends_[1]), LogFormat::kText, "info");
  spdlog::info("hello");
  pollfd readable{ends_[0], POLLIN, 0};
  EXPECT_EQ(poll(&readable, 1, 10'000), 1);
  Finish();
}

TEST_F(LogTest, DropsAndCountsWhatDoesNotFit) {
  SetUpLogging(std::make_shared<BatchingSink>(ends_[1], 100), LogFormat::kText, "info");
  // One lock is held for a line at a time, so the writer cannot take the first before the others.
  for (int i = 0; i < 1000; ++i) spdlog::info("{}", std::string(60, 'x'));
  EXPECT_THAT(Finish(), HasSubstr(" log lines dropped"));
}

}  // namespace
}  // namespace gateway
