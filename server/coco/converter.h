#ifndef SERVER_COCO_CONVERTER_H_
#define SERVER_COCO_CONVERTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/coco/json_padding.h"
#include "server/coco/profile.h"
#include "server/coco/sink.h"

namespace gateway::coco {

// What to export and how.
struct Options {
  Profile profile = Profile::kStandard;
  // Feature hashes of the ontology objects whose labels are exported; empty: all. Categories are
  // not reduced.
  std::vector<std::string> object_feature_hashes = {};
  // Feature hashes of the classifications that count for "this frame has labels"; empty: all.
  std::vector<std::string> classification_feature_hashes = {};
};

// A single image of the project that nobody has opened, so that it has no label row yet. The facts
// are those of Encord's label row listing (labelrowmetadata).
struct UnopenedImage {
  std::string_view data_hash;
  std::string_view title;
  // Unset becomes an image without coco_url.
  std::optional<std::string_view> data_link;
  // Pixels.
  int64_t width = 0;
  int64_t height = 0;
};

// Turns label rows into COCO images and annotations, one row at a time. Ids are handed out in the
// order of the calls. Between calls it keeps the ontology, buffers of the size of the largest row
// so far and two bytes per distinct object (for track ids, see track_ids.h). Not thread-safe.
class Converter {
 public:
  // `ontology_json` is an ontology's editor object:
  // {"objects": [...], "classifications": [...], "skeleton_templates": [...]}.
  // INVALID_ARGUMENT if it is not that.
  static absl::StatusOr<Converter> Create(std::string_view ontology_json, Options options);

  Converter(Converter&&) noexcept;
  Converter& operator=(Converter&&) noexcept;
  ~Converter();

  // The classes of objects, in the order of the ontology.
  std::span<const Category> categories() const;

  // Delivers the images and annotations of one label row to `sink`: frames in ascending order,
  // objects as listed. `json` is the row as Encord's API returns it. What cannot be converted (the
  // whole row if it is not JSON) goes to Sink::OnSkipped and does not disturb the rest.
  //
  // `readable` is how many bytes may be read from json.data(); from json.size() + kJsonPadding on,
  // the text is read in place, otherwise it is copied first.
  void AddLabelRow(std::string_view json, Sink& sink, size_t readable = 0);

  // Delivers an image that has no label row.
  void AddUnopenedImage(const UnopenedImage& image, Sink& sink);

 private:
  class Impl;
  explicit Converter(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_CONVERTER_H_
