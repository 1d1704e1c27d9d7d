#include "server/encord/response_elements.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/encord/error.h"
#include "server/string_view.h"

namespace gateway::encord {
namespace {

constexpr std::string_view kName = "response";
constexpr std::string_view kQuotedName = "\"response\"";
constexpr std::string_view kBlanks = " \t\n\r";
// What may follow a number, true, false or null.
constexpr std::string_view kScalarEnds = " \t\n\r,]}";
constexpr std::string_view kValueBegins = "{[\"-0123456789tfn";

// An element is two levels deeper in the whole text, to which the parser's limit applies.
constexpr size_t kMostDepth = simdjson::DEFAULT_MAX_DEPTH - 2;
constexpr size_t kUsualElementBytes = size_t{4} << 10;

bool IsBlank(char c) { return kBlanks.find(c) != kBlanks.npos; }

}  // namespace

void ResponseElements::Nesting::Take(char c) {
  if (in_text_) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_text_ = false;
    }
    return;
  }
  switch (c) {
    case '"':
      in_text_ = true;
      break;
    case '{':
    case '[':
      ++depth_;
      break;
    case '}':
    case ']':
      --depth_;
      break;
    default:
      break;
  }
}

ResponseElements::ResponseElements(std::function<void(Json element)> each)
    : each_(std::move(each)) {
  // A failure shows at the first element.
  [[maybe_unused]] const auto error = parser_.allocate(kUsualElementBytes, kMostDepth);
}

void ResponseElements::Write(std::string_view piece) {
  while (!piece.empty() && state_.status.ok()) {
    switch (state_.place) {
      case Place::kOutside:
        TakeOutside(piece);
        break;
      case Place::kElement:
        TakeElement(piece);
        break;
      default:
        TakeBetween(piece);
    }
  }
}

void ResponseElements::TakeOutside(std::string_view& piece) {
  if (state_.envelope.size() == kMostEnvelopeBytes) return Fail("it is too large, its list aside");
  const char c = piece.front();
  piece.remove_prefix(1);
  if (!state_.nesting.in_text() && state_.nesting.depth() == 1) {
    if (c == '"') state_.name_begin = state_.envelope.size();
    if (state_.response_follows && c == '[') {
      state_.envelope += c;
      state_.place = Place::kListBegin;
      return;
    }
    if (!IsBlank(c)) state_.response_follows = false;
    if (c == ':' && !state_.has_response && LastNameIsResponse()) {
      state_.has_response = true;
      state_.response_follows = true;
    }
  }
  state_.nesting.Take(c);
  state_.envelope += c;
}

bool ResponseElements::LastNameIsResponse() const {
  std::string_view name = std::string_view(state_.envelope).substr(state_.name_begin);
  name = name.substr(0, name.find_last_not_of(kBlanks) + 1);
  if (name == kQuotedName) return true;
  if (name.find('\\') == name.npos) return false;
  const auto document = JsonDocument::Parse(AbslView(name));
  std::string_view text;
  return document.ok() && document->root().get_string().get(text) == simdjson::SUCCESS &&
         text == kName;
}

void ResponseElements::TakeBetween(std::string_view& piece) {
  const char c = piece.front();
  const bool after_element = state_.place == Place::kAfterElement;
  if (IsBlank(c)) {
    piece.remove_prefix(1);
  } else if (c == ']' && state_.place != Place::kAfterComma) {
    piece.remove_prefix(1);
    state_.envelope += c;
    state_.response_follows = false;
    state_.place = Place::kOutside;
  } else if (c == ',' && after_element) {
    piece.remove_prefix(1);
    state_.place = Place::kAfterComma;
  } else if (!after_element && kValueBegins.find(c) != kValueBegins.npos) {
    state_.element_nesting = Nesting();
    state_.place = Place::kElement;
  } else {
    Fail("not JSON: its list is malformed");
  }
}

void ResponseElements::TakeElement(std::string_view& piece) {
  const char begin = state_.element.empty() ? piece.front() : state_.element.front();
  size_t size = 0;
  bool ended = false;
  if (begin == '{' || begin == '[' || begin == '"') {
    while (size < piece.size() && !ended) {
      state_.element_nesting.Take(piece[size++]);
      ended = state_.element_nesting.depth() <= 0 && !state_.element_nesting.in_text();
    }
  } else {
    size = std::min(piece.find_first_of(kScalarEnds), piece.size());
    ended = size < piece.size();
  }
  if (state_.element.size() + size > kMostElementBytes)
    return Fail("an element of its list is too large");
  const std::string_view text = piece.substr(0, size);
  piece.remove_prefix(size);
  if (ended && state_.element.empty()) return EndElement(text);
  state_.element += text;
  if (ended) EndElement(state_.element);
}

void ResponseElements::EndElement(std::string_view text) {
  Json element;
  const auto error = parser_.parse(text.data(), text.size()).get(element);
  if (error != simdjson::SUCCESS) {
    return Fail(StdView(absl::StrCat("not JSON: ", simdjson::error_message(error))));
  }
  if (state_.is_first && text.front() == '"') state_.envelope += text;
  state_.is_first = false;
  state_.place = Place::kAfterElement;
  each_(element);
  state_.element.clear();
}

void ResponseElements::Fail(std::string_view reason) {
  State failed;
  failed.status = UnexpectedAnswer(AbslView(reason));
  state_ = std::move(failed);
}

}  // namespace gateway::encord
