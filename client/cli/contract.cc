#include "client/cli/contract.h"

#include <google/protobuf/descriptor.pb.h>

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "encord/v1/encord.pb.h"

namespace encord::cli {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

namespace {

// The comments of fields, by their full names, on one line each.
const std::map<std::string, std::string>& Comments() {
  static const auto* const comments = [] {
    static constexpr unsigned char kContract[] = {
#include "client/cli/contract.inc"
    };
    auto* found = new std::map<std::string, std::string>;
    google::protobuf::FileDescriptorSet contract;
    contract.ParseFromArray(kContract, sizeof(kContract));
    for (const auto& file : contract.file()) {
      for (const auto& location : file.source_code_info().location()) {
        // The path of a field: message_type (4), its index, field (2), its index.
        if (location.path_size() != 4 || location.path(0) != 4 || location.path(2) != 2) continue;
        const auto& message = file.message_type(location.path(1));
        std::string text = location.leading_comments();
        absl::RemoveExtraAsciiWhitespace(&text);
        (*found)[absl::StrCat(file.package(), ".", message.name(), ".",
                              message.field(location.path(3)).name())] = text;
      }
    }
    return found;
  }();
  return *comments;
}

}  // namespace

const MethodDescriptor* Method(const Command& command) {
  return v1::ListProjectsRequest::descriptor()
      ->file()
      ->pool()
      ->FindServiceByName("encord.v1.EncordService")
      ->FindMethodByName(command.rpc);
}

std::unique_ptr<Message> NewMessage(const Descriptor* type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

const std::string& Comment(const FieldDescriptor* field) {
  return Comments().at(field->full_name());
}

bool IsTime(const FieldDescriptor* field) {
  return field->message_type() != nullptr &&
         field->message_type()->full_name() == "google.protobuf.Timestamp";
}

bool IsStruct(const FieldDescriptor* field) {
  return field->message_type() != nullptr &&
         field->message_type()->full_name() == "google.protobuf.Struct";
}

}  // namespace encord::cli
