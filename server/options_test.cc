#include "server/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace gateway {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<Options> Parse(const std::vector<std::string>& arguments,
                              const std::map<std::string, std::string>& environment = {}) {
  return ParseOptions(arguments, [&](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

TEST(ParseOptionsTest, Defaults) {
  const auto options = Parse({});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->http.url, "https://api.encord.com");
  EXPECT_EQ(options->max_receive_message_size, 16u << 20);
  EXPECT_EQ(options->drain_timeout, std::chrono::seconds(30));
  EXPECT_FALSE(options->help_wanted);
}

TEST(ParseOptionsTest, FlagsReachTheLayersBelow) {
  const auto options =
      Parse({"--encord_url=http://127.0.0.1:1", "--max_connections=7",
             "--max_connections_per_credential=3", "--max_waiting_requests=0", "--max_attempts=1",
             "--max_create_attempts=2", "--max_move_attempts=3", "--log_format=json"},
            {{"ENCORD_GATEWAY_LISTEN", "[::1]:0"}});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->listen, "[::1]:0");
  EXPECT_EQ(options->http.url, "http://127.0.0.1:1");
  EXPECT_EQ(options->http.max_connections, 7u);
  EXPECT_EQ(options->http.max_connections_per_key, 3u);
  EXPECT_EQ(options->http.max_queue, 0u);
  EXPECT_EQ(options->encord.retry.read.max_attempts, 1);
  EXPECT_EQ(options->encord.retry.create.max_attempts, 2);
  EXPECT_EQ(options->encord.retry.move.max_attempts, 3);
  EXPECT_EQ(options->log_format, LogFormat::kJson);
}

TEST(ParseOptionsTest, RefusesHalfATlsSetUp) {
  EXPECT_FALSE(Parse({"--tls_cert_file=a"}).ok());
  EXPECT_FALSE(Parse({"--tls_key_file=a"}).ok());
  EXPECT_FALSE(Parse({"--tls_client_ca_file=a"}).ok());
  EXPECT_TRUE(Parse({"--tls_cert_file=a", "--tls_key_file=b", "--tls_client_ca_file=c"}).ok());
}

TEST(ParseOptionsTest, HelpNamesFlagsAndVariables) {
  const auto options = Parse({"--help"});
  ASSERT_TRUE(options.ok());
  EXPECT_TRUE(options->help_wanted);
  EXPECT_THAT(options->help, HasSubstr("--drain_timeout"));
  EXPECT_THAT(options->help, HasSubstr("ENCORD_GATEWAY_DRAIN_TIMEOUT"));
  EXPECT_THAT(options->help, HasSubstr("ENCORD_SSH_KEY_FILE"));
}

TEST(ParseOptionsTest, NamesBadValues) {
  EXPECT_THAT(std::string(Parse({"--drain_timeout=soon"}).status().message()),
              HasSubstr("--drain_timeout takes"));
}

}  // namespace
}  // namespace gateway
