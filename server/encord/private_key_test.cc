#include "server/encord/private_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/encord/auth_vectors.h"

namespace gateway::encord {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Message(std::string_view text, std::string_view passphrase = "") {
  const auto key = PrivateKey::Parse(text, passphrase);
  EXPECT_EQ(key.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(key.status().message());
}

void ExpectTheKey(std::string_view text, std::string_view passphrase = "") {
  const auto key = PrivateKey::Parse(text, passphrase);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->key_id(), AuthVectorKey("public_key_hex"));
}

TEST(PrivateKeyTest, ReadsOpenSsh) { ExpectTheKey(AuthVectorKey("openssh_private_key")); }

TEST(PrivateKeyTest, SignsLikeEd25519) {
  const auto key = PrivateKey::Parse(AuthVectorKey("openssh_private_key"), "");
  ASSERT_TRUE(key.ok());
  const auto signature = key->Sign("message");
  const std::string public_key = absl::HexStringToBytes(key->key_id());
  EXPECT_EQ(crypto_sign_verify_detached(signature.data(),
                                        reinterpret_cast<const unsigned char*>("message"), 7,
                                        reinterpret_cast<const unsigned char*>(public_key.data())),
            0);
}

TEST(PrivateKeyTest, SurvivesWhatPeopleDoToLineEnds) {
  const std::string text = AuthVectorKey("openssh_private_key");
  ExpectTheKey(absl::StrReplaceAll(text, {{"\n", "\r\n"}}));
  ExpectTheKey(absl::StrReplaceAll(text, {{"\n", " "}}));
  ExpectTheKey(absl::StrReplaceAll(text, {{"\n", "\\n"}}));
  ExpectTheKey(absl::StrReplaceAll(text, {{"\n", "\\r\\n"}}));
  ExpectTheKey(absl::StrReplaceAll(text, {{"\n", ""}}));
  ExpectTheKey(text.substr(0, text.size() - 1));
  ExpectTheKey(absl::StrCat("Key of the robot:\n", text));
}

TEST(PrivateKeyTest, DecryptsOpenSsh) {
  const std::string text = AuthVectorKey("openssh_private_key_encrypted");
  ExpectTheKey(text, AuthVectorKey("encrypted_passphrase"));
  ExpectTheKey(absl::StrReplaceAll(text, {{"\n", "\\n"}}), AuthVectorKey("encrypted_passphrase"));
  EXPECT_THAT(Message(text), HasSubstr("no passphrase"));
  EXPECT_THAT(Message(text, "wrong horse"), HasSubstr("passphrase is wrong"));
}

TEST(PrivateKeyTest, IgnoresThePassphraseOfAPlainKey) {
  ExpectTheKey(AuthVectorKey("openssh_private_key"), "unused");
  ExpectTheKey(AuthVectorKey("pkcs8_pem_rejected_by_sdk"), "unused");
}

TEST(PrivateKeyTest, ReadsPkcs8) {
  const std::string text = AuthVectorKey("pkcs8_pem_rejected_by_sdk");
  ExpectTheKey(text);
  ExpectTheKey(absl::StrReplaceAll(text, {{"\n", "\\n"}}));
}

std::string Pem(EVP_PKEY* key, const char* passphrase) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, passphrase == nullptr ? nullptr : EVP_aes_256_cbc(),
                                nullptr, 0, nullptr, const_cast<char*>(passphrase));
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, size);
}

TEST(PrivateKeyTest, DecryptsPkcs8) {
  const std::string seed = absl::HexStringToBytes(AuthVectorKey("seed_hex"));
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                   reinterpret_cast<const unsigned char*>(seed.data()), 32),
      EVP_PKEY_free);
  const std::string text = Pem(key.get(), "correct horse");
  ASSERT_THAT(text, HasSubstr("BEGIN ENCRYPTED PRIVATE KEY"));
  ExpectTheKey(text, "correct horse");
  EXPECT_THAT(Message(text), HasSubstr("no passphrase"));
  EXPECT_THAT(Message(text, "wrong horse"), HasSubstr("passphrase is wrong"));
  EXPECT_THAT(Message(text, std::string(5000, 'x')), HasSubstr("passphrase is wrong"));
}

