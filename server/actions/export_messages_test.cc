#include "server/actions/export_messages.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace gateway::actions {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr size_t kMessageLimit = size_t{4} << 20;  // of gRPC's clients

coco::Annotation Outline(int64_t id, const std::vector<std::span<const double>>& polygons) {
  return {.id = id,
          .image_id = 1,
          .category_id = 1,
          .area = 1,
          .bbox = {0, 0, 1, 1},
          .iscrowd = 0,
          .polygons = polygons,
          .mask = {},
          .keypoints = {},
          .num_keypoints = {},
          .track_id = 0,
          .object_hash = "object01",
          .rotation = {},
          .classifications = {},
          .manual_annotation = true};
}

template <class Messages>
std::vector<typename Messages::Message> TakeAll(Messages& messages) {
  std::vector<typename Messages::Message> all;
  while (auto message = messages.Take()) {
    EXPECT_LT(message->ByteSizeLong(), kMessageLimit);
    all.push_back(*std::move(message));
  }
  return all;
}

TEST(TypedMessagesTest, BeginsWithTheCategoriesAlone) {
  TypedMessages messages;
  const std::vector<coco::Category> categories = {
      {.id = 1, .name = "Car", .supercategory = "bounding_box", .keypoints = {}, .skeleton = {}}};
  messages.Begin("road.jpg", categories);
  messages.OnAnnotation(Outline(1, {}));
  const auto all = TakeAll(messages);
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].info().description(), "road.jpg");
  EXPECT_EQ(all[0].categories(0).name(), "Car");
  EXPECT_EQ(all[0].annotations_size(), 0);
  EXPECT_EQ(all[1].annotations(0).id(), 1);
}

TEST(TypedMessagesTest, SplitsWhatOneMessageCannotHold) {
  const std::vector<double> points(20000);
  TypedMessages messages;
  messages.Begin(std::nullopt, {});
  for (int id = 1; id <= 50; ++id) messages.OnAnnotation(Outline(id, {points}));
  const auto all = TakeAll(messages);
  EXPECT_FALSE(all[0].info().has_description());
  int next = 1;
  for (const auto& message : all) {
    for (const auto& annotation : message.annotations()) EXPECT_EQ(annotation.id(), next++);
  }
  EXPECT_EQ(next, 51);
  EXPECT_GT(all.size(), 8);
  EXPECT_EQ(messages.summary().annotation_count(), 50);
}

TEST(TypedMessagesTest, SkipsAnAnnotationThatNoMessageCanHold) {
  const std::vector<double> points(500000);
  TypedMessages messages;
  messages.Begin(std::nullopt, {});
  messages.OnImage({.id = 1,
                    .kind = coco::ImageKind::kImage,
                    .file_name = "images/data.jpg",
                    .width = 10,
                    .height = 10,
                    .coco_url = {},
                    .title = "data.jpg",
                    .label_hash = "label",
                    .data_hash = "data",
                    .frame = 0});
  messages.OnAnnotation(Outline(7, {points}));
  const auto all = TakeAll(messages);
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[1].annotations_size(), 0);
  EXPECT_EQ(all[1].skipped(0).label_hash(), "label");
  EXPECT_EQ(all[1].skipped(0).data_hash(), "data");
  EXPECT_EQ(all[1].skipped(0).object_hash(), "object01");
  EXPECT_THAT(all[1].skipped(0).reason(), HasSubstr("StreamLabelsCocoJson"));
  EXPECT_EQ(messages.summary().annotation_count(), 0);
  EXPECT_EQ(messages.summary().skipped_count(), 1);
}

TEST(TypedMessagesTest, SplitsManySkippedLabels) {
  TypedMessages messages;
  messages.Begin(std::nullopt, {});
  const std::string reason(1000, 'x');
  for (int i = 0; i < 10000; ++i) messages.OnSkipped({"label", "data", "object", reason});
  int skipped = 0;
  for (const auto& message : TakeAll(messages)) skipped += message.skipped_size();
  EXPECT_EQ(skipped, 10000);
}

TEST(JsonMessagesTest, CutsTheDocumentIntoPieces) {
  const std::vector<double> points(500000, 0.25);
  JsonMessages messages(coco::Profile::kStandard);
  messages.Begin(std::nullopt, {});
  messages.OnAnnotation(Outline(1, {points}));
  EXPECT_FALSE(*messages.WriteRest());
  std::string document;
  for (const auto& message : TakeAll(messages)) {
    EXPECT_LE(message.json().size(), size_t{1} << 20);
    document += message.json();
  }
  EXPECT_THAT(document, testing::StartsWith("{"));
  EXPECT_THAT(document, testing::EndsWith("}"));
  EXPECT_GT(document.size(), 2000000);
  EXPECT_EQ(messages.summary().annotation_count(), 1);
}

TEST(JsonMessagesTest, SplitsManySkippedLabels) {
  JsonMessages messages(coco::Profile::kStandard);
  const std::string reason(1000, 'x');
  for (int i = 0; i < 10000; ++i) messages.OnSkipped({"label", "data", "object", reason});
  int skipped = 0;
  for (const auto& message : TakeAll(messages)) skipped += message.skipped_size();
  EXPECT_EQ(skipped, 10000);
  EXPECT_EQ(messages.summary().skipped_count(), 10000);
}

}  // namespace
}  // namespace gateway::actions
