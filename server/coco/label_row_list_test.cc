#include "server/coco/label_row_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/coco/json_padding.h"

namespace gateway::coco {
namespace {

using testing::ElementsAre;

std::vector<std::string> Rows(std::string_view json, size_t readable, absl::Status& status) {
  std::vector<std::string> rows;
  status = ForEachLabelRow(json, readable, [&](std::string_view row, size_t row_readable) {
    EXPECT_GE(row_readable, row.size() + kJsonPadding);
    while (!row.empty() && row.back() != '}') row.remove_suffix(1);
    rows.emplace_back(row);
  });
  return rows;
}

TEST(ForEachLabelRowTest, VisitsTheTextOfEachRow) {
  const std::string rows = R"([ {"a": [1, {"b": "]}"}]} , {} ,{"c":2}])";
  absl::Status status;
  EXPECT_THAT(Rows(rows, rows.size(), status),
              ElementsAre(R"({"a": [1, {"b": "]}"}]})", "{}", R"({"c":2})"));
  EXPECT_TRUE(status.ok());
  const std::string padded = rows + std::string(kJsonPadding, '#');
  EXPECT_THAT(Rows(std::string_view(padded).substr(0, rows.size()), padded.size(), status),
              ElementsAre(R"({"a": [1, {"b": "]}"}]})", "{}", R"({"c":2})"));
  EXPECT_TRUE(status.ok());
  EXPECT_THAT(Rows("[]", 2, status), ElementsAre());
  EXPECT_TRUE(status.ok());
}

TEST(ForEachLabelRowTest, RefusesWhatIsNoListOfObjects) {
  for (std::string_view text : {"", "{}", "[1]", "[{},null]", "[{}", "[{]"}) {
    absl::Status status;
    Rows(text, text.size(), status);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(IdentifyLabelRowTest, ReadsHashAndTitle) {
  absl::StatusOr<LabelRowIdentity> identity =
      IdentifyLabelRow(R"({"data_units":{},"data_title":"\u00e9","label_hash":"l1"})");
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(identity->label_hash, "l1");
  EXPECT_EQ(identity->data_title, "é");
  identity = IdentifyLabelRow(R"({"data_title":null})");
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(identity->data_title, "");
  EXPECT_FALSE(IdentifyLabelRow("[]").ok());
}

}  // namespace
}  // namespace gateway::coco
