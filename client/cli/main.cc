// The command line of Encord Gateway.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/cli/commands.h"
#include "client/cpp/encord_client.h"

namespace encord::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::Reflection;

enum ExitCode {
  kOk = 0,
  kOther = 1,
  kUsage = 2,
  kInvalid = 3,
  kNotFound = 4,
  kNotAllowed = 5,
  kUnavailable = 6,
  kInterrupted = 130,
};

constexpr char kExitCodes[] =
    "Exit codes: 0 done, 1 any other error, 2 wrong usage or settings, 3 invalid argument,\n"
    "4 not found, 5 permission denied or credential not accepted, 6 unavailable or too late,\n"
    "130 interrupted.\n";

constexpr std::size_t kHelpWidth = 96;

// Ends all calls when the user interrupts.
Cancellation& Interruption() {
  static auto* const cancellation = new Cancellation;
  return *cancellation;
}

std::atomic<bool> interrupted = false;

// --- The contract ---

const MethodDescriptor* Method(const Command& command) {
  return v1::ListProjectsRequest::descriptor()
      ->file()
      ->pool()
      ->FindServiceByName(v1::EncordService::service_full_name())
      ->FindMethodByName(command.rpc);
}

std::unique_ptr<Message> NewMessage(const Descriptor* type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

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

bool IsTime(const FieldDescriptor* field) {
  return field->message_type() != nullptr &&
         field->message_type()->full_name() == "google.protobuf.Timestamp";
}

bool IsStruct(const FieldDescriptor* field) {
  return field->message_type() != nullptr &&
         field->message_type()->full_name() == "google.protobuf.Struct";
}

// --- Flags ---

struct Flag {
  std::string name;
  // What it takes; empty: it is a switch, of which --no-NAME is the opposite.
  std::string takes;
  std::string help;
  std::function<absl::Status(const std::string&)> set;
};

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
    std::string help = Comments().at(field->full_name());
    if (field->is_repeated()) absl::StrAppend(&help, " May be given more than once.");
    flags->push_back({absl::StrReplaceAll(field->name(), {{"_", "-"}}), Takes(field), help,
                      [mutable_message, field](const std::string& text) {
                        return SetField(mutable_message(), field, text);
                      }});
  }
}

// --- What was asked for ---

struct Invocation {
  const Command* command = nullptr;
  // The words that name the command, complete or not.
  std::vector<std::string> names;
  std::unique_ptr<Message> request;
  std::vector<std::string> positional;
  ConnectOptions connect;
  absl::optional<absl::Duration> timeout;
  std::string output;
  bool json = false;
  bool help = false;
  bool wait = true;
};

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

absl::Status UsageError(const std::string& problem) { return absl::InvalidArgumentError(problem); }

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

std::string PlaceName(const char* field) { return absl::AsciiStrToUpper(field); }

