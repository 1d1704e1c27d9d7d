// Admission to a limited number of slots, fair between keys.

#ifndef SERVER_HTTP_FAIR_SLOTS_H_
#define SERVER_HTTP_FAIR_SLOTS_H_

#include <cstddef>
#include <list>
#include <string>
#include <utility>

#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"

namespace gateway::http {

// Hands out at most `slots` slots, and at most `slots_per_key` of them to any one key. Those who
// find none wait in line; a slot that comes free goes to the keys in turn, and within a key to the
// one who waits longest. Every operation takes constant time. Not thread-safe.
class FairSlots {
 private:
  struct Key;

 public:
  // The right to a slot, which ends with the object. It must not outlive the FairSlots.
  class Slot {
   public:
    Slot() = default;
    Slot(Slot&& other) noexcept
        : slots_(std::exchange(other.slots_, nullptr)), key_(std::exchange(other.key_, nullptr)) {}
    Slot& operator=(Slot&& other) noexcept {
      std::swap(slots_, other.slots_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~Slot() {
      if (slots_ != nullptr) slots_->Release(*key_);
    }

    // Whether there is a slot.
    explicit operator bool() const { return slots_ != nullptr; }

   private:
    friend class FairSlots;
    Slot(FairSlots* slots, Key* key) : slots_(slots), key_(key) {}

    FairSlots* slots_ = nullptr;
    Key* key_ = nullptr;
  };

  // One who waits. It leaves the line when it is destroyed.
  class Waiter {
   public:
    Waiter() = default;
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    virtual ~Waiter();

    // Called once, when a slot is granted, from within the release of another slot: it must not
    // take or release one itself.
    virtual void OnGranted() = 0;

    // The slot that was granted; none before, and none the second time.
    Slot TakeSlot() { return std::move(slot_); }

   private:
    friend class FairSlots;
    FairSlots* slots_ = nullptr;  // null once granted
    Key* key_ = nullptr;
    std::list<Waiter*>::iterator position_;
    Slot slot_;
  };

  FairSlots(std::size_t slots, std::size_t slots_per_key)
      : slots_(slots), slots_per_key_(slots_per_key) {}
  FairSlots(const FairSlots&) = delete;
  FairSlots& operator=(const FairSlots&) = delete;

  // A slot if one is free for `key`, else none.
  Slot TryTake(absl::string_view key);

  // Puts `waiter` in line for `key`. To be called only after TryTake found no slot.
  void Wait(absl::string_view key, Waiter& waiter);

  std::size_t in_use() const { return in_use_; }
  std::size_t waiting() const { return waiting_; }

 private:
  // A key that holds or waits for slots.
  struct Key {
    absl::string_view name;  // in keys_
    std::size_t in_use = 0;
    std::list<Waiter*> waiters;
    bool ready = false;  // in ready_
    std::list<Key*>::iterator ready_position;
  };

  Key& FindOrAdd(absl::string_view name);
  void Release(Key& key);
  void Leave(Waiter& waiter);

  // Puts `key` into or out of ready_, or forgets it, as its state now demands.
  void Update(Key& key);

  const std::size_t slots_;
  const std::size_t slots_per_key_;
  std::size_t in_use_ = 0;
  std::size_t waiting_ = 0;
  absl::node_hash_map<std::string, Key> keys_;

  // The keys that have waiters and are below their cap, in the order of their turns.
  std::list<Key*> ready_;
};

}  // namespace gateway::http

#endif  // SERVER_HTTP_FAIR_SLOTS_H_
