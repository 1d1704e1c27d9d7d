#include "server/actions/file_urls.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "boost/json/array.hpp"

namespace gateway::actions {
namespace {

struct FileKind {
  const char* list;  // member of Encord's JSON
  std::set<absl::string_view> extensions;
};

const FileKind* KindOf(absl::string_view url) {
  static const auto& kinds = *new std::vector<FileKind>{
      {"images", {"jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "avif"}},
      {"videos", {"mp4", "mov", "webm", "mkv", "m4v", "avi"}},
      {"audio", {"mp3", "wav", "flac", "m4a", "eac3", "aac"}},
  };
  const absl::string_view path = url.substr(0, url.find('?'));
  const absl::string_view name = path.substr(path.find_last_of('/') + 1);
  const size_t dot = name.find_last_of('.');
  if (dot == absl::string_view::npos) return nullptr;
  const std::string extension = absl::AsciiStrToLower(name.substr(dot + 1));
  for (const FileKind& kind : kinds) {
    if (kind.extensions.contains(extension)) return &kind;
  }
  return nullptr;
}

}  // namespace

boost::json::object FilesFromUrls(const google::protobuf::RepeatedPtrField<std::string>& urls,
                                  Validator& check) {
  constexpr size_t kLongestUrl = 16384;
  boost::json::object files;
  int index = 0;
  for (const std::string& url : urls) {
    const std::string field = Indexed("file_urls", index++);
    const bool blank =
        std::any_of(url.begin(), url.end(), [](unsigned char c) { return absl::ascii_isspace(c); });
    if (url.empty() || url.size() > kLongestUrl || blank) {
      check.Fail(field, "must be a URL of 1 to 16384 bytes without blanks");
      continue;
    }
    const FileKind* kind = KindOf(url);
    if (kind == nullptr) {
      check.Fail(field,
                 "must end in jpg, jpeg, png, webp, bmp, tif, tiff, avif, mp4, mov, webm, "
                 "mkv, m4v, avi, mp3, wav, flac, m4a, eac3 or aac: " +
                     url.substr(0, 200));
      continue;
    }
    auto& list = files[kind->list];
    if (!list.is_array()) list.emplace_array();
    list.get_array().push_back(boost::json::object{{"objectUrl", url}});
  }
  files["skip_duplicate_urls"] = true;
  return files;
}

}  // namespace gateway::actions