// Puts the words without a flag into the request.
absl::Status UsePositional(Invocation* invocation) {
  const Command& command = *invocation->command;
  Message* request = invocation->request.get();
  std::size_t next = 0;
  for (const char* name : command.positional) {
    const FieldDescriptor* field = request->GetDescriptor()->FindFieldByName(name);
    if (next >= invocation->positional.size() &&
        absl::StrContains(Comments().at(field->full_name()), "Required.")) {
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

const Command* FindCommand(const std::string& noun, const std::string& verb) {
  for (const Command& command : Commands()) {
    if (noun == command.noun && (verb.empty() || verb == command.verb)) return &command;
  }
  return nullptr;
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

// --- Help ---

// Two columns, the second one broken into lines.
void PrintEntry(const std::string& left, const std::string& right) {
  constexpr std::size_t kIndent = 6;
  std::cout << "  " << left << "\n";
  std::string line;
  for (const auto& piece : absl::StrSplit(right, ' ', absl::SkipEmpty())) {
    const std::string word(piece);
    if (!line.empty() && kIndent + line.size() + 1 + word.size() > kHelpWidth) {
      std::cout << std::string(kIndent, ' ') << line << "\n";
      line.clear();
    }
    absl::StrAppend(&line, line.empty() ? "" : " ", word);
  }
  if (!line.empty()) std::cout << std::string(kIndent, ' ') << line << "\n";
}

void PrintFlags(const std::vector<Flag>& flags) {
  for (const Flag& flag : flags) {
    PrintEntry(absl::StrCat("--", flag.name, flag.takes.empty() ? "" : " ", flag.takes), flag.help);
  }
}

std::string Example(const Command& command) {
  return absl::StrCat("encord ", command.noun, " ", command.verb, *command.example ? " " : "",
                      command.example);
}

void PrintCommandHelp(Invocation* invocation) {
  const Command& command = *invocation->command;
  const Descriptor* request = Method(command)->input_type();
  std::cout << command.summary << "\n\nUsage: encord " << command.noun << " " << command.verb;
  for (const char* name : command.positional) {
    std::cout << " " << PlaceName(name)
              << (request->FindFieldByName(name)->is_repeated() ? "..." : "");
  }
  std::cout << " [FLAGS]\n\nFor example: " << Example(command) << "\n";
  if (!command.positional.empty()) std::cout << "\nArguments:\n";
  for (const char* name : command.positional) {
    PrintEntry(PlaceName(name), Comments().at(request->FindFieldByName(name)->full_name()));
  }
  const std::vector<Flag> flags = CommandFlags(command, invocation);
  if (!flags.empty()) std::cout << "\nFlags:\n";
  PrintFlags(flags);
  std::cout << "\nFlags of all commands:\n";
  PrintFlags(GlobalFlags(invocation));
}

// Help on all commands, or on those of a noun.
void PrintOverview(const std::string& noun, Invocation* invocation) {
  std::cout << "Usage: encord " << (noun.empty() ? "NOUN" : noun)
            << " VERB [ARGUMENTS] [FLAGS]\n\n";
  for (const Command& command : Commands()) {
    if (!noun.empty() && noun != command.noun) continue;
    std::string name = absl::StrCat(command.noun, " ", command.verb);
    name.resize(std::max<std::size_t>(name.size(), 20), ' ');
    std::cout << "  " << name << command.summary << "\n";
    if (!noun.empty()) std::cout << std::string(22, ' ') << Example(command) << "\n";
  }
  if (noun.empty()) {
    std::cout << "  completion bash     Prints a script that completes commands; or for zsh.\n"
              << "\nFlags of all commands:\n";
    PrintFlags(GlobalFlags(invocation));
    std::cout << "\nFor example:\n  encord projects list --title-like road\n"
              << "  encord labels export PROJECT -o coco.json\n  source <(encord completion bash)\n"
              << "\n`encord NOUN VERB --help` explains a command.\n\n"
              << kExitCodes;
  }
}

// --- Completion ---

int PrintCompletion(const std::string& shell, Invocation* invocation) {
  std::vector<std::string> global;
  for (const Flag& flag : GlobalFlags(invocation)) global.push_back(absl::StrCat("--", flag.name));
  std::map<std::string, std::vector<std::string>> verbs = {{"completion", {"bash", "zsh"}}};
  std::string cases;
  for (const Command& command : Commands()) {
    verbs[command.noun].push_back(command.verb);
    std::vector<std::string> flags = global;
    for (const Flag& flag : CommandFlags(command, invocation)) {
      flags.push_back(absl::StrCat("--", flag.name));
    }
    absl::StrAppend(&cases, "    \"", command.noun, " ", command.verb, "\") options=\"",
                    absl::StrJoin(flags, " "), "\" ;;\n");
  }
  std::vector<std::string> nouns;
  for (const auto& [noun, names] : verbs) {
    nouns.push_back(noun);
    absl::StrAppend(&cases, "    \"", noun, " \") options=\"", absl::StrJoin(names, " "),
                    "\" ;;\n");
  }
  absl::StrAppend(&cases, "    \" \") options=\"", absl::StrJoin(nouns, " "), " ",
                  absl::StrJoin(global, " "), "\" ;;\n");
  if (shell == "bash") {
    std::cout
        << "_encord() {\n  local options= noun= verb= word\n"
        << "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
        << "    case $word in -*) continue ;; esac\n"
        << "    if [ -z \"$noun\" ]; then noun=$word; elif [ -z \"$verb\" ]; then verb=$word; fi\n"
        << "  done\n  case \"$noun $verb\" in\n"
        << cases << "  esac\n  word=${COMP_WORDS[COMP_CWORD]}\n"
        << "  if [ -n \"$verb\" ] && [ \"${word#-}\" = \"$word\" ]; then options=; fi\n"
        << "  COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n}\n"
        << "complete -o default -F _encord encord\n";
    return kOk;
  }
  if (shell == "zsh") {
    std::cout
        << "#compdef encord\n_encord() {\n  local options= noun= verb= word\n"
        << "  for word in \"${words[@]:1:$((CURRENT - 2))}\"; do\n"
        << "    case $word in -*) continue ;; esac\n"
        << "    if [ -z \"$noun\" ]; then noun=$word; elif [ -z \"$verb\" ]; then verb=$word; fi\n"
        << "  done\n  case \"$noun $verb\" in\n"
        << cases << "  esac\n"
        << "  if [ -n \"$verb\" ] && [[ $PREFIX != -* ]]; then _files\n"
        << "  else compadd -- ${=options}; fi\n}\ncompdef _encord encord\n";
    return kOk;
  }
  std::cerr << "encord: completion: must be bash or zsh\n";
  return kUsage;
}

// --- Answers ---

// Without what would be commands to the terminal.
std::string Printable(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // C1 controls are U+0080 to U+009F, in UTF-8 behind C2.
    const bool c1 = byte == 0xc2 && i + 1 < text.size() &&
                    static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                    static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (c1) ++i;
    result.push_back(byte < 0x20 || byte == 0x7f || c1 ? ' ' : text[i]);
  }
  return result;
}

// Characters, of which each takes one column.
std::size_t Width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
  }));
}

