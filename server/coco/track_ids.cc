#include "server/coco/track_ids.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace gateway::coco {
namespace {

// Entries that are read at once.
constexpr size_t kBlock = 256;
// Of the filter; with four bits set for each key one in some hundred keys passes by mistake at
// most.
constexpr size_t kKeysPerWord = 4;

// Where a key is in a filter: a word, and bits of it that are all set.
struct Mark {
  Mark(uint64_t key, size_t words) {
    uint64_t mixed = (key ^ key >> 31) * 0x9E3779B97F4A7C15;
    mixed ^= mixed >> 29;
    word = (mixed >> 32) % words;
    for (int i = 0; i < 4; ++i, mixed >>= 6) bits |= uint64_t{1} << (mixed & 63);
  }

  size_t word;
  uint64_t bits = 0;
};

bool Seek(std::FILE* file, size_t entry, size_t entry_bytes) {
  return std::fseek(file, static_cast<long>(entry * entry_bytes), SEEK_SET) == 0;
}

}  // namespace

absl::StatusOr<uint32_t> TrackIds::NumberOf(uint64_t key) {
  if (auto found = in_memory_.find(key); found != in_memory_.end()) return found->second;
  for (const Run& run : runs_) {
    const Mark mark(key, run.filter.size());
    if ((run.filter[mark.word] & mark.bits) != mark.bits) continue;
    const absl::StatusOr<std::optional<uint32_t>> number = Find(run, key);
    if (!number.ok()) return number.status();
    if (number->has_value()) return **number;
  }
  if (in_memory_.size() >= most_in_memory_ && can_spill_) Spill();
  in_memory_.emplace(key, next_);
  return next_++;
}

void TrackIds::Spill() {
  if (file_ == nullptr) file_.reset(std::tmpfile());
  std::vector<Entry> entries;
  entries.reserve(in_memory_.size());
  for (const auto& [key, number] : in_memory_) entries.push_back({key, number});
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.key < b.key; });
  std::FILE* const file = file_.get();
  can_spill_ = file != nullptr && Seek(file, entries_in_file_, sizeof(Entry)) &&
               std::fwrite(entries.data(), sizeof(Entry), entries.size(), file) == entries.size() &&
               std::fflush(file) == 0;
  if (!can_spill_) return;
  Run run{.begin = entries_in_file_, .count = entries.size(), .filter = {}, .first_keys = {}};
  run.filter.resize(entries.size() / kKeysPerWord + 1);
  for (size_t i = 0; i < entries.size(); ++i) {
    const Mark mark(entries[i].key, run.filter.size());
    run.filter[mark.word] |= mark.bits;
    if (i % kBlock == 0) run.first_keys.push_back(entries[i].key);
  }
  entries_in_file_ += entries.size();
  runs_.push_back(std::move(run));
  in_memory_.clear();
}

absl::StatusOr<std::optional<uint32_t>> TrackIds::Find(const Run& run, uint64_t key) {
  const auto after = std::upper_bound(run.first_keys.begin(), run.first_keys.end(), key);
  if (after == run.first_keys.begin()) return std::nullopt;
  const size_t begin = kBlock * static_cast<size_t>(after - run.first_keys.begin() - 1);
  const size_t count = std::min(kBlock, run.count - begin);
  Entry block[kBlock];
  if (!Seek(file_.get(), run.begin + begin, sizeof(Entry)) ||
      std::fread(block, sizeof(Entry), count, file_.get()) != count) {
    return absl::DataLossError("a temporary file cannot be read");
  }
  const Entry* const end = block + count;
  const Entry* const found = std::lower_bound<const Entry*>(
      block, end, key, [](const Entry& entry, uint64_t wanted) { return entry.key < wanted; });
  if (found == end || found->key != key) return std::nullopt;
  return static_cast<uint32_t>(found->number);
}

}  // namespace gateway::coco
