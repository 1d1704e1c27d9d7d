#include "server/http/fair_slots.h"

#include "absl/strings/string_view.h"

namespace gateway::http {

FairSlots::Waiter::~Waiter() {
  if (slots_ != nullptr) slots_->Leave(*this);
}

FairSlots::Slot FairSlots::TryTake(absl::string_view name) {
  if (in_use_ >= slots_) return Slot();
  // Whoever waits while a slot is free waits for their own key's cap: nobody is overtaken here.
  Key& key = FindOrAdd(name);
  if (key.in_use >= slots_per_key_) return Slot();
  ++in_use_;
  ++key.in_use;
  return Slot(this, &key);
}

void FairSlots::Wait(absl::string_view name, Waiter& waiter) {
  Key& key = FindOrAdd(name);
  waiter.slots_ = this;
  waiter.key_ = &key;
  waiter.position_ = key.waiters.insert(key.waiters.end(), &waiter);
  ++waiting_;
  Update(key);
}

FairSlots::Key& FairSlots::FindOrAdd(absl::string_view name) {
  const auto [entry, added] = keys_.try_emplace(name);
  if (added) entry->second.name = entry->first;
  return entry->second;
}

void FairSlots::Release(Key& key) {
  --in_use_;
  --key.in_use;
  Update(key);
  if (ready_.empty()) return;

  Key& next = *ready_.front();
  Waiter& waiter = *next.waiters.front();
  next.waiters.pop_front();
  --waiting_;
  ++in_use_;
  ++next.in_use;
  // Out of the ring and back in at its end, if it has more to wait for.
  ready_.pop_front();
  next.ready = false;
  Update(next);
  waiter.slots_ = nullptr;
  waiter.slot_ = Slot(this, &next);
  waiter.OnGranted();
}

void FairSlots::Leave(Waiter& waiter) {
  waiter.key_->waiters.erase(waiter.position_);
  --waiting_;
  Update(*waiter.key_);
}

void FairSlots::Update(Key& key) {
  const bool ready = !key.waiters.empty() && key.in_use < slots_per_key_;
  if (ready && !key.ready) {
    key.ready_position = ready_.insert(ready_.end(), &key);
  } else if (!ready && key.ready) {
    ready_.erase(key.ready_position);
  }
  key.ready = ready;
  if (key.in_use == 0 && key.waiters.empty()) keys_.erase(key.name);
}

}  // namespace gateway::http
