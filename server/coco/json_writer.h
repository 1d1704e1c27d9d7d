#ifndef SERVER_COCO_JSON_WRITER_H_
#define SERVER_COCO_JSON_WRITER_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/coco/json_text.h"
#include "server/coco/profile.h"
#include "server/coco/sink.h"
#include "server/coco/spool.h"

namespace gateway::coco {

// Writes an export as one COCO JSON document, piece by piece:
//   {"info": ..., "categories": [...], "annotations": [...], "images": [...]}
// The two long lists grow together, but a document holds one after the other. So annotations are
// written at once and images, some 200 bytes each, are spooled, from a mebibyte on to a temporary
// file. Memory is bounded by what the caller lets pile up in text(). Numbers are the shortest text
// that reads back to the same double.
//
// What becomes of skipped labels is for derived classes to say: the format has no place for them.
class JsonWriter : public Sink {
 public:
  explicit JsonWriter(Profile profile);

  // Starts the document. `description` is the title of the first data unit, if there is one.
  void Begin(std::optional<std::string_view> description, std::span<const Category> categories);

  // Document text that is ready. The caller takes it and clears it, after each label row at least.
  std::string& text() { return text_; }

  // Appends a piece of the rest of the document, about a mebibyte, to text() once all rows have
  // been converted. True until nothing is left. Errors are those of Spool.
  absl::StatusOr<bool> WriteRest();

  void OnImage(const Image& image) override;
  void OnAnnotation(const Annotation& annotation) override;

 private:
  const Conventions conventions_;
  std::string text_;
  Spool images_;
  // The image or annotation at hand.
  JsonText entry_;
  absl::Status spool_status_;
  bool has_image_ = false;
  bool has_annotation_ = false;
  bool is_ending_ = false;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_JSON_WRITER_H_
