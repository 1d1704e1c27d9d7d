#include "tools/sandbox/store.h"

#include <gtest/gtest.h>

namespace sandbox {
namespace {

class StoreTest : public testing::Test {
 protected:
  StoreTest() : store_(*Store::Open(":memory:")) {
    store_->Script("CREATE TABLE things (name TEXT, number INTEGER, size REAL)");
  }
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, KeepsTheTypeOfEveryValue) {
  std::string text("a\0b'\"", 5);
  EXPECT_EQ(store_->Exec("INSERT INTO things VALUES (?, ?, ?)", {text, int64_t{1} << 40, 0.5}), 1);
  store_->Exec("INSERT INTO things VALUES (?, ?, ?)", {nullptr, nullptr, nullptr});
  auto rows = store_->Query("SELECT * FROM things ORDER BY rowid");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].Text("name"), text);
  EXPECT_EQ(rows[0].Int("number"), int64_t{1} << 40);
  EXPECT_EQ(rows[0].Real("size"), 0.5);
  EXPECT_EQ(rows[1].OptionalText("name"), std::nullopt);
  EXPECT_EQ(rows[1].OptionalInt("number"), std::nullopt);
  EXPECT_EQ(rows[1].OptionalReal("size"), std::nullopt);
}

TEST_F(StoreTest, QueryOneLeavesTheStatementReadyForTheNextUse) {
  store_->Exec("INSERT INTO things (name) VALUES ('a'), ('b')");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(store_->QueryOne("SELECT name FROM things ORDER BY name")->Text("name"), "a");
  }
  EXPECT_FALSE(store_->QueryOne("SELECT name FROM things WHERE name = ?", {"c"}).has_value());
}

TEST_F(StoreTest, LikeIgnoresTheCaseOfAsciiLetters) {
  store_->Exec("INSERT INTO things (name) VALUES ('Road scene'), ('road_scene'), ('other')");
  EXPECT_EQ(store_->Query("SELECT 1 FROM things WHERE name LIKE ?", {"ROAD_scene"}).size(), 2u);
  EXPECT_EQ(store_->Query("SELECT 1 FROM things WHERE name LIKE ?", {"%oad%"}).size(), 2u);
  EXPECT_EQ(store_->Query("SELECT 1 FROM things WHERE name LIKE ?", {"oad"}).size(), 0u);
}

TEST_F(StoreTest, FilterJoinsConditions) {
  store_->Exec("INSERT INTO things (name, number) VALUES ('a', 1), ('b\"\\', 2), ('c', 3)");
  SqlFilter filter;
  EXPECT_EQ(filter.Where(), "");
  filter.AddIn("name", {"a", "b\"\\"});
  filter.AddIf("number > ?", std::optional<int64_t>(1));
  filter.AddIf("number > ?", std::optional<int64_t>());
  auto rows = store_->Query("SELECT name FROM things" + filter.Where(), filter.arguments());
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].Text("name"), "b\"\\");
  SqlFilter nothing;
  nothing.AddIn("name", {});
  EXPECT_TRUE(store_->Query("SELECT 1 FROM things" + nothing.Where(), nothing.arguments()).empty());
}

TEST_F(StoreTest, TransactionUndoesWhatWasNotCommitted) {
  {
    Transaction transaction(*store_);
    store_->Exec("INSERT INTO things (name) VALUES ('gone')");
  }
  {
    Transaction transaction(*store_);
    store_->Exec("INSERT INTO things (name) VALUES ('kept')");
    {
      Transaction inner(*store_);
      store_->Exec("INSERT INTO things (name) VALUES ('gone too')");
    }
    transaction.Commit();
  }
  auto rows = store_->Query("SELECT name FROM things");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].Text("name"), "kept");
}

TEST_F(StoreTest, KeepsTheFirstErrorAndDoesNothingUntilItIsTaken) {
  {
    Transaction transaction(*store_);
    store_->Exec("INSERT INTO things (name) VALUES ('before')");
    store_->Exec("INSERT INTO nowhere VALUES (1)");
    EXPECT_EQ(store_->Exec("INSERT INTO things (name) VALUES ('after')"), 0);
  }
  EXPECT_TRUE(store_->TakeError().ok()) << "the transaction's end forgets it";
  EXPECT_TRUE(store_->Query("SELECT 1 FROM things").empty());
  store_->Exec("INSERT INTO things VALUES (?)", {1});
  EXPECT_FALSE(store_->TakeError().ok()) << "wrong number of arguments";
}

TEST(StoreOpenTest, KeepsAFile) {
  std::string path = testing::TempDir() + "/kept.db";
  std::remove(path.c_str());
  (*Store::Open(path))->Script("CREATE TABLE a (b); INSERT INTO a VALUES (7)");
  EXPECT_EQ((*Store::Open(path))->QueryOne("SELECT b FROM a")->Int("b"), 7);
}

TEST(StoreOpenTest, ReportsAPathThatCannotBeOpened) {
  EXPECT_FALSE(Store::Open("/no/such/folder/file.db").ok());
}

}  // namespace
}  // namespace sandbox
