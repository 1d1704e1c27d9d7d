#include "server/flags.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace gateway {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// The largest first: values are written with the largest unit that divides them.
constexpr Unit kDurationUnits[] = {{"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};
constexpr Unit kByteUnits[] = {
    {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}, {"", 1}};

template <class T>
bool ParseNumber(std::string_view text, T min, T max, T* target) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if (!(value >= min && value <= max)) return false;
  *target = value;
  return true;
}

template <std::size_t size>
std::optional<std::int64_t> ParseWithUnit(std::string_view text, const Unit (&units)[size]) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  std::int64_t number = 0;
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max() / (1 << 30);
  if (!ParseNumber<std::int64_t>(text.substr(0, digits), 0, kMax, &number)) return std::nullopt;
  const auto* unit = std::find_if(std::begin(units), std::end(units), [&](const Unit& candidate) {
    return candidate.name == text.substr(digits);
  });
  if (unit == std::end(units)) return std::nullopt;
  return number * unit->factor;
}

template <std::size_t size>
std::string FormatWithUnit(std::int64_t value, const Unit (&units)[size]) {
  const auto* unit = std::find_if(std::begin(units), std::end(units), [&](const Unit& candidate) {
    return value % candidate.factor == 0 && (value != 0 || candidate.factor == 1);
  });
  return absl::StrCat(value / unit->factor, std::string(unit->name));
}

}  // namespace

FlagSet::FlagSet(std::string environment_prefix)
    : environment_prefix_(std::move(environment_prefix)) {}

void FlagSet::Add(std::string name, std::string* target, std::string help) {
  flags_.push_back(
      {std::move(name), "text", *target, std::move(help), false, [target](std::string_view value) {
         *target = value;
         return true;
       }});
}

void FlagSet::Add(std::string name, bool* target, std::string help) {
  flags_.push_back({std::move(name), "true or false", *target ? "true" : "false", std::move(help),
                    true, [target](std::string_view value) {
                      *target = value == "true";
                      return value == "true" || value == "false";
                    }});
}

void FlagSet::Add(std::string name, double* target, double min, double max, std::string help) {
  flags_.push_back({std::move(name), absl::StrCat(min, " to ", max), absl::StrCat(*target),
                    std::move(help), false,
                    [=](std::string_view value) { return ParseNumber(value, min, max, target); }});
}

void FlagSet::Add(std::string name, int* target, int min, int max, std::string help) {
  flags_.push_back({std::move(name), absl::StrCat(min, " to ", max), absl::StrCat(*target),
                    std::move(help), false,
                    [=](std::string_view value) { return ParseNumber(value, min, max, target); }});
}

void FlagSet::AddBytes(std::string name, std::size_t* target, std::size_t min, std::size_t max,
                       std::string help) {
  flags_.push_back(
      {std::move(name),
       absl::StrCat(FormatWithUnit(min, kByteUnits), " to ", FormatWithUnit(max, kByteUnits)),
       FormatWithUnit(*target, kByteUnits), std::move(help), false, [=](std::string_view value) {
         const auto bytes = ParseWithUnit(value, kByteUnits);
         if (!bytes || static_cast<std::size_t>(*bytes) < min ||
             static_cast<std::size_t>(*bytes) > max) {
           return false;
         }
         *target = static_cast<std::size_t>(*bytes);
         return true;
       }});
}

void FlagSet::Add(std::string name, std::chrono::milliseconds* target,
                  std::chrono::milliseconds min, std::string help) {
  constexpr std::chrono::milliseconds kMax = std::chrono::hours(1000);
  flags_.push_back({std::move(name),
                    absl::StrCat("a duration such as 250ms, 30s, 5m or 2h, at least ",
                                 FormatWithUnit(min.count(), kDurationUnits)),
                    FormatWithUnit(target->count(), kDurationUnits), std::move(help), false,
                    [=](std::string_view value) {
                      const auto duration = ParseWithUnit(value, kDurationUnits);
                      if (!duration || *duration < min.count() || *duration > kMax.count())
                        return false;
                      *target = std::chrono::milliseconds(*duration);
                      return true;
                    }});
}

void FlagSet::AddChoice(std::string name, std::string* target, std::vector<std::string> choices,
                        std::string help) {
  flags_.push_back({std::move(name), absl::StrJoin(choices, " or "), *target, std::move(help),
                    false, [target, choices](std::string_view value) {
                      *target = value;
                      return std::find(choices.begin(), choices.end(), value) != choices.end();
                    }});
}

std::string FlagSet::EnvironmentName(const Flag& flag) const {
  return absl::StrCat(environment_prefix_, "_", absl::AsciiStrToUpper(flag.name));
}

absl::Status FlagSet::Parse(const std::vector<std::string>& arguments,
                            const std::function<const char*(const char*)>& getenv) {
  const auto bad_value = [](const std::string& name, const Flag& flag) {
    return absl::InvalidArgumentError(absl::StrCat(name, " takes ", flag.takes));
  };
  for (const Flag& flag : flags_) {
    const std::string name = EnvironmentName(flag);
    const char* value = getenv(name.c_str());
    if (value != nullptr && *value != '\0' && !flag.set(value)) return bad_value(name, flag);
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const std::size_t name_end = std::min(argument.find('='), argument.size());
    const std::string name = argument.substr(0, name_end);
    const auto flag = std::find_if(flags_.begin(), flags_.end(), [&](const Flag& candidate) {
      return name == absl::StrCat("--", candidate.name);
    });
    if (flag == flags_.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no flag \"", name, "\"; --help lists them"));
    }
    std::string value;
    if (name_end != argument.size()) {
      value = argument.substr(name_end + 1);
    } else if (flag->value_may_be_missing) {
      value = "true";
    } else if (i + 1 < arguments.size()) {
      value = arguments[++i];
    } else {
      return bad_value(name, *flag);
    }
    if (!flag->set(value)) return bad_value(name, *flag);
  }
  return absl::OkStatus();
}

std::string FlagSet::Help() const {
  std::string help;
  for (const Flag& flag : flags_) {
    absl::StrAppend(&help, "  --", flag.name, "  (", flag.takes, "; default ",
                    flag.default_value.empty() ? "empty" : flag.default_value, "; environment ",
                    EnvironmentName(flag), ")\n      ", flag.help, "\n");
  }
  return help;
}

}  // namespace gateway
