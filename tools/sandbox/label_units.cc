#include "tools/sandbox/label_units.h"

#include <utility>
#include <vector>

#include "tools/sandbox/members.h"

namespace sandbox {
namespace {

bool IsGroup(const Row& data_unit) { return data_unit.Text("data_type") == "IMG_GROUP"; }

// The images of a group or the files of a DICOM series.
std::vector<Row> PartsOf(Store& store, const Row& data_unit) {
  return store.Query(
      "SELECT items.* FROM item_children JOIN items ON items.uuid = child_uuid"
      " WHERE item_uuid = ? ORDER BY position",
      {data_unit.Text("item_uuid")});
}

LabelLayout LayoutOf(const std::string& data_type) {
  if (data_type == "IMAGE" || data_type == "IMG_GROUP") return LabelLayout::kSingleFrame;
  if (data_type == "AUDIO" || data_type == "PLAIN_TEXT") return LabelLayout::kRanges;
  if (data_type == "GROUP" || data_type == "SCENE") return LabelLayout::kSpaces;
  return LabelLayout::kFrames;
}

// The labels of one unit; those of images always have both lists.
json::value TakeLabels(json::object& labels, const std::string& unit, LabelLayout layout) {
  json::value* found = labels.if_contains(unit);
  if (found != nullptr && found->is_object()) return std::move(*found);
  if (layout != LabelLayout::kSingleFrame) return json::object();
  return json::object{{"objects", json::array()}, {"classifications", json::array()}};
}

json::object ImageUnit(const Row& image, const std::string& hash, const std::string& title,
                       json::value sequence, json::value labels) {
  return {{"data_hash", hash},
          {"data_title", title},
          {"data_link", OrNull(image.OptionalText("url"))},
          {"data_type", OrNull(image.OptionalText("mime_type"))},
          {"data_sequence", std::move(sequence)},
          {"width", OrNull(image.OptionalInt("width"))},
          {"height", OrNull(image.OptionalInt("height"))},
          {"labels", std::move(labels)}};
}

}  // namespace

LabelledMedia MediaOf(Store& store, const Row& data_unit) {
  LabelledMedia media{LayoutOf(data_unit.Text("data_type")), {}, {}};
  if (IsGroup(data_unit)) {
    for (const Row& image : PartsOf(store, data_unit)) media.units.push_back(image.Text("uuid"));
    return media;
  }
  media.units.push_back(data_unit.Text("data_hash"));
  if (data_unit.Text("data_type") == "VIDEO") {
    media.number_of_frames = data_unit.OptionalInt("frame_count");
  }
  return media;
}

int64_t NumberOfFrames(const Row& data_unit) {
  return data_unit.OptionalInt("frame_count").value_or(1);
}

std::optional<std::string> FileTypeOf(const Row& data_unit) {
  std::optional<std::string> type = data_unit.OptionalText("mime_type");
  // Storage does not know a NIfTI file's type, label rows do.
  if (data_unit.Text("data_type") == "NIFTI" &&
      !type.value_or("").starts_with("application/nifti")) {
    return "application/nifti1";
  }
  return type;
}

json::object DataUnitsJson(Store& store, const Row& data_unit, json::object labels) {
  const std::string& data_type = data_unit.Text("data_type");
  const std::string& data_hash = data_unit.Text("data_hash");
  LabelLayout layout = LayoutOf(data_type);
  json::object units;
  if (IsGroup(data_unit)) {
    int position = 0;
    for (const Row& image : PartsOf(store, data_unit)) {
      const std::string& hash = image.Text("uuid");
      units[hash] =
          ImageUnit(image, hash, image.Text("name"), json::value(std::to_string(position)),
                    TakeLabels(labels, hash, layout));
      ++position;
    }
    return units;
  }
  json::object unit = ImageUnit(data_unit, data_hash, data_unit.Text("title"), 0,
                                TakeLabels(labels, data_hash, layout));
  unit["data_type"] = OrNull(FileTypeOf(data_unit));
  if (data_type == "VIDEO") {
    unit["data_fps"] = OrNull(data_unit.OptionalReal("fps"));
    unit["data_duration"] = OrNull(data_unit.OptionalReal("duration"));
  } else if (data_type == "DICOM") {
    json::array links;
    for (const Row& file : PartsOf(store, data_unit)) {
      links.push_back(OrNull(file.OptionalText("url")));
    }
    unit.erase("data_link");
    unit["data_links"] = std::move(links);
  } else if (data_type == "AUDIO") {
    for (const char* name : {"audio_sample_rate", "audio_bit_depth", "audio_num_channels"}) {
      unit[name] = OrNull(data_unit.OptionalInt(name));
    }
    unit["audio_codec"] = OrNull(data_unit.OptionalText("audio_codec"));
    unit["data_duration"] = OrNull(data_unit.OptionalReal("duration"));
  }
  if (layout == LabelLayout::kRanges) {
    unit.erase("width");
    unit.erase("height");
  }
  units[data_hash] = std::move(unit);
  return units;
}

json::array ImagesDataJson(Store& store, const Row& data_unit) {
  json::array images;
  if (!IsGroup(data_unit)) return images;
  for (const Row& image : PartsOf(store, data_unit)) {
    images.push_back(json::object{{"index", images.size()},
                                  {"title", image.Text("name")},
                                  {"file_type", OrNull(image.OptionalText("mime_type"))},
                                  {"height", OrNull(image.OptionalInt("height"))},
                                  {"width", OrNull(image.OptionalInt("width"))},
                                  {"image_hash", image.Text("uuid")}});
  }
  return images;
}

}  // namespace sandbox