std::string Json(const Message& message, bool for_programs) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = for_programs;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = for_programs;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  return status.ok() ? text : std::string(status.message());
}

std::string Cell(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection* reflection = message.GetReflection();
  const bool repeated = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return repeated ? reflection->GetRepeatedString(message, field, index)
                      : reflection->GetString(message, field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(message, field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection->GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection->GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(reflection->GetDouble(message, field));
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const Message& inner = repeated ? reflection->GetRepeatedMessage(message, field, index)
                                      : reflection->GetMessage(message, field);
      const std::string json = Json(inner, false);
      return IsTime(field) ? json.substr(1, json.size() - 2) : json;
    }
    default:
      return "?";
  }
}

// One cell for a whole field; empty if it is unset.
std::string Cell(const Message& message, const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  if (!field->is_repeated()) {
    if (field->has_presence() && !reflection->HasField(message, field)) return "";
    return Printable(Cell(message, field, 0));
  }
  std::vector<std::string> cells;
  cells.reserve(static_cast<std::size_t>(reflection->FieldSize(message, field)));
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    cells.push_back(Printable(Cell(message, field, i)));
  }
  return absl::StrJoin(cells, ", ");
}

void PrintTable(const Message& message, const FieldDescriptor* list,
                const std::vector<const FieldDescriptor*>& columns) {
  const Reflection* reflection = message.GetReflection();
  std::vector<std::vector<std::string>> rows(1);
  for (const FieldDescriptor* column : columns) {
    rows[0].push_back(absl::AsciiStrToUpper(column->name()));
  }
  for (int i = 0; i < reflection->FieldSize(message, list); ++i) {
    const Message& entry = reflection->GetRepeatedMessage(message, list, i);
    rows.emplace_back();
    for (const FieldDescriptor* column : columns) rows.back().push_back(Cell(entry, column));
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      absl::StrAppend(&line, row[i], std::string(widths[i] - Width(row[i]) + 2, ' '));
    }
    std::cout << std::string(absl::StripTrailingAsciiWhitespace(line)) << "\n";
  }
}

// A line per field that is set, and a table per list of messages.
void PrintRecord(const Message& message) {
  const Descriptor* type = message.GetDescriptor();
  std::size_t width = 0;
  for (int i = 0; i < type->field_count(); ++i) {
    width = std::max(width, type->field(i)->name().size());
  }
  std::vector<const FieldDescriptor*> lists;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->is_repeated() && field->message_type() != nullptr) {
      if (message.GetReflection()->FieldSize(message, field) > 0) lists.push_back(field);
      continue;
    }
    const std::string cell = Cell(message, field);
    if (cell.empty()) continue;
    std::cout << field->name() << std::string(width - field->name().size() + 2, ' ') << cell
              << "\n";
  }
  for (const FieldDescriptor* list : lists) {
    std::vector<const FieldDescriptor*> columns;
    columns.reserve(static_cast<std::size_t>(list->message_type()->field_count()));
    for (int i = 0; i < list->message_type()->field_count(); ++i) {
      columns.push_back(list->message_type()->field(i));
    }
    std::cout << "\n" << list->name() << ":\n";
    PrintTable(message, list, columns);
  }
}

