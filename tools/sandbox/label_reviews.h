#ifndef TOOLS_SANDBOX_LABEL_REVIEWS_H_
#define TOOLS_SANDBOX_LABEL_REVIEWS_H_

#include <string>
#include <string_view>

#include "tools/sandbox/context.h"

namespace sandbox {

// The verdict on each label instance of a data unit: table `label_reviews`.
// Reviews come to be when somebody first asks for them.
extern const char kLabelReviewsSchema[];

// Makes the reviews of label instances that have none, and forgets those of
// instances that are gone.
void UpdateLabelReviews(Context& context, const std::string& project_uuid,
                        const std::string& data_hash);

// What an action on a task does to all of its label reviews.
enum class ReviewVerdict {
  // A submit: those that were rejected are resolved.
  kResolve,
  // All are approved.
  kApprove,
  // Those without a verdict are rejected.
  kReject,
};
void SettleLabelReviews(Context& context, const std::string& project_uuid,
                        const std::string& data_hash, ReviewVerdict verdict);

void RemoveLabelReviews(Store& store, const std::string& project_uuid,
                        const std::string& data_hash);

}  // namespace sandbox

#endif  // TOOLS_SANDBOX_LABEL_REVIEWS_H_
