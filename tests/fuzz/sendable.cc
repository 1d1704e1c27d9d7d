#include "tests/fuzz/sendable.h"

#include <memory>
#include <vector>

#include "google/protobuf/timestamp.pb.h"
#include "tests/fuzz/check.h"

namespace gateway {
namespace {

void CheckTimes(const google::protobuf::Message& message) {
  // The years 1 to 9999.
  constexpr int64_t kFirstSecond = -62135596800;
  constexpr int64_t kLastSecond = 253402300799;
  if (message.GetDescriptor() == google::protobuf::Timestamp::descriptor()) {
    const auto& time = static_cast<const google::protobuf::Timestamp&>(message);
    FUZZ_CHECK(time.seconds() >= kFirstSecond && time.seconds() <= kLastSecond);
    FUZZ_CHECK(time.nanos() >= 0 && time.nanos() < 1'000'000'000);
    return;
  }
  const auto* reflection = message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      CheckTimes(reflection->GetMessage(message, field));
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      CheckTimes(reflection->GetRepeatedMessage(message, field, i));
    }
  }
}

}  // namespace

void CheckIsSendable(const google::protobuf::Message& message) {
  const std::unique_ptr<google::protobuf::Message> received(message.New());
  FUZZ_CHECK(received->ParseFromString(message.SerializeAsString()));
  CheckTimes(message);
}

}  // namespace gateway
