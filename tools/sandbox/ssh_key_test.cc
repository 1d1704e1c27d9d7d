#include "tools/sandbox/ssh_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"

namespace sandbox {
namespace {

constexpr char kPublicKey[] =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr char kKeyId[] = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";

TEST(ParseAuthorizedKeysTest, ReadsKeysAndEmails) {
  auto keys = ParseAuthorizedKeys(std::string("# users\n\n  ") + kPublicKey +
                                  " ann@example.com\r\n" + kPublicKey + " bob@example.org");
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ((*keys)[0].key_id, kKeyId);
  EXPECT_EQ((*keys)[0].email, "ann@example.com");
  EXPECT_EQ((*keys)[1].email, "bob@example.org");
}

TEST(ParseAuthorizedKeysTest, NamesTheLineThatIsWrong) {
  for (std::string wrong :
       {std::string("ssh-rsa AAAA ann@example.com"), std::string(kPublicKey),
        std::string(kPublicKey) + " ann", std::string("ssh-ed25519 AAAA ann@example.com"),
        std::string("ssh-ed25519 ?? ann@example.com")}) {
    auto keys = ParseAuthorizedKeys("\n" + wrong);
    ASSERT_FALSE(keys.ok()) << wrong;
    EXPECT_TRUE(absl::StrContains(keys.status().message(), "line 2")) << keys.status();
  }
}

TEST(GenerateSshKeyTest, MakesKeysThatDiffer) {
  EXPECT_NE(GenerateSshKey("a@example.com").public_key.key_id,
            GenerateSshKey("a@example.com").public_key.key_id);
}

TEST(GenerateSshKeyTest, WritesWhatSshKeygenReads) {
  NewSshKey key = GenerateSshKey("demo@example.com");
  std::string path = testing::TempDir() + "/demo_key";
  ASSERT_TRUE(WritePrivateKeyFile(path, key.private_key).ok());
  struct stat file;
  ASSERT_EQ(stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  std::string public_path = path + ".pub";
  ASSERT_EQ(std::system(("ssh-keygen -y -f " + path + " > " + public_path).c_str()), 0);
  std::ifstream stream(public_path);
  auto keys = ParseAuthorizedKeys(std::string{std::istreambuf_iterator<char>(stream), {}});
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_EQ((*keys)[0].key_id, key.public_key.key_id);
  EXPECT_EQ((*keys)[0].email, "demo@example.com");
}

TEST(WritePrivateKeyFileTest, ReportsAPathThatCannotBeWritten) {
  EXPECT_FALSE(WritePrivateKeyFile("/no/such/folder/key", "text").ok());
}

}  // namespace
}  // namespace sandbox
