#ifndef TOOLS_SANDBOX_ITEMS_H_
#define TOOLS_SANDBOX_ITEMS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sandbox/router.h"

namespace sandbox {

// Storage items: table `items` (and `item_children`, the frames of image groups
// and the files of DICOM series) and /v2/public/storage/...items.
void RegisterItems(Router& router);

struct NewItem {
  std::string folder_uuid;
  // As in Encord's item types: "image", "video", "imageGroup", ...
  std::string item_type;
  std::string name;
  std::string description;
  // A JSON object as text.
  std::string client_metadata = "{}";
  std::optional<std::string> integration_uuid;
  // "s3", "gcp", "azure", "encord", ...; see StorageLocationOf.
  std::string storage_location = "encord";
  std::optional<std::string> url;
  std::optional<int64_t> file_size;  // bytes
  std::optional<std::string> mime_type;
  std::optional<double> duration;  // seconds
  std::optional<double> fps;
  std::optional<int64_t> height;  // pixels
  std::optional<int64_t> width;   // pixels
  std::optional<int64_t> frame_count;
  std::optional<int64_t> audio_sample_rate;  // hertz
  std::optional<int64_t> audio_bit_depth;
  std::optional<std::string> audio_codec;
  std::optional<int64_t> audio_num_channels;
  // Parts in order; their folder_uuid is not looked at.
  std::vector<NewItem> children;
};

// Makes an item, with its children, and returns its UUID.
std::string CreateItem(Context& context, const User& owner, const NewItem& item);

// Where an object lies, by the host in its URL: "s3", "gcp", "azure", "s3Compatible".
std::string StorageLocationOf(std::string_view url);

// The item's folder's role of the user. NOT_FOUND if the item does not exist,
// AUTHORISATION_ERROR if the user does not see its folder.
Result<int64_t> RequireItem(Store& store, const User& user, const std::string& item_uuid);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_ITEMS_H_
