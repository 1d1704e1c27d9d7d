// The contract as the command line sees it: RPCs, their messages, and what is said of their fields.

#ifndef CLIENT_CLI_CONTRACT_H_
#define CLIENT_CLI_CONTRACT_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>

#include "client/cli/commands.h"

namespace encord::cli {

// The RPC that a command makes.
const google::protobuf::MethodDescriptor* Method(const Command& command);

// An empty message.
std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type);

// The comment of a request's field, on one line.
const std::string& Comment(const google::protobuf::FieldDescriptor* field);

// Whether a field is a google.protobuf.Timestamp, or a google.protobuf.Struct.
bool IsTime(const google::protobuf::FieldDescriptor* field);
bool IsStruct(const google::protobuf::FieldDescriptor* field);

}  // namespace encord::cli

#endif  // CLIENT_CLI_CONTRACT_H_
