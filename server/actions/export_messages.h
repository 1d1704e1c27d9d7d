#ifndef SERVER_ACTIONS_EXPORT_MESSAGES_H_
#define SERVER_ACTIONS_EXPORT_MESSAGES_H_

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "proto/encord/v1/coco.pb.h"
#include "server/coco/json_writer.h"
#include "server/coco/profile.h"
#include "server/coco/sink.h"
#include "server/pb.h"

// The two forms of a streamed export. Both take what the converter delivers, keep it until it is
// taken as messages that any gRPC client accepts (about 1 MiB), and count it.
namespace gateway::actions {

// An export as typed messages.
class TypedMessages final : public coco::Sink {
 public:
  using Message = pb::StreamLabelsCocoResponse;

  // Starts the export. `description` is the title of the first data unit, if there is one.
  void Begin(std::optional<std::string_view> description,
             std::span<const coco::Category> categories);

  void OnImage(const coco::Image& image) override;
  // An annotation larger than a message may be becomes a skipped one.
  void OnAnnotation(const coco::Annotation& annotation) override;
  void OnSkipped(const coco::Skipped& skipped) override;

  // Adds what can only come once all rows have been converted; true until nothing is left.
  absl::StatusOr<bool> WriteRest() { return false; }

  // The next message; none once all has been taken. Its progress is not set.
  std::optional<Message> Take();

  const pb::CocoExportSummary& summary() const { return summary_; }

 private:
  // The message that has room for `bytes` more.
  Message& MessageFor(size_t bytes);

  std::deque<Message> messages_;
  size_t last_bytes_ = 0;
  // Of the image whose annotations come.
  std::string label_hash_;
  std::string data_hash_;
  pb::CocoExportSummary summary_;
};

// An export as the pieces of one JSON document.
class JsonMessages final : public coco::JsonWriter {
 public:
  using Message = pb::StreamLabelsCocoJsonResponse;

  explicit JsonMessages(coco::Profile profile) : JsonWriter(profile) {}

  void OnImage(const coco::Image& image) override;
  void OnAnnotation(const coco::Annotation& annotation) override;
  void OnSkipped(const coco::Skipped& skipped) override;

  // As of TypedMessages.
  std::optional<Message> Take();
  const pb::CocoExportSummary& summary() const { return summary_; }

 private:
  // How much of text() has been taken.
  size_t taken_ = 0;
  std::deque<pb::SkippedLabel> skipped_;
  pb::CocoExportSummary summary_;
};

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_EXPORT_MESSAGES_H_
