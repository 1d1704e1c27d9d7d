#ifndef TOOLS_SANDBOX_UPLOAD_CONFIG_H_
#define TOOLS_SANDBOX_UPLOAD_CONFIG_H_

#include <string>
#include <variant>
#include <vector>

#include "tools/sandbox/items.h"
#include "tools/sandbox/result.h"

namespace sandbox {

// One data unit of an upload: the item to make, or why it cannot be made.
struct UploadUnit {
  // All of its object URLs.
  std::vector<std::string> urls;
  NewItem item;
  // "" if the unit can be uploaded.
  std::string error;
};

struct UploadConfig {
  std::vector<UploadUnit> units;
  // Units whose URL the folder already has are not made again.
  bool skip_duplicate_urls = false;
  // Those that are skipped still take over the unit's client metadata.
  bool upsert_metadata = false;
};

// Reads Encord's "register cloud data" object: lists `images`, `videos`,
// `audio`, `image_groups`, `dicom_series`, `text`, `pdf`, `nifti`, and
// skip_duplicate_urls, upsert_metadata. INVALID_ARGUMENTS for unknown members,
// wrong types, URLs with white space, and for an object without any unit.
//
// No object is ever fetched. A unit fails if a URL's extension does not fit its
// list, or if the URL contains "missing" (an object that is not there). Media
// properties come from the entry's metadata (imageMetadata, ...); those that it
// lacks are those of a 1920x1080 picture, 10 s at 30 frames/s of video, or 10 s
// of 44.1 kHz stereo sound.
Result<UploadConfig> ReadFiles(const json::value& files);

// Reads the typed form, "dataItems": lists videos, images, audio, text, pdf,
// nifti, imageGroups, dicomSeries, and skipDuplicateUrls, upsertMetadata.
Result<UploadConfig> ReadDataItems(const json::value& data_items);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_UPLOAD_CONFIG_H_
