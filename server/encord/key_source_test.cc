#include "server/encord/key_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "server/encord/auth_vectors.h"

namespace gateway::encord {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string WriteFile(const std::string& name, const std::string& content) {
  const std::string path = testing::TempDir() + "/" + name;
  std::ofstream(path) << content;
  return path;
}

std::string PlainKey() { return AuthVectorKey("openssh_private_key"); }
std::string EncryptedKey() { return AuthVectorKey("openssh_private_key_encrypted"); }

void ExpectTheKey(const KeySource& source) {
  const auto key = LoadKey(source);
  ASSERT_TRUE(key.ok()) << key.status();
  ASSERT_NE(*key, nullptr);
  EXPECT_EQ((*key)->key_id(), AuthVectorKey("public_key_hex"));
}

TEST(LoadKeyTest, NoSourceIsNoKey) {
  const auto key = LoadKey({});
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(*key, nullptr);
}

TEST(LoadKeyTest, FlagWinsOverFileOverText) {
  KeySource source;
  source.key_text = Secret::Copy("no key");
  source.environment_key_file = "/nonexistent";
  source.flag_key_file = WriteFile("key", PlainKey());
  ExpectTheKey(source);
  source.environment_key_file = source.flag_key_file;
  source.flag_key_file.reset();
  ExpectTheKey(source);
  source.environment_key_file.reset();
  EXPECT_THAT(std::string(LoadKey(source).status().message()), StartsWith("ENCORD_SSH_KEY: "));
  source.key_text = Secret::Copy(PlainKey());
  ExpectTheKey(source);
}

TEST(LoadKeyTest, MissingFileIsAnErrorEvenWithText) {
  KeySource source;
  source.key_text = Secret::Copy(PlainKey());
  source.environment_key_file = "/nonexistent";
  const auto key = LoadKey(source);
  EXPECT_EQ(key.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(key.status().message()), HasSubstr("ENCORD_SSH_KEY_FILE"));
}

TEST(LoadKeyTest, EmptySourcesAreErrors) {
  KeySource source;
  source.key_text = Secret::Copy("\n");
  EXPECT_EQ(LoadKey(source).status().code(), absl::StatusCode::kInvalidArgument);
  source.flag_key_file = WriteFile("empty_key", "");
  EXPECT_EQ(LoadKey(source).status().code(), absl::StatusCode::kInvalidArgument);
  source.flag_key_file = testing::TempDir();
  EXPECT_FALSE(LoadKey(source).ok());
  source.flag_key_file = WriteFile("large_key", PlainKey() + std::string(100'000, ' '));
  EXPECT_EQ(LoadKey(source).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(LoadKeyTest, ExpandsTheHome) {
  WriteFile("home_key", PlainKey());
  setenv("HOME", testing::TempDir().c_str(), 1);
  KeySource source;
  source.environment_key_file = "~/home_key";
  ExpectTheKey(source);
  source.environment_key_file = "~no-such-user/home_key";
  EXPECT_EQ(LoadKey(source).status().code(), absl::StatusCode::kNotFound);
}

TEST(LoadKeyTest, PassphraseFromTextOrFile) {
  KeySource source;
  source.key_text = Secret::Copy(EncryptedKey());
  EXPECT_FALSE(LoadKey(source).ok());
  source.passphrase_file =
      WriteFile("passphrase", AuthVectorKey("encrypted_passphrase") + "\r\nsecond line");
  ExpectTheKey(source);
  source.passphrase_file = "/nonexistent";
  EXPECT_THAT(std::string(LoadKey(source).status().message()),
              HasSubstr("ENCORD_SSH_KEY_PASSPHRASE_FILE"));
  source.passphrase = Secret::Copy(AuthVectorKey("encrypted_passphrase"));
  ExpectTheKey(source);
}

TEST(TakeKeySourceFromEnvironmentTest, TakesSecretsAway) {
  setenv("ENCORD_SSH_KEY_FILE", "file", 1);
  setenv("ENCORD_SSH_KEY", "hush", 1);
  setenv("ENCORD_SSH_KEY_PASSPHRASE", "hush-hush", 1);
  setenv("ENCORD_SSH_KEY_PASSPHRASE_FILE", "passphrase file", 1);
  const std::string_view memory = getenv("ENCORD_SSH_KEY");
  const KeySource source = TakeKeySourceFromEnvironment("");
  EXPECT_EQ(source.flag_key_file, std::nullopt);
  EXPECT_EQ(source.environment_key_file, "file");
  EXPECT_EQ(source.key_text->view(), "hush");
  EXPECT_EQ(source.passphrase->view(), "hush-hush");
  EXPECT_EQ(source.passphrase_file, "passphrase file");
  EXPECT_EQ(getenv("ENCORD_SSH_KEY"), nullptr);
  EXPECT_EQ(getenv("ENCORD_SSH_KEY_PASSPHRASE"), nullptr);
  EXPECT_EQ(memory, std::string_view("\0\0\0\0", 4));
  EXPECT_EQ(TakeKeySourceFromEnvironment("flag").flag_key_file, "flag");
}

}  // namespace
}  // namespace gateway::encord
