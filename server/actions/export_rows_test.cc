#include "server/actions/export_rows.h"

#include <gtest/gtest.h>

#include <string>

namespace gateway::actions {
namespace {

pb::LabelRow Row(const std::string& label_hash, const std::string& data_type, int number = 0) {
  pb::LabelRow row;
  row.set_label_hash(label_hash);
  row.set_data_hash("data " + std::to_string(number));
  row.set_data_title("title " + std::to_string(number));
  row.set_data_type(data_type);
  row.set_data_link("link");
  row.set_number_of_frames(7);
  row.set_width(640);
  row.set_height(480);
  row.set_dataset_title("dataset");
  return row;
}

TEST(ExportRowsTest, KeepsWhatAnExportNeeds) {
  ExportRows rows;
  rows.Add(Row("label", "IMAGE"));
  rows.Add(Row("", "IMAGE"));
  rows.Add(Row("", "VIDEO"));
  EXPECT_EQ(rows.total(), 3);

  pb::LabelRow row;
  ASSERT_TRUE(rows.Take(row));
  EXPECT_EQ(row.ShortDebugString(),
            R"(label_hash: "label" data_hash: "data 0" number_of_frames: 7)");
  ASSERT_TRUE(rows.Take(row));
  EXPECT_EQ(
      row.ShortDebugString(),
      R"(data_hash: "data 0" data_title: "title 0" data_type: "IMAGE" width: 640 height: 480 )"
      R"(data_link: "link")");
  ASSERT_TRUE(rows.Take(row));
  EXPECT_EQ(row.ShortDebugString(), "");
  EXPECT_FALSE(rows.Take(row));
  EXPECT_EQ(rows.total(), 3);
}

TEST(ExportRowsTest, AnImageOfUnknownSizeHasNone) {
  ExportRows rows;
  pb::LabelRow row = Row("", "IMAGE");
  row.clear_width();
  rows.Add(row);
  ASSERT_TRUE(rows.Take(row));
  EXPECT_FALSE(row.has_width());
  EXPECT_TRUE(row.has_height());
}

TEST(ExportRowsTest, ManyRowsStayInOrder) {
  constexpr int kRows = 5000;
  ExportRows rows;
  for (int i = 0; i < kRows; ++i) rows.Add(Row("label", "IMAGE", i));
  pb::LabelRow row;
  for (int i = 0; i < kRows; ++i) {
    ASSERT_TRUE(rows.Take(row));
    EXPECT_EQ(row.data_hash(), "data " + std::to_string(i));
  }
  EXPECT_FALSE(rows.Take(row));
}

TEST(ExportRowsTest, ARowMayBeLarge) {
  const std::string large(1 << 20, 'x');
  ExportRows rows;
  for (const char* label_hash : {"before", "", "after"}) {
    pb::LabelRow row = Row(label_hash, "IMAGE");
    if (row.label_hash().empty()) row.set_data_link(large);
    rows.Add(row);
  }
  pb::LabelRow row;
  ASSERT_TRUE(rows.Take(row));
  EXPECT_EQ(row.label_hash(), "before");
  ASSERT_TRUE(rows.Take(row));
  EXPECT_EQ(row.data_link(), large);
  ASSERT_TRUE(rows.Take(row));
  EXPECT_EQ(row.label_hash(), "after");
}

TEST(ExportRowsTest, TheFirstTitleIsThatOfTheFirstRow) {
  ExportRows rows;
  EXPECT_FALSE(rows.first_title().has_value());
  rows.Add(Row("label", "IMAGE", 1));
  rows.Add(Row("label", "IMAGE", 2));
  EXPECT_EQ(rows.first_title(), "title 1");
}

TEST(ExportRowsTest, AListingThatBeginsAnewForgetsAllRows) {
  ExportRows rows;
  rows.Add(Row("label", "IMAGE", 1));
  rows.Begin();
  EXPECT_EQ(rows.total(), 0);
  EXPECT_FALSE(rows.first_title().has_value());
  rows.Add(Row("label", "IMAGE", 2));
  EXPECT_EQ(rows.first_title(), "title 2");
  pb::LabelRow row;
  ASSERT_TRUE(rows.Take(row));
  EXPECT_EQ(row.data_hash(), "data 2");
  EXPECT_FALSE(rows.Take(row));
}

}  // namespace
}  // namespace gateway::actions
