#include "server/coco/attributes.h"

#include <algorithm>
#include <variant>

namespace gateway::coco {
namespace {

// Answers to a single value. The options of a radio button are named by the ontology; options that
// it no longer has are named as in the label row.
decltype(Answer::value) SingleValue(const LabelAnswer& answer, const Attribute& attribute,
                                    const LabelRow& row) {
  switch (attribute.type) {
    case AttributeType::kRadio:
      if (const Slice* options = std::get_if<Slice>(&answer.value);
          options && options->size() > 0) {
        const ChosenOption& option = row.options[options->begin];
        auto label = attribute.option_labels.find(option.feature_hash);
        if (label != attribute.option_labels.end()) return std::string_view(label->second);
        return option.label;
      }
      return {};
    case AttributeType::kText:
      if (const auto* text = std::get_if<std::string_view>(&answer.value)) return *text;
      return {};
    case AttributeType::kNumeric:
      if (const auto* number = std::get_if<int64_t>(&answer.value)) return *number;
      if (const auto* number = std::get_if<double>(&answer.value)) return *number;
      return {};
    case AttributeType::kChecklist:
      return {};
  }
  return {};
}

}  // namespace

void RowAnswers::Start(const LabelRow& row) {
  row_ = &row;
  overflowed_ = false;
  dynamic_count_ = 0;
  instance_by_hash_.clear();
  instances_.clear();
  order_.clear();
  if (row.answers.empty()) return;
  // Group the answers by instance; within one they stay in document order.
  std::vector<uint32_t> instance_of(row.answers.size());
  for (size_t i = 0; i < row.answers.size(); ++i) {
    auto [entry, is_new] = instance_by_hash_.try_emplace(row.answers[i].object_hash,
                                                         static_cast<uint32_t>(instances_.size()));
    if (is_new) instances_.emplace_back();
    instance_of[i] = entry->second;
    ++instances_[entry->second].answers.end;
  }
  uint32_t begin = 0;
  for (Instance& instance : instances_) {
    const uint32_t count = instance.answers.end;
    instance.answers = {begin, begin};
    begin += count;
  }
  order_.resize(row.answers.size());
  for (size_t i = 0; i < row.answers.size(); ++i) {
    order_[instances_[instance_of[i]].answers.end++] = static_cast<uint32_t>(i);
  }
}

std::span<const Answer> RowAnswers::On(int64_t frame, std::string_view object_hash,
                                       const OntologyObject& object) {
  if (object.unanswered.empty()) return {};
  auto found = instance_by_hash_.find(object_hash);
  if (found == instance_by_hash_.end()) return Listed(object.unanswered);
  Instance& instance = instances_[found->second];
  if (!instance.is_resolved) Resolve(instance, object);
  if (instance.dynamics.empty()) return Listed(instance.statics);

  for (; instance.started < instance.dynamics.size(); ++instance.started) {
    const DynamicAnswer& answer = instance.dynamics[instance.started];
    if (answer.first > frame) break;
    auto& holding = instance.holding[answer.place];
    holding.push_back(&answer);
    std::push_heap(holding.begin(), holding.end(), ByRank());
  }
  current_.assign(instance.statics.begin(), instance.statics.end());
  for (size_t place = 0; place < current_.size(); ++place) {
    auto& holding = instance.holding[place];
    while (!holding.empty() && holding.front()->last < frame) {
      std::pop_heap(holding.begin(), holding.end(), ByRank());
      holding.pop_back();
    }
    if (!holding.empty()) current_[place].value = holding.front()->value;
  }
  return Listed(current_);
}

void RowAnswers::Resolve(Instance& instance, const OntologyObject& object) {
  instance.is_resolved = true;
  instance.statics = object.unanswered;
  for (uint32_t i = instance.answers.begin; i < instance.answers.end; ++i) {
    const LabelAnswer& answer = row_->answers[order_[i]];
    auto attribute = object.attributes.find(answer.attribute_feature_hash);
    if (attribute == object.attributes.end()) continue;
    ResolveAnswer(answer, attribute->second, order_[i], instance);
  }
  if (instance.dynamics.empty()) return;
  std::stable_sort(
      instance.dynamics.begin(), instance.dynamics.end(),
      [](const DynamicAnswer& a, const DynamicAnswer& b) { return a.first < b.first; });
  instance.holding.resize(instance.statics.size());
}

void RowAnswers::ResolveAnswer(const LabelAnswer& answer, const Attribute& attribute, uint32_t rank,
                               Instance& instance) {
  auto put = [&](uint32_t place, const decltype(Answer::value)& value) {
    if (!answer.dynamic) {
      instance.statics[place].value = value;
      return;
    }
    for (uint32_t i = answer.ranges.begin; i < answer.ranges.end; ++i) {
      if (++dynamic_count_ > kMaxDynamicAnswers) {
        overflowed_ = true;
        return;
      }
      const FrameRange& range = row_->ranges[i];
      instance.dynamics.push_back({range.first, range.last, place, rank, value});
    }
  };
  if (attribute.type != AttributeType::kChecklist) {
    put(attribute.first_answer, SingleValue(answer, attribute, *row_));
    return;
  }
  const Slice* options = std::get_if<Slice>(&answer.value);
  if (options == nullptr) return;
  // Once there is an answer to a nested checklist, the options that are not ticked are false.
  for (const auto& [feature_hash, place] : attribute.option_answers) {
    auto& value = instance.statics[place].value;
    if (std::holds_alternative<std::monostate>(value)) value = false;
  }
  for (uint32_t i = options->begin; i < options->end; ++i) {
    auto place = attribute.option_answers.find(row_->options[i].feature_hash);
    if (place != attribute.option_answers.end()) put(place->second, true);
  }
}

std::span<const Answer> RowAnswers::Listed(std::span<const Answer> answers) {
  if (keep_unanswered_) return answers;
  listed_.clear();
  for (const Answer& answer : answers) {
    if (!std::holds_alternative<std::monostate>(answer.value)) listed_.push_back(answer);
  }
  return listed_;
}

}  // namespace gateway::coco
