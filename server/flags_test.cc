#include "server/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace gateway {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class FlagSetTest : public testing::Test {
 protected:
  FlagSetTest() {
    flags_.Add("listen", &listen_, "Where to listen.");
    flags_.Add("verbose", &verbose_, "Whether to talk.");
    flags_.Add("ratio", &ratio_, 0.0, 1.0, "How much.");
    flags_.Add("attempts", &attempts_, 1, 10, "How often.");
    flags_.AddBytes("limit", &limit_, 1, std::size_t{1} << 40, "How large.");
    flags_.Add("timeout", &timeout_, milliseconds(10), "How long.");
    flags_.AddChoice("format", &format_, {"text", "json"}, "How it looks.");
  }

  absl::Status Parse(const std::vector<std::string>& arguments) {
    return flags_.Parse(arguments, [this](const char* name) -> const char* {
      const auto found = environment_.find(name);
      return found == environment_.end() ? nullptr : found->second.c_str();
    });
  }

  std::string Error(const std::string& argument) {
    const absl::Status status = Parse({argument});
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << argument;
    return std::string(status.message());
  }

  std::string listen_ = "localhost:1";
  bool verbose_ = false;
  double ratio_ = 0.5;
  int attempts_ = 4;
  std::size_t limit_ = 16 << 20;
  milliseconds timeout_ = std::chrono::seconds(90);
  std::string format_ = "text";
  std::map<std::string, std::string> environment_;
  FlagSet flags_{"ROBOT"};
};

TEST_F(FlagSetTest, NothingGivenKeepsDefaults) {
  ASSERT_TRUE(Parse({}).ok());
  EXPECT_EQ(listen_, "localhost:1");
  EXPECT_EQ(attempts_, 4);
}

TEST_F(FlagSetTest, ReadsEveryKind) {
  const absl::Status status = Parse({"--listen=:0", "--verbose", "--ratio=0.25", "--attempts", "7",
                                     "--limit=3MiB", "--timeout=250ms", "--format=json"});
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(listen_, ":0");
  EXPECT_TRUE(verbose_);
  EXPECT_EQ(ratio_, 0.25);
  EXPECT_EQ(attempts_, 7);
  EXPECT_EQ(limit_, 3u << 20);
  EXPECT_EQ(timeout_, milliseconds(250));
  EXPECT_EQ(format_, "json");
}

TEST_F(FlagSetTest, ReadsUnits) {
  ASSERT_TRUE(Parse({"--limit=17", "--timeout=2h"}).ok());
  EXPECT_EQ(limit_, 17u);
  EXPECT_EQ(timeout_, std::chrono::hours(2));
}

TEST_F(FlagSetTest, CommandLineOverridesEnvironment) {
  environment_ = {{"ROBOT_ATTEMPTS", "2"}, {"ROBOT_TIMEOUT", "1m"}, {"ROBOT_FORMAT", ""}};
  ASSERT_TRUE(Parse({"--attempts=3"}).ok());
  EXPECT_EQ(attempts_, 3);
  EXPECT_EQ(timeout_, std::chrono::minutes(1));
  EXPECT_EQ(format_, "text");
  environment_ = {{"ROBOT_ATTEMPTS", "many"}};
  EXPECT_THAT(std::string(Parse({}).message()), HasSubstr("ROBOT_ATTEMPTS takes 1 to 10"));
}

TEST_F(FlagSetTest, NamesWhatIsWrong) {
  EXPECT_THAT(Error("--attempt=1"), HasSubstr("--attempt"));
  EXPECT_THAT(Error("listen"), HasSubstr("no flag"));
  EXPECT_EQ(Error("--attempts=11"), "--attempts takes 1 to 10");
  EXPECT_EQ(Error("--attempts"), "--attempts takes 1 to 10");
  EXPECT_EQ(Error("--attempts=1x"), "--attempts takes 1 to 10");
  EXPECT_EQ(Error("--ratio=nan"), "--ratio takes 0 to 1");
  EXPECT_EQ(Error("--verbose=yes"), "--verbose takes true or false");
  EXPECT_EQ(Error("--limit=0"), "--limit takes 1B to 1024GiB");
  EXPECT_EQ(Error("--limit=99999999999999999999"), "--limit takes 1B to 1024GiB");
  EXPECT_THAT(Error("--timeout=5"), HasSubstr("at least 10ms"));
  EXPECT_THAT(Error("--timeout=-5s"), HasSubstr("at least 10ms"));
  EXPECT_THAT(Error("--timeout=9ms"), HasSubstr("at least 10ms"));
  EXPECT_EQ(Error("--format=xml"), "--format takes text or json");
}

TEST_F(FlagSetTest, HelpExplainsEachFlag) {
  const std::string help = flags_.Help();
  EXPECT_THAT(help, HasSubstr("--limit  (1B to 1024GiB; default 16MiB; environment ROBOT_LIMIT)\n"
                              "      How large.\n"));
  EXPECT_THAT(help, HasSubstr("default 90s;"));
}

}  // namespace
}  // namespace gateway