TEST(PrivateKeyTest, RefusesOtherKindsByName) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> rsa(EVP_RSA_gen(1024), EVP_PKEY_free);
  const std::string pkcs8 = Pem(rsa.get(), nullptr);
  EXPECT_THAT(Message(pkcs8), HasSubstr("Ed25519"));
  const std::string rsa_pem = absl::StrReplaceAll(pkcs8, {{"PRIVATE", "RSA PRIVATE"}});
  EXPECT_THAT(Message(rsa_pem), HasSubstr("not RSA PRIVATE KEY"));
  EXPECT_THAT(Message("-----BEGIN PGP MESSAGE-----\nabcd\n-----END PGP MESSAGE-----"),
              HasSubstr("not something else"));
}

// An SSH string: its length in four bytes, then its bytes.
std::string SshString(const std::string& bytes) {
  return absl::StrCat(std::string(3, '\0'), std::string(1, static_cast<char>(bytes.size())), bytes);
}

std::string OpenSshText(const std::string& key_type, const std::string& private_part) {
  const std::string bytes = absl::StrCat(
      std::string("openssh-key-v1\0", 15), SshString("none"), SshString("none"), SshString(""),
      std::string("\0\0\0\1", 4), SshString(SshString(key_type)), SshString(private_part));
  return absl::StrCat("-----BEGIN OPENSSH PRIVATE KEY-----\n", absl::Base64Escape(bytes),
                      "\n-----END OPENSSH PRIVATE KEY-----\n");
}

TEST(PrivateKeyTest, RefusesOtherOpenSshTypesWithoutQuotingThem) {
  EXPECT_THAT(Message(OpenSshText("ssh-rsa", "private")), HasSubstr("not ssh-rsa"));
  EXPECT_THAT(Message(OpenSshText("hush-hush", "private")), Not(HasSubstr("hush")));
}

TEST(PrivateKeyTest, RefusesASeedOfAnotherPublicKey) {
  const std::string seed = absl::HexStringToBytes(AuthVectorKey("seed_hex"));
  const std::string public_key = absl::HexStringToBytes(AuthVectorKey("public_key_hex"));
  const auto private_part = [&](const std::string& seed_and_public_key) {
    return absl::StrCat("chk!chk!", SshString("ssh-ed25519"), SshString(public_key),
                        SshString(seed_and_public_key));
  };
  ExpectTheKey(OpenSshText("ssh-ed25519", private_part(seed + public_key)));
  std::string other_seed = seed;
  other_seed[0] ^= 1;
  EXPECT_THAT(Message(OpenSshText("ssh-ed25519", private_part(other_seed + public_key))),
              HasSubstr("damaged"));
}

TEST(PrivateKeyTest, RefusesEveryCutWithoutQuotingIt) {
  const std::string text = AuthVectorKey("openssh_private_key");
  const std::size_t body = text.find('\n') + 1;
  const std::size_t footer = text.find("-----END");
  // The last characters hold the padding, which nothing depends on.
  for (std::size_t size = body; size + 32 < footer; ++size) {
    const std::string message = Message(text.substr(0, size) + text.substr(footer));
    EXPECT_THAT(message, Not(HasSubstr(text.substr(body, 8)))) << size;
    EXPECT_THAT(message, HasSubstr("damaged")) << size;
  }
  EXPECT_THAT(Message(text.substr(0, footer)), HasSubstr("no private key"));
  EXPECT_THAT(Message(""), HasSubstr("no private key"));
  EXPECT_THAT(Message(AuthVectorKey("openssh_public_key")), HasSubstr("no private key"));
}

}  // namespace
}  // namespace gateway::encord
