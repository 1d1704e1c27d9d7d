#ifndef SERVER_ENCORD_RESPONSE_ELEMENTS_H_
#define SERVER_ENCORD_RESPONSE_ELEMENTS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "server/encord/json.h"
#include "simdjson.h"

namespace gateway::encord {

// Takes Encord's v1 envelope, {"status": 200, "response": [...], ...}, in pieces and hands over the
// elements of `response` one by one, so that they are never in memory all at once. What is left is
// an envelope like any other. Members may come in any order; an envelope whose `response` is no
// list is left as it is.
//
// Elements are parsed here, what is left is for the caller to parse: both succeed exactly if the
// whole text is JSON, the limits aside.
class ResponseElements {
 public:
  // The most that is kept of the text at a time.
  static constexpr size_t kMostElementBytes = size_t{1} << 20;
  static constexpr size_t kMostEnvelopeBytes = size_t{1} << 20;  // without the elements

  // `each` gets the elements in their order, each valid until it returns.
  explicit ResponseElements(std::function<void(Json element)> each);

  // Forgets everything: the text begins anew.
  void Restart() { state_ = State(); }

  // Takes the next piece, of any size.
  void Write(std::string_view piece);

  // UNKNOWN (reason UNEXPECTED_ANSWER) if the list is not JSON or a limit was passed. Nothing is
  // handed over after that.
  const absl::Status& status() const { return state_.status; }

  // What is left after the last piece: the text with an empty list in the place of the one handed
  // over. If its first element is a text, as in Encord's errors, the list keeps it.
  const std::string& envelope() const { return state_.envelope; }

 private:
  enum class Place {
    kOutside,       // of the list
    kListBegin,     // behind [
    kElement,       // within an element
    kAfterElement,  // before , or ]
    kAfterComma,    // before an element
  };

  // How deep a text is nested, byte by byte.
  class Nesting {
   public:
    void Take(char c);
    int depth() const { return depth_; }
    bool in_text() const { return in_text_; }

   private:
    int depth_ = 0;
    bool in_text_ = false;
    bool escaped_ = false;
  };

  struct State {
    absl::Status status;
    Place place = Place::kOutside;

    std::string envelope;
    Nesting nesting;
    size_t name_begin = 0;          // of the last text that is a child of the root, in `envelope`
    bool has_response = false;      // the member came; only the first one counts
    bool response_follows = false;  // its name and colon came, its value did not

    std::string element;  // the part that came with earlier pieces
    Nesting element_nesting;
    bool is_first = true;
  };

  // These take what they know from the front of `piece`, at least a byte.
  void TakeOutside(std::string_view& piece);
  void TakeBetween(std::string_view& piece);
  void TakeElement(std::string_view& piece);

  bool LastNameIsResponse() const;
  void EndElement(std::string_view text);
  void Fail(std::string_view reason);

  const std::function<void(Json)> each_;
  simdjson::dom::parser parser_;
  State state_;
};

}  // namespace gateway::encord

#endif  // SERVER_ENCORD_RESPONSE_ELEMENTS_H_
