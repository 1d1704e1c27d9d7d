#include "client/cli/help.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/cli/commands.h"
#include "client/cli/contract.h"
#include "client/cli/exit_code.h"

namespace encord::cli {

using google::protobuf::Descriptor;

namespace {

constexpr std::size_t kHelpWidth = 96;

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

}  // namespace

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
    PrintEntry(PlaceName(name), Comment(request->FindFieldByName(name)));
  }
  const std::vector<Flag> flags = CommandFlags(command, invocation);
  if (!flags.empty()) std::cout << "\nFlags:\n";
  PrintFlags(flags);
  std::cout << "\nFlags of all commands:\n";
  PrintFlags(GlobalFlags(invocation));
}

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
        << "  else compadd -- ${=options}; fi\n}\n"
        // As a file _encord in $fpath this is itself the function, at its first call.
        << "if [ \"$funcstack[1]\" = _encord ]; then _encord; else compdef _encord encord; fi\n";
    return kOk;
  }
  std::cerr << "encord: completion: must be bash or zsh\n";
  return kUsage;
}

}  // namespace encord::cli
