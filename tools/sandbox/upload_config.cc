#include "tools/sandbox/upload_config.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "tools/sandbox/members.h"
#include "tools/sandbox/query.h"

namespace sandbox {
namespace {

struct FileType {
  std::string_view extension;
  std::string_view item_type;
  std::string_view mime_type;
};

constexpr FileType kFileTypes[] = {
    {"jpg", "image", "image/jpeg"},
    {"jpeg", "image", "image/jpeg"},
    {"png", "image", "image/png"},
    {"webp", "image", "image/webp"},
    {"bmp", "image", "image/bmp"},
    {"tif", "image", "image/tiff"},
    {"tiff", "image", "image/tiff"},
    {"avif", "image", "image/avif"},
    {"mp4", "video", "video/mp4"},
    {"mov", "video", "video/quicktime"},
    {"webm", "video", "video/webm"},
    {"mkv", "video", "video/x-matroska"},
    {"m4v", "video", "video/x-m4v"},
    {"avi", "video", "video/x-msvideo"},
    {"mp3", "audio", "audio/mpeg"},
    {"wav", "audio", "audio/wav"},
    {"flac", "audio", "audio/flac"},
    {"m4a", "audio", "audio/mp4"},
    {"eac3", "audio", "audio/eac3"},
    {"aac", "audio", "audio/aac"},
    {"dcm", "dicomFile", "application/dicom"},
    {"txt", "plainText", "text/plain"},
    {"md", "plainText", "text/markdown"},
    {"html", "plainText", "text/html"},
    {"json", "plainText", "application/json"},
    {"csv", "plainText", "text/csv"},
    {"xml", "plainText", "application/xml"},
    {"pdf", "pdf", "application/pdf"},
    {"nii", "nifti", "application/octet-stream"},
    {"nii.gz", "nifti", "application/octet-stream"},
};

// A list of units in the configuration.
struct UnitList {
  std::string_view name;
  // Of the unit, and of its parts if it has any.
  std::string_view item_type;
  std::string_view part_type;
  // Where entries keep their media properties.
  std::string_view metadata;
};

constexpr UnitList kFilesLists[] = {
    {"images", "image", "", "imageMetadata"},
    {"videos", "video", "", "videoMetadata"},
    {"audio", "audio", "", "audioMetadata"},
    {"image_groups", "imageGroup", "image", "imageMetadata"},
    {"dicom_series", "dicomSeries", "dicomFile", "dicomMetadata"},
    {"text", "plainText", "", "textMetadata"},
    {"pdf", "pdf", "", "pdfMetadata"},
    {"nifti", "nifti", "", "niftiMetadata"},
};

constexpr UnitList kDataItemsLists[] = {
    {"images", "image", "", "imageMetadata"},
    {"videos", "video", "", "videoMetadata"},
    {"audio", "audio", "", "audioMetadata"},
    {"imageGroups", "imageGroup", "image", "imageMetadata"},
    {"dicomSeries", "dicomSeries", "dicomFile", "dicomMetadata"},
    {"text", "plainText", "", "textMetadata"},
    {"pdf", "pdf", "", "pdfMetadata"},
    {"nifti", "nifti", "", "niftiMetadata"},
};

// Clients always send these lists; the sandbox serves only the empty ones.
constexpr std::array<std::string_view, 3> kUnservedLists = {"imageGroupsFromItems", "timeSeries",
                                                            "scenes"};

// The path of a URL, without query and leading slash; the default title.
std::string PathOf(std::string_view url) {
  size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
    size_t slash = url.find('/');
    url.remove_prefix(slash == std::string_view::npos ? url.size() : slash + 1);
  }
  return PercentDecode(url.substr(0, url.find_first_of("?#")));
}

const FileType* FileTypeOf(std::string_view path) {
  for (const FileType& type : kFileTypes) {
    std::string ending = "." + std::string(type.extension);
    if (absl::EndsWithIgnoreCase(absl::string_view(path.data(), path.size()), ending)) {
      return &type;
    }
  }
  return nullptr;
}

Result<void> CheckUrl(const std::string& url) {
  bool blank =
      std::any_of(url.begin(), url.end(), [](unsigned char c) { return absl::ascii_isspace(c); });
  if (url.empty() || blank) {
    return InvalidArguments("an objectUrl is empty or holds white space: '" + url + "'");
  }
  if (url.find("://") == std::string::npos) {
    return InvalidArguments("objectUrl must be a URL: " + url);
  }
  return {};
}

// Media properties that an entry does not tell.
void SetDefaults(NewItem& item) {
  if (item.item_type == "image" || item.item_type == "video") {
    item.width = 1920;
    item.height = 1080;
  }
  if (item.item_type == "video") {
    item.fps = 30;
    item.duration = 10;
    item.frame_count = 300;
  }
  if (item.item_type == "audio") {
    item.duration = 10;
    item.audio_sample_rate = 44100;
    item.audio_bit_depth = 16;
    item.audio_codec = "mp3";
    item.audio_num_channels = 2;
  }
  if (item.item_type == "dicomFile") {
    item.width = 512;
    item.height = 512;
    item.frame_count = 1;
  }
  if (!item.url.has_value()) return;
  // The same object always has the same size.
  item.file_size = 10'000;
  for (unsigned char c : *item.url) *item.file_size = (*item.file_size * 31 + c) % 10'000'000;
}

Result<void> ReadMetadata(const json::value& metadata, NewItem& item) {
  for (auto [name, field] : {std::pair{"width", &item.width},
                             {"height", &item.height},
                             {"file_size", &item.file_size},
                             {"frame_count", &item.frame_count},
                             {"sample_rate", &item.audio_sample_rate},
                             {"bit_depth", &item.audio_bit_depth},
                             {"num_channels", &item.audio_num_channels}}) {
    ASSIGN_OR_RETURN(std::optional<int64_t> number, OptionalInt(metadata, name));
    if (number.has_value()) *field = number;
  }
  for (auto [name, field] : {std::pair{"fps", &item.fps}, {"duration", &item.duration}}) {
    ASSIGN_OR_RETURN(std::optional<double> number, OptionalNumber(metadata, name));
    if (number.has_value()) *field = number;
  }
  for (auto [name, field] :
       {std::pair{"mime_type", &item.mime_type}, {"codec", &item.audio_codec}}) {
    ASSIGN_OR_RETURN(std::optional<std::string> text, OptionalText(metadata, name));
    if (text.has_value()) *field = text;
  }
  if (item.item_type == "video" && item.fps.has_value() && item.duration.has_value()) {
    item.frame_count = static_cast<int64_t>(*item.fps * *item.duration + 0.5);
  }
  return {};
}

NewItem ObjectItem(std::string_view item_type, const std::string& url, std::string title) {
  NewItem item;
  item.item_type = item_type;
  item.name = title.empty() ? PathOf(url) : std::move(title);
  item.url = url;
  item.storage_location = StorageLocationOf(url);
  if (const FileType* type = FileTypeOf(PathOf(url))) item.mime_type = std::string(type->mime_type);
  SetDefaults(item);
  return item;
}

// Why an object cannot become an item of this type; "" if it can.
std::string ObjectError(std::string_view item_type, const std::string& url) {
  if (absl::StrContains(url, "missing")) return "the object does not exist: " + url;
  const FileType* type = FileTypeOf(PathOf(url));
  // DICOM files and frames often have no extension.
  if (type == nullptr && item_type == "dicomFile") return "";
  if (type == nullptr || type->item_type != item_type) {
    return "the file type is not supported as " + std::string(item_type) + ": " + url;
  }
  return "";
}

struct Part {
  std::string url;
  std::string title;
};

// Parts are objectUrl_0, objectUrl_1, ... in `files`, and a list of {url, title}
// named images or dicomFiles in `dataItems`.
Result<std::vector<Part>> ReadParts(const json::value& entry) {
  std::vector<Part> parts;
  for (const char* list_name : {"images", "dicomFiles"}) {
    const json::value* list = FindMember(entry, list_name);
    if (list == nullptr) continue;
    if (!list->is_array()) return InvalidArguments(std::string(list_name) + " must be a list");
    for (const json::value& element : list->get_array()) {
      Part part;
      ASSIGN_OR_RETURN(part.url, RequiredText(element, "url"));
      ASSIGN_OR_RETURN(std::optional<std::string> title, OptionalText(element, "title"));
      part.title = title.value_or("");
      parts.push_back(std::move(part));
    }
  }
  for (int i = 0;; ++i) {
    ASSIGN_OR_RETURN(std::optional<std::string> url,
                     OptionalText(entry, "objectUrl_" + std::to_string(i)));
    if (!url.has_value()) break;
    parts.push_back({*url, ""});
  }
  if (parts.empty()) return InvalidArguments("an image group or DICOM series has no object URLs");
  return parts;
}

Result<UploadUnit> ReadUnit(const UnitList& list, const json::value& entry) {
  if (!entry.is_object()) {
    return InvalidArguments(std::string(list.name) + " must be a list of objects");
  }
  ASSIGN_OR_RETURN(std::optional<std::string> title, OptionalText(entry, "title"));
  UploadUnit unit;
  if (list.part_type.empty()) {
    ASSIGN_OR_RETURN(std::string url, RequiredText(entry, "objectUrl"));
    unit.item = ObjectItem(list.item_type, url, title.value_or(""));
    unit.urls = {url};
    unit.error = ObjectError(list.item_type, url);
  } else {
    ASSIGN_OR_RETURN(std::vector<Part> parts, ReadParts(entry));
    ASSIGN_OR_RETURN(std::optional<bool> create_video, OptionalBool(entry, "createVideo"));
    bool is_sequence = list.item_type == "imageGroup" && create_video.value_or(false);
    unit.item.item_type = is_sequence ? "imageSequence" : list.item_type;
    unit.item.name = title.value_or("");
    for (Part& part : parts) {
      unit.urls.push_back(part.url);
      if (unit.error.empty()) unit.error = ObjectError(list.part_type, part.url);
      unit.item.children.push_back(ObjectItem(list.part_type, part.url, std::move(part.title)));
    }
    const NewItem& first = unit.item.children.front();
    if (unit.item.name.empty()) unit.item.name = first.name;
    unit.item.storage_location = first.storage_location;
    unit.item.width = first.width;
    unit.item.height = first.height;
    unit.item.mime_type = list.item_type == "dicomSeries" ? "application/dicom" : first.mime_type;
    unit.item.frame_count = static_cast<int64_t>(parts.size());
    if (is_sequence) unit.item.fps = 25;
  }
  for (const std::string& url : unit.urls) RETURN_IF_ERROR(CheckUrl(url));
  ASSIGN_OR_RETURN(std::optional<json::object> metadata, OptionalObject(entry, "clientMetadata"));
  if (metadata.has_value()) unit.item.client_metadata = json::serialize(*metadata);
  ASSIGN_OR_RETURN(std::optional<json::object> media, OptionalObject(entry, list.metadata));
  if (media.has_value()) RETURN_IF_ERROR(ReadMetadata(*media, unit.item));
  return unit;
}

Result<UploadConfig> ReadConfig(const json::value& object, std::string_view what,
                                std::span<const UnitList> lists,
                                std::string_view skip_duplicates_name,
                                std::string_view upsert_metadata_name) {
  if (!object.is_object()) return InvalidArguments(std::string(what) + " must be an object");
  UploadConfig config;
  for (const auto& [key, value] : object.get_object()) {
    std::string_view name(key.data(), key.size());
    if (name == skip_duplicates_name || name == upsert_metadata_name || value.is_null()) continue;
    bool unserved =
        std::find(kUnservedLists.begin(), kUnservedLists.end(), name) != kUnservedLists.end();
    if (unserved && value == json::array()) continue;
    auto list = std::find_if(lists.begin(), lists.end(),
                             [&](const UnitList& known) { return known.name == name; });
    if (list == lists.end()) {
      return InvalidArguments(std::string(what) + " has an unknown member: " + std::string(name));
    }
    if (!value.is_array()) return InvalidArguments(std::string(name) + " must be a list");
    for (const json::value& entry : value.get_array()) {
      ASSIGN_OR_RETURN(UploadUnit unit, ReadUnit(*list, entry));
      config.units.push_back(std::move(unit));
    }
  }
  if (config.units.empty()) return InvalidArguments(std::string(what) + " names nothing to upload");
  ASSIGN_OR_RETURN(std::optional<bool> skip, OptionalBool(object, skip_duplicates_name));
  config.skip_duplicate_urls = skip.value_or(false);
  ASSIGN_OR_RETURN(std::optional<bool> upsert, OptionalBool(object, upsert_metadata_name));
  config.upsert_metadata = upsert.value_or(false);
  return config;
}

}  // namespace

Result<UploadConfig> ReadFiles(const json::value& files) {
  return ReadConfig(files, "files", kFilesLists, "skip_duplicate_urls", "upsert_metadata");
}

Result<UploadConfig> ReadDataItems(const json::value& data_items) {
  return ReadConfig(data_items, "dataItems", kDataItemsLists, "skipDuplicateUrls",
                    "upsertMetadata");
}

}  // namespace sandbox