void PrintAnswer(const Invocation& invocation, const Message& answer) {
  if (invocation.json) {
    std::cout << Json(answer, true);
    return;
  }
  const std::vector<const char*>& names = invocation.command->columns;
  if (names.empty()) {
    PrintRecord(answer);
    return;
  }
  const FieldDescriptor* list = answer.GetDescriptor()->field(0);
  std::vector<const FieldDescriptor*> columns;
  columns.reserve(names.size());
  for (const char* name : names) columns.push_back(list->message_type()->FindFieldByName(name));
  PrintTable(answer, list, columns);
  const FieldDescriptor* next = answer.GetDescriptor()->FindFieldByName("next_page_token");
  if (next == nullptr) return;
  if (const std::string token = Cell(answer, next); !token.empty()) {
    std::cerr << "More with --page-token " << token << "\n";
  }
}

// --- Errors ---

int Fail(const absl::Status& status) {
  const ErrorDetails details = DetailsOf(status);
  std::cerr << "encord: " << absl::StatusCodeToString(status.code()) << ": "
            << Printable(std::string(status.message())) << "\n";
  for (const FieldViolation& violation : details.field_violations) {
    std::cerr << "  " << Printable(violation.field) << ": " << Printable(violation.description)
              << "\n";
  }
  if (details.retry_after.has_value()) {
    std::cerr << "  try again in " << absl::FormatDuration(*details.retry_after) << "\n";
  }
  if (const auto outcome = details.metadata.find("outcome"); outcome != details.metadata.end()) {
    std::cerr << "  outcome: " << Printable(outcome->second) << "\n";
  }
  if (!details.request_id.empty()) {
    std::cerr << "  trace id: " << Printable(details.request_id) << "\n";
  }
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return kInvalid;
    case absl::StatusCode::kNotFound:
      return kNotFound;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kNotAllowed;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kUnavailable;
    case absl::StatusCode::kCancelled:
      return interrupted ? kInterrupted : kOther;
    default:
      return kOther;
  }
}

int FailUsage(const absl::Status& status) {
  std::cerr << "encord: " << std::string(status.message()) << "\nTry `encord --help`.\n";
  return kUsage;
}

// --- Commands ---

// A bar on the terminal's last line, if stderr is a terminal.
class ProgressBar {
 public:
  ProgressBar() = default;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() {
    if (terminal_) std::cerr << "\r\033[K" << std::flush;
  }

  void Show(std::int64_t done, std::int64_t total) {
    if (!terminal_) return;
    constexpr std::int64_t kCells = 40;
    const auto full = static_cast<std::size_t>(total > 0 ? kCells * done / total : 0);
    std::cerr << "\r[" << std::string(full, '#') << std::string(kCells - full, '.') << "] " << done
              << " of " << total << "\033[K" << std::flush;
  }

 private:
  const bool terminal_ = isatty(STDERR_FILENO) == 1;
};

CallOptions Options(const Invocation& invocation) {
  CallOptions options;
  if (invocation.timeout.has_value()) options.timeout = *invocation.timeout;
  options.cancellation = &Interruption();
  return options;
}

int Export(const Client& client, const Invocation& invocation) {
  absl::StatusOr<v1::CocoExportSummary> summary;
  {
    ProgressBar bar;
    summary = client.ExportCocoToFile(
        static_cast<const v1::StreamLabelsCocoJsonRequest&>(*invocation.request), invocation.output,
        [&bar](int done, int total) {
          bar.Show(done, total);
          return absl::OkStatus();
        },
        Options(invocation));
  }
  if (!summary.ok()) return Fail(summary.status());
  PrintAnswer(invocation, *summary);
  return kOk;
}

int Upload(const Client& client, const Invocation& invocation) {
  const auto started = client.UploadDataToDataset(
      static_cast<const v1::UploadDataToDatasetRequest&>(*invocation.request), Options(invocation));
  if (!started.ok()) return Fail(started.status());
  if (started->status() != "pending" || !invocation.wait) {
    PrintAnswer(invocation, *started);
    return kOk;
  }
  v1::GetUploadStatusRequest request;
  request.set_dataset_hash(started->dataset_hash());
  request.set_upload_job_uuid(started->upload_job_uuid());
  // Without the user's timeout, which bounded the start of the upload.
  CallOptions options;
  options.cancellation = &Interruption();
  absl::StatusOr<v1::GetUploadStatusResponse> state;
  {
    ProgressBar bar;
    do {
      state = client.GetUploadStatus(request, options);
      if (!state.ok()) break;
      const std::int64_t done = std::int64_t{state->units_done_count()} +
                                state->units_error_count() + state->units_cancelled_count();
      bar.Show(done, done + state->units_pending_count());
      request.set_wait_seconds(2);
    } while (state->status() == "pending");
  }
  if (!state.ok()) {
    std::cerr << "The upload goes on: encord uploads status " << started->dataset_hash() << " "
              << started->upload_job_uuid() << "\n";
    return Fail(state.status());
  }
  PrintAnswer(invocation, *state);
  return state->status() == "success" || state->status() == "partial" ? kOk : kOther;
}

