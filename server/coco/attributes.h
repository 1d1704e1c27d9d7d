#ifndef SERVER_COCO_ATTRIBUTES_H_
#define SERVER_COCO_ATTRIBUTES_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "server/coco/label_row.h"
#include "server/coco/ontology.h"
#include "server/coco/sink.h"
#include "server/coco/text.h"

namespace gateway::coco {

// Most places at which dynamic answers of one row may start to hold, counting each ticked option.
// Bounds their memory by 128 MiB; rows of 50 MB, the most that Encord takes, have fewer.
inline constexpr size_t kMaxDynamicAnswers = size_t{1} << 21;

// Answers to the attributes of one label row's objects. Keeps its buffers from row to row.
class RowAnswers {
 public:
  // `keep_unanswered`: whether attributes without an answer are listed too.
  explicit RowAnswers(bool keep_unanswered) : keep_unanswered_(keep_unanswered) {}

  // Starts with the answers of `row`, which has to outlive their use.
  void Start(const LabelRow& row);

  // Answers about the instance `object_hash`, an `object` of the ontology, on a frame. Frames of
  // one instance have to be asked for in ascending order. Valid until the next call.
  std::span<const Answer> On(int64_t frame, std::string_view object_hash,
                             const OntologyObject& object);

  // Whether there were more than kMaxDynamicAnswers; those above are left out.
  bool overflowed() const { return overflowed_; }

 private:
  // A dynamic answer to a place, from `first` to `last` frame.
  struct DynamicAnswer {
    int64_t first;
    int64_t last;
    uint32_t place;
    // Position of the answer in the row: of several that hold, the last one counts.
    uint32_t rank;
    decltype(Answer::value) value;
  };
  struct ByRank {
    bool operator()(const DynamicAnswer* a, const DynamicAnswer* b) const {
      return a->rank < b->rank;
    }
  };
  struct Instance {
    // First and last of the instance's answers in `order_`.
    Slice answers;
    // Static answers, one per place.
    std::vector<Answer> statics;
    bool is_resolved = false;
    // Dynamic answers by first frame, of which `started` have started to hold.
    std::vector<DynamicAnswer> dynamics;
    size_t started = 0;
    // Per place the answers that have started, as a heap with the one that counts in front. Answers
    // that have ended leave when they get there.
    std::vector<std::vector<const DynamicAnswer*>> holding;
  };

  void Resolve(Instance& instance, const OntologyObject& object);
  void ResolveAnswer(const LabelAnswer& answer, const Attribute& attribute, uint32_t rank,
                     Instance& instance);
  std::span<const Answer> Listed(std::span<const Answer> answers);

  const bool keep_unanswered_;
  bool overflowed_ = false;
  size_t dynamic_count_ = 0;
  const LabelRow* row_ = nullptr;
  TextViewMap<uint32_t> instance_by_hash_;
  std::vector<Instance> instances_;
  std::vector<uint32_t> order_;
  std::vector<Answer> current_;
  std::vector<Answer> listed_;
};

}  // namespace gateway::coco

#endif  // SERVER_COCO_ATTRIBUTES_H_
