#ifndef TOOLS_SANDBOX_DATASETS_H_
#define TOOLS_SANDBOX_DATASETS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/sandbox/router.h"

namespace sandbox {

// Datasets and their data rows: tables `datasets` and `data_rows`, the view
// `data_units`, /v2/public/datasets and v1's dataset, datarows, datarow,
// datasetusers, datasetlinkitems, video.
//
// data_units is what others read: one row per data row, with columns data_hash,
// dataset_uuid, dataset_title, item_uuid, title, data_type (upper case: "IMAGE",
// "VIDEO", "IMG_GROUP", ...), created_at, last_edited_at, position (order of
// arrival), client_metadata, and from the storage item url, mime_type,
// file_size, width, height, fps, duration, frame_count, storage_location,
// item_type, audio_sample_rate, audio_bit_depth, audio_codec,
// audio_num_channels.
void RegisterDatasets(Router& router);

struct NewDataset {
  std::string title;
  std::string description;
  bool create_backing_folder = true;
  // 0 Encord, 1 AWS, 2 GCP, 3 Azure, 4 S3 compatible.
  int64_t storage_location = 0;
};

struct CreatedDataset {
  std::string uuid;
  std::optional<std::string> backing_folder_uuid;
};

// Makes a dataset whose admin is `owner`.
CreatedDataset CreateDataset(Context& context, const User& owner, const NewDataset& dataset);

// Links storage items into a dataset, one new data row each, and tells
// Events::data_rows_added. Returns the new data hashes in order.
std::vector<std::string> AddDataRows(Context& context, const std::string& dataset_uuid,
                                     const std::vector<std::string>& item_uuids);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_DATASETS_H_
