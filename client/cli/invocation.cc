#include "client/cli/invocation.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/cli/contract.h"

namespace encord::cli {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) {
    return absl::InvalidArgumentError(absl::StrCat("cannot read ", path, ": ", strerror(errno)));
  }
  return text;
}

std::string Takes(const FieldDescriptor* field) {
  if (IsTime(field)) return "TIME";
  if (IsStruct(field)) return "JSON|@FILE";
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "";
    case FieldDescriptor::CPPTYPE_STRING:
      return "TEXT";
    default:
      return "NUMBER";
  }
}

absl::Status SetField(Message* message, const FieldDescriptor* field, const std::string& text) {
  const Reflection* reflection = message->GetReflection();
  if (IsTime(field)) {
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error) &&
        !absl::ParseTime("%Y-%m-%d", text, &time, &error)) {
      return absl::InvalidArgumentError(
          "must be a time such as 2026-01-31 or 2026-01-31T12:00:00Z");
    }
    *static_cast<google::protobuf::Timestamp*>(reflection->MutableMessage(message, field)) =
        google::protobuf::util::TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(time));
    return absl::OkStatus();
  }
  if (IsStruct(field)) {
    std::string json = text;
    if (absl::StartsWith(text, "@")) {
      absl::StatusOr<std::string> read = ReadFile(text.substr(1));
      if (!read.ok()) return read.status();
      json = *std::move(read);
    }
    const auto parsed = google::protobuf::util::JsonStringToMessage(
        json, reflection->MutableMessage(message, field));
    if (parsed.ok()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("must be a JSON object or @FILE: ", std::string(parsed.message())));
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field->is_repeated()) {
        reflection->AddString(message, field, text);
      } else {
        reflection->SetString(message, field, text);
      }
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_BOOL:
      if (text != "true" && text != "false") {
        return absl::InvalidArgumentError("must be true or false");
      }
      reflection->SetBool(message, field, text == "true");
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_INT32: {
      int number = 0;
      if (!absl::SimpleAtoi(text, &number)) {
        return absl::InvalidArgumentError("must be a whole number");
      }
      reflection->SetInt32(message, field, number);
      return absl::OkStatus();
    }
    default:
      return absl::UnimplementedError(absl::StrCat(field->full_name(), " has no flag"));
  }
}

bool IsGivenOtherwise(const Command& command, const std::string& name) {
  return (command.preset_field != nullptr && name == command.preset_field) ||
         std::any_of(command.positional.begin(), command.positional.end(),
                     [&](const char* field) { return name == field; });
}

// The flags of a message's fields; those of a message within stand beside them. `mutable_message`
// gives the message when a flag is used.
void AddFieldFlags(const Command& command, const Descriptor* type,
                   const std::function<Message*()>& mutable_message, std::vector<Flag>* flags) {
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (IsGivenOtherwise(command, field->name())) continue;
    if (field->message_type() != nullptr && !IsTime(field) && !IsStruct(field)) {
      AddFieldFlags(
          command, field->message_type(),
          [mutable_message, field] {
            Message* outer = mutable_message();
            return outer->GetReflection()->MutableMessage(outer, field);
          },
          flags);
      continue;
    }
    std::string help = Comment(field);
    if (field->is_repeated()) absl::StrAppend(&help, " May be given more than once.");
    flags->push_back({absl::StrReplaceAll(field->name(), {{"_", "-"}}), Takes(field), help,
                      [mutable_message, field](const std::string& text) {
                        return SetField(mutable_message(), field, text);
                      }});
  }
}

const Flag* Find(const std::vector<Flag>& flags, const std::string& name) {
  const auto found =
      std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == name; });
  return found == flags.end() ? nullptr : &*found;
}

absl::Status UseFlag(const std::vector<Flag>& flags, const std::vector<std::string>& arguments,
                     std::size_t* position) {
  std::string word = arguments[*position];
  if (word == "-h") word = "--help";
  if (word == "-o") word = "--output";
  // A value stays out of errors: it may be a secret in the wrong place.
  const std::size_t equals = word.find('=');
  const std::string given = word.substr(0, equals);
  if (given == "--token") {
    return UsageError(
        "--token: everybody on the machine can read arguments; use ENCORD_GATEWAY_TOKEN or "
        "--token-file");
  }
  const std::string name = absl::StartsWith(given, "--") ? given.substr(2) : "";
  const Flag* flag = Find(flags, name);
  bool negated = false;
  if (flag == nullptr && absl::StartsWith(name, "no-")) {
    flag = Find(flags, name.substr(3));
    negated = flag != nullptr && flag->takes.empty();
    if (!negated) flag = nullptr;
  }
  if (flag == nullptr) return UsageError(absl::StrCat(given, ": no such flag"));
  std::string value;
  if (flag->takes.empty()) {
    value = equals == std::string::npos ? "true" : word.substr(equals + 1);
    if ((value != "true" && value != "false") || (negated && equals != std::string::npos)) {
      return UsageError(absl::StrCat(given, ": must be true or false"));
    }
    if (negated) value = "false";
  } else if (equals != std::string::npos) {
    value = word.substr(equals + 1);
  } else if (*position + 1 < arguments.size()) {
    value = arguments[++*position];
  } else {
    return UsageError(absl::StrCat(given, ": needs a value, ", flag->takes));
  }
  if (absl::Status status = flag->set(value); !status.ok()) {
    return UsageError(absl::StrCat(given, ": ", std::string(status.message())));
  }
  return absl::OkStatus();
}

const Command* FindCommand(const std::string& noun, const std::string& verb) {
  for (const Command& command : Commands()) {
    if (noun == command.noun && (verb.empty() || verb == command.verb)) return &command;
  }
  return nullptr;
}

}  // namespace

