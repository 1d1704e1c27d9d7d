#include "server/actions/export_rows.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace gateway::actions {
namespace {

constexpr size_t kChunkBytes = size_t{64} << 10;

using Size = uint32_t;

// Leaves in `kept` what an export needs of `row`.
void Reduce(const pb::LabelRow& row, pb::LabelRow& kept) {
  kept.Clear();
  if (!row.label_hash().empty()) {
    kept.set_label_hash(row.label_hash());
    kept.set_data_hash(row.data_hash());
    kept.set_number_of_frames(row.number_of_frames());
  } else if (row.data_type() == "IMAGE") {
    kept.set_data_type(row.data_type());
    kept.set_data_hash(row.data_hash());
    kept.set_data_title(row.data_title());
    kept.set_data_link(row.data_link());
    if (row.has_width()) kept.set_width(row.width());
    if (row.has_height()) kept.set_height(row.height());
  }
}

}  // namespace

void ExportRows::Add(const pb::LabelRow& row) {
  if (!first_title_) first_title_ = row.data_title();
  Reduce(row, kept_);
  bytes_.clear();
  kept_.AppendToString(&bytes_);
  const Size size = static_cast<Size>(bytes_.size());
  if (chunks_.empty() || chunks_.back().size() + sizeof size + size > kChunkBytes) {
    chunks_.emplace_back().reserve(std::max(kChunkBytes, sizeof size + size));
  }
  chunks_.back().append(reinterpret_cast<const char*>(&size), sizeof size).append(bytes_);
  ++total_;
}

bool ExportRows::Take(pb::LabelRow& row) {
  if (chunks_.empty()) return false;
  const std::string& chunk = chunks_.front();
  Size size = 0;
  std::memcpy(&size, chunk.data() + taken_, sizeof size);
  taken_ += sizeof size;
  row.ParseFromArray(chunk.data() + taken_, static_cast<int>(size));
  taken_ += size;
  if (taken_ == chunk.size()) {
    chunks_.pop_front();
    taken_ = 0;
  }
  return true;
}

}  // namespace gateway::actions
