#include "server/coco/track_ids.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <random>
#include <vector>

namespace gateway::coco {
namespace {

std::vector<uint64_t> RandomKeys(size_t count) {
  std::mt19937_64 random(7);
  std::vector<uint64_t> keys(count);
  for (uint64_t& key : keys) key = random();
  return keys;
}

TEST(TrackIdsTest, NumbersKeysAsTheyCome) {
  TrackIds ids;
  EXPECT_EQ(*ids.NumberOf(7), 0u);
  EXPECT_EQ(*ids.NumberOf(0), 1u);
  EXPECT_EQ(*ids.NumberOf(~uint64_t{0}), 2u);
  EXPECT_EQ(*ids.NumberOf(7), 0u);
  EXPECT_EQ(*ids.NumberOf(8), 3u);
}

TEST(TrackIdsTest, KeysThatLeftMemoryKeepTheirNumber) {
  const std::vector<uint64_t> keys = RandomKeys(20000);
  for (const size_t most_in_memory : {1, 2, 1000, 4096, 19999, 100000}) {
    // A run for each key takes its time.
    const size_t count = most_in_memory < 1000 ? 300 : keys.size();
    TrackIds ids(most_in_memory);
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(*ids.NumberOf(keys[i]), i);
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(*ids.NumberOf(keys[i]), i) << most_in_memory;
    EXPECT_EQ(*ids.NumberOf(1), count);
  }
}

TEST(TrackIdsTest, KeysThatFollowEachOther) {
  constexpr uint64_t kKeys = 10000;
  TrackIds ids(1000);
  for (uint64_t key = 0; key < kKeys; ++key) ASSERT_EQ(*ids.NumberOf(key), key);
  for (uint64_t key = kKeys; key-- > 0;) ASSERT_EQ(*ids.NumberOf(key), key);
}

// A limit to the size of files stands in for a disk that is full.
TEST(TrackIdsTest, WithoutRoomForAFileAllStayInMemory) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit limit = before;
  limit.rlim_cur = 40000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  const std::vector<uint64_t> keys = RandomKeys(20000);
  TrackIds ids(1000);
  for (size_t i = 0; i < keys.size(); ++i) ASSERT_EQ(*ids.NumberOf(keys[i]), i);
  for (size_t i = 0; i < keys.size(); ++i) ASSERT_EQ(*ids.NumberOf(keys[i]), i);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
}

}  // namespace
}  // namespace gateway::coco
