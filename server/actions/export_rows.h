#ifndef SERVER_ACTIONS_EXPORT_ROWS_H_
#define SERVER_ACTIONS_EXPORT_ROWS_H_

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "proto/encord/v1/label_rows.pb.h"
#include "server/encord/label_rows.h"
#include "server/pb.h"

namespace gateway::actions {

// The label rows that an export has still to do, in the order of the listing. A project may have
// millions, so it keeps only what an export needs, as bytes: some 85 of them for a row that has
// been opened.
class ExportRows final : public encord::LabelRowSink {
 public:
  void Begin() override { *this = ExportRows(); }
  void Add(const pb::LabelRow& row) override;

  // Takes the next row; false if there is none. It has label_hash, data_hash and number_of_frames;
  // an image without label hash, which is one that nobody has opened, also what its COCO image
  // needs. Any other row without label hash, of which an export has nothing to tell, is empty.
  bool Take(pb::LabelRow& row);

  // How many were added.
  int total() const { return total_; }
  // Title of the first row that was added, if there is one.
  const std::optional<std::string>& first_title() const { return first_title_; }

 private:
  // Serialized rows, each after its size. Chunks make room as they are read, and growth copies
  // nothing.
  std::deque<std::string> chunks_;
  size_t taken_ = 0;  // bytes of the first chunk
  int total_ = 0;
  std::optional<std::string> first_title_;
  pb::LabelRow kept_;
  std::string bytes_;
};

}  // namespace gateway::actions

#endif  // SERVER_ACTIONS_EXPORT_ROWS_H_