// A call with one answer; of a list all pages, unless the user asks for one.
int Call(const Client& client, const Invocation& invocation) {
  const MethodDescriptor* method = Method(*invocation.command);
  const std::unique_ptr<Message> answer = NewMessage(method->output_type());
  const FieldDescriptor* next = method->output_type()->FindFieldByName("next_page_token");
  Message* request = invocation.request.get();
  const Reflection* reflection = request->GetReflection();
  bool all_pages = false;
  if (next != nullptr) {
    const FieldDescriptor* size = method->input_type()->FindFieldByName("page_size");
    const FieldDescriptor* token = method->input_type()->FindFieldByName("page_token");
    all_pages =
        !reflection->HasField(*request, size) && reflection->GetString(*request, token).empty();
    if (all_pages) reflection->SetInt32(request, size, 1000);
  }
  while (true) {
    const std::unique_ptr<Message> page = NewMessage(method->output_type());
    if (absl::Status status =
            client.Call(method->name(), *request, page.get(), Options(invocation));
        !status.ok()) {
      return Fail(status);
    }
    answer->MergeFrom(*page);
    if (!all_pages) break;
    const std::string token = page->GetReflection()->GetString(*page, next);
    answer->GetReflection()->ClearField(answer.get(), next);
    if (token.empty()) break;
    reflection->SetString(request, method->input_type()->FindFieldByName("page_token"), token);
  }
  PrintAnswer(invocation, *answer);
  return kOk;
}

int Run(const std::vector<std::string>& arguments) {
  Invocation invocation;
  if (absl::Status status = Parse(arguments, &invocation); !status.ok()) return FailUsage(status);
  if (invocation.help || arguments.empty()) {
    if (invocation.command != nullptr) {
      PrintCommandHelp(&invocation);
    } else {
      const bool of_noun = !invocation.names.empty() && invocation.names[0] != "completion";
      PrintOverview(of_noun ? invocation.names[0] : "", &invocation);
    }
    return kOk;
  }
  if (!invocation.names.empty() && invocation.names[0] == "completion") {
    return PrintCompletion(invocation.names.size() > 1 ? invocation.names[1] : "", &invocation);
  }
  if (invocation.command == nullptr) {
    return FailUsage(UsageError(invocation.names.empty()
                                    ? "which command?"
                                    : absl::StrCat(invocation.names[0], ": which verb?")));
  }
  if (absl::Status status = UsePositional(&invocation); !status.ok()) return FailUsage(status);
  const absl::StatusOr<Client> client = Connect(invocation.connect);
  if (!client.ok()) {
    // The names of options are those of flags here.
    std::string problem(client.status().message());
    for (const auto& [option, flag] : std::map<std::string, std::string>{
             {"address:", "--gateway:"}, {"token:", "--token-file:"}, {"ca_file:", "--ca-file:"}}) {
      if (absl::StartsWith(problem, option)) problem.replace(0, option.size(), flag);
    }
    return FailUsage(UsageError(problem));
  }
  const std::string rpc = invocation.command->rpc;
  const int code = rpc == "StreamLabelsCocoJson"  ? Export(*client, invocation)
                   : rpc == "UploadDataToDataset" ? Upload(*client, invocation)
                                                  : Call(*client, invocation);
  std::cout.flush();
  if (std::cout) return code;
  std::cerr << "encord: cannot write to stdout\n";
  return kOther;
}

// Cancels on the first signal, so that no unfinished file stays; ends at once on the second.
void HandleInterrupts() {
  static sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([] {
    int signal = 0;
    sigwait(&signals, &signal);
    interrupted = true;
    Interruption().Cancel();
    sigwait(&signals, &signal);
    _exit(kInterrupted);
  }).detach();
}

}  // namespace
}  // namespace encord::cli

int main(int argc, char** argv) {
  encord::cli::HandleInterrupts();
  return encord::cli::Run({argv + 1, argv + argc});
}