std::string PlaceName(const char* field) { return absl::AsciiStrToUpper(field); }

absl::Status UsageError(const std::string& problem) { return absl::InvalidArgumentError(problem); }

std::vector<Flag> GlobalFlags(Invocation* invocation) {
  return {
      {"gateway", "HOST:PORT", "The gateway; otherwise the variable ENCORD_GATEWAY.",
       [=](const std::string& text) {
         invocation->connect.address = text;
         return absl::OkStatus();
       }},
      {"token-file", "FILE",
       "File with an Encord bearer token; otherwise the variable ENCORD_GATEWAY_TOKEN. Without "
       "either the gateway uses its own key.",
       [=](const std::string& text) {
         absl::StatusOr<std::string> token = ReadFile(text);
         if (!token.ok()) return token.status();
         invocation->connect.token = std::string(absl::StripAsciiWhitespace(*token));
         return absl::OkStatus();
       }},
      {"tls", "", "Use TLS; otherwise as the variable ENCORD_GATEWAY_TLS says.",
       [=](const std::string& text) {
         invocation->connect.tls = text == "true";
         return absl::OkStatus();
       }},
      {"ca-file", "FILE",
       "PEM file of the authorities to trust, which turns TLS on; otherwise, with TLS, the "
       "variable "
       "ENCORD_GATEWAY_CA_FILE.",
       [=](const std::string& text) {
         invocation->connect.ca_file = text;
         return absl::OkStatus();
       }},
      {"timeout", "DURATION",
       "Deadline of each call, such as 500ms, 30s or 2m. Default: a minute, of exports an hour.",
       [=](const std::string& text) {
         absl::Duration duration;
         if (!absl::ParseDuration(text, &duration) || duration <= absl::ZeroDuration()) {
           return absl::InvalidArgumentError("must be a duration such as 500ms, 30s or 2m");
         }
         invocation->timeout = duration;
         return absl::OkStatus();
       }},
      {"json", "", "Print the answer as JSON, with the names of the contract.",
       [=](const std::string& text) {
         invocation->json = text == "true";
         return absl::OkStatus();
       }},
      {"help", "", "Print help.",
       [=](const std::string& text) {
         invocation->help = text == "true";
         return absl::OkStatus();
       }},
  };
}

std::vector<Flag> CommandFlags(const Command& command, Invocation* invocation) {
  std::vector<Flag> flags;
  AddFieldFlags(
      command, Method(command)->input_type(), [=] { return invocation->request.get(); }, &flags);
  if (std::string(command.rpc) == "StreamLabelsCocoJson") {
    flags.push_back({"output", "FILE",
                     "Where to write the document; -o for short. Required. The file is replaced "
                     "when the export is complete.",
                     [=](const std::string& text) {
                       invocation->output = text;
                       return absl::OkStatus();
                     }});
  }
  if (std::string(command.rpc) == "UploadDataToDataset") {
    flags.push_back({"wait", "",
                     "Wait until the upload is done, however long it takes; the default. With "
                     "--no-wait an upload that is not done at the deadline is pending.",
                     [=](const std::string& text) {
                       invocation->wait = text == "true";
                       return absl::OkStatus();
                     }});
  }
  return flags;
}

absl::Status Parse(const std::vector<std::string>& arguments, Invocation* invocation) {
  std::vector<Flag> flags = GlobalFlags(invocation);
  bool only_words = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--" && !only_words) {
      only_words = true;
    } else if (!only_words && word.size() > 1 && word.front() == '-') {
      if (absl::Status status = UseFlag(flags, arguments, &i); !status.ok()) return status;
    } else if (invocation->command != nullptr) {
      invocation->positional.push_back(word);
    } else if (invocation->names.empty()) {
      if (word != "completion" && FindCommand(word, "") == nullptr) {
        return UsageError(absl::StrCat(word, ": no such command"));
      }
      invocation->names.push_back(word);
    } else if (invocation->names.size() == 1) {
      invocation->names.push_back(word);
      if (invocation->names[0] == "completion") continue;
      invocation->command = FindCommand(invocation->names[0], word);
      if (invocation->command == nullptr) {
        return UsageError(absl::StrCat(invocation->names[0], " ", word, ": no such command"));
      }
      invocation->request = NewMessage(Method(*invocation->command)->input_type());
      for (Flag& flag : CommandFlags(*invocation->command, invocation)) {
        flags.push_back(std::move(flag));
      }
    } else {
      return UsageError(absl::StrCat("one word too many: ", word));
    }
  }
  return absl::OkStatus();
}

absl::Status UsePositional(Invocation* invocation) {
  const Command& command = *invocation->command;
  Message* request = invocation->request.get();
  std::size_t next = 0;
  for (const char* name : command.positional) {
    const FieldDescriptor* field = request->GetDescriptor()->FindFieldByName(name);
    if (next >= invocation->positional.size() && absl::StrContains(Comment(field), "Required.")) {
      return UsageError(absl::StrCat(PlaceName(name), " is missing"));
    }
    do {
      if (next >= invocation->positional.size()) break;
      if (absl::Status set = SetField(request, field, invocation->positional[next++]); !set.ok()) {
        return UsageError(absl::StrCat(PlaceName(name), ": ", std::string(set.message())));
      }
    } while (field->is_repeated());
  }
  if (next < invocation->positional.size()) {
    return UsageError(absl::StrCat("one word too many: ", invocation->positional[next]));
  }
  if (std::string(command.rpc) == "StreamLabelsCocoJson" && invocation->output.empty()) {
    return UsageError("--output is missing");
  }
  if (command.preset_field != nullptr) {
    return SetField(request, request->GetDescriptor()->FindFieldByName(command.preset_field),
                    command.preset_value);
  }
  return absl::OkStatus();
}

}  // namespace encord::cli
