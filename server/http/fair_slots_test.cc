#include "server/http/fair_slots.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace gateway::http {
namespace {

// Waiters that note the order in which they are served.
class FairSlotsTest : public ::testing::Test {
 protected:
  struct NamedWaiter final : FairSlots::Waiter {
    NamedWaiter(std::string name, std::vector<std::string>& served)
        : name(std::move(name)), served(served) {}
    void OnGranted() override { served.push_back(name); }
    const std::string name;
    std::vector<std::string>& served;
  };

  std::unique_ptr<NamedWaiter> Wait(FairSlots& slots, const std::string& key,
                                    const std::string& name) {
    auto waiter = std::make_unique<NamedWaiter>(name, served_);
    slots.Wait(key, *waiter);
    return waiter;
  }

  std::vector<std::string> served_;
};

TEST_F(FairSlotsTest, HandsOutNoMoreThanThereAre) {
  FairSlots slots(2, 2);
  FairSlots::Slot first = slots.TryTake("a");
  FairSlots::Slot second = slots.TryTake("b");
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
  EXPECT_FALSE(slots.TryTake("c"));
  EXPECT_EQ(slots.in_use(), 2U);
  first = FairSlots::Slot();
  EXPECT_EQ(slots.in_use(), 1U);
  EXPECT_TRUE(slots.TryTake("c"));
}

TEST_F(FairSlotsTest, CapsEachKey) {
  FairSlots slots(10, 2);
  FairSlots::Slot first = slots.TryTake("a");
  FairSlots::Slot second = slots.TryTake("a");
  EXPECT_TRUE(second);
  EXPECT_FALSE(slots.TryTake("a"));
  EXPECT_TRUE(slots.TryTake("b"));

  const auto waiter = Wait(slots, "a", "a3");
  { const FairSlots::Slot other = slots.TryTake("b"); }
  EXPECT_TRUE(served_.empty()) << "a slot of another key does not help";
  first = FairSlots::Slot();
  EXPECT_EQ(served_, std::vector<std::string>{"a3"});
  EXPECT_TRUE(waiter->TakeSlot());
}

TEST_F(FairSlotsTest, KeysTakeTurns) {
  FairSlots slots(1, 1);
  FairSlots::Slot slot = slots.TryTake("a");
  std::vector<std::unique_ptr<NamedWaiter>> waiters;
  for (const char* name : {"a1", "a2", "a3", "b1", "b2", "c1"}) {
    waiters.push_back(Wait(slots, std::string(1, name[0]), name));
  }
  EXPECT_EQ(slots.waiting(), 6U);
  slot = FairSlots::Slot();
  for (std::size_t i = 0; i < waiters.size(); ++i) {
    ASSERT_EQ(served_.size(), i + 1);
    const auto waiter = std::find_if(waiters.begin(), waiters.end(), [this](const auto& waiter) {
      return waiter->name == served_.back();
    });
    (*waiter)->TakeSlot();
  }
  // Key a was capped when the others came, so it is behind them.
  EXPECT_EQ(served_, (std::vector<std::string>{"b1", "c1", "a1", "b2", "a2", "a3"}));
  EXPECT_EQ(slots.waiting(), 0U);
  EXPECT_EQ(slots.in_use(), 0U);
}

TEST_F(FairSlotsTest, BusyKeyDoesNotDelayAnother) {
  FairSlots slots(1, 1);
  FairSlots::Slot slot = slots.TryTake("busy");
  std::vector<std::unique_ptr<NamedWaiter>> waiters;
  for (int i = 0; i < 100; ++i) waiters.push_back(Wait(slots, "busy", "busy"));
  waiters.push_back(Wait(slots, "other", "other"));
  slot = FairSlots::Slot();
  EXPECT_EQ(served_, std::vector<std::string>{"other"});
}

TEST_F(FairSlotsTest, WaiterThatLeavesIsSkipped) {
  FairSlots slots(1, 1);
  FairSlots::Slot slot = slots.TryTake("a");
  auto first = Wait(slots, "b", "b1");
  auto second = Wait(slots, "c", "c1");
  first.reset();
  EXPECT_EQ(slots.waiting(), 1U);
  slot = FairSlots::Slot();
  EXPECT_EQ(served_, std::vector<std::string>{"c1"});
}

TEST_F(FairSlotsTest, GrantedWaiterThatLeavesPassesTheSlotOn) {
  FairSlots slots(1, 1);
  FairSlots::Slot slot = slots.TryTake("a");
  auto first = Wait(slots, "b", "b1");
  auto second = Wait(slots, "c", "c1");
  slot = FairSlots::Slot();
  EXPECT_EQ(served_, std::vector<std::string>{"b1"});
  first.reset();
  EXPECT_EQ(served_, (std::vector<std::string>{"b1", "c1"}));
  second.reset();
  EXPECT_EQ(slots.in_use(), 0U);
  EXPECT_TRUE(slots.TryTake("d"));
}

}  // namespace
}  // namespace gateway::http
