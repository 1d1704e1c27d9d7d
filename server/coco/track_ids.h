#ifndef SERVER_COCO_TRACK_IDS_H_
#define SERVER_COCO_TRACK_IDS_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

namespace gateway::coco {

// Numbers keys from 0 on in the order in which they first come. There may be millions of them, so
// only the newest are kept in memory, and of the others two bytes each: enough to tell nearly all
// keys that were never there from those that are in an anonymous temporary file. Where such a file
// cannot be written, all stay in memory. Not thread-safe.
class TrackIds {
 public:
  // `most_in_memory`: keys, at least 1.
  explicit TrackIds(size_t most_in_memory = size_t{32} << 10) : most_in_memory_(most_in_memory) {}

  // The number of `key`. DATA_LOSS if the file cannot be read.
  absl::StatusOr<uint32_t> NumberOf(uint64_t key);

 private:
  struct Entry {
    uint64_t key;
    uint64_t number;
  };

  // Keys that went to the file together, sorted.
  struct Run {
    size_t begin;  // the first entry of the file
    size_t count;  // entries
    std::vector<uint64_t> filter;
    std::vector<uint64_t> first_keys;  // of each block
  };

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void Spill();
  absl::StatusOr<std::optional<uint32_t>> Find(const Run& run, uint64_t key);

  const size_t most_in_memory_;
  absl::flat_hash_map<uint64_t, uint32_t> in_memory_;
  std::vector<Run> runs_;
  std::unique_ptr<std::FILE, Close> file_;
  size_t entries_in_file_ = 0;
  bool can_spill_ = true;
  uint32_t next_ = 0;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_TRACK_IDS_H_
