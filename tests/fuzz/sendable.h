#ifndef TESTS_FUZZ_SENDABLE_H_
#define TESTS_FUZZ_SENDABLE_H_

#include "google/protobuf/message.h"

namespace gateway {

// A message that gRPC could not send, or whose times no client could read, is a finding.
void CheckIsSendable(const google::protobuf::Message& message);

}  // namespace gateway

#endif  // TESTS_FUZZ_SENDABLE_H_
