#ifndef CLICK2CALL_AMI_MESSAGE_H_
#define CLICK2CALL_AMI_MESSAGE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace click2call::ami {

// Asterisk takes lines of 1022 bytes and answers longer ones without an ActionID (main/manager.c),
// so we stay well below: "Name: value" is never longer than this.
inline constexpr std::size_t kMaxLineBytes = 900;
inline constexpr std::size_t kMaxNameBytes = 34;
inline constexpr std::size_t kMaxValueBytes = kMaxLineBytes - kMaxNameBytes - 2;

// The name of a header. Only a literal in the source can become one.
class FieldName {
 public:
  template <std::size_t N>
  consteval FieldName(const char (&text)[N]) : text_(text, N - 1) {  // NOLINT: converts on purpose
    static_assert(N > 1 && N - 1 <= kMaxNameBytes);
    for (const char c : text_) {
      const bool fits = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
      if (!fits) throw "an AMI header name is letters and dashes";  // NOLINT: compile time only
    }
  }
  constexpr std::string_view Text() const { return text_; }

 private:
  std::string_view text_;
};

// The value of a header: at most kMaxValueBytes, and no control character. CR, LF and NUL would
// begin a new header, end the message or cut the value on the PBX; here they cannot exist.
class FieldValue {
 public:
  FieldValue() = default;

  // kInvalidArgument, saying what is wrong but not showing the text: it may be a secret.
  static base::Result<FieldValue> From(std::string_view text);

  const std::string& Text() const { return text_; }
  bool Empty() const { return text_.empty(); }

 private:
  explicit FieldValue(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// A request to the PBX. The ActionID comes back in its Response.
class Action {
 public:
  Action(FieldName name, const FieldValue& action_id);

  // The order is kept; equal names may repeat (Variable does).
  Action& Add(FieldName name, const FieldValue& value);

  const std::string& ActionId() const { return action_id_; }

  // The bytes for the wire, the blank line that commits the action included.
  std::string Encode() const { return bytes_ + "\r\n"; }

 private:
  std::string action_id_;
  std::string bytes_;
};

// What the PBX sent: a Response, an Event, or (OriginateResponse) an Event with a Response header.
class Message {
 public:
  struct Header {
    std::string name;
    std::string value;
  };

  void Add(std::string name, std::string value);

  // The value of the first header with that name, ignoring case; empty when there is none.
  std::string_view Get(std::string_view name) const;

  // "Event" decides: an Event may carry a "Response" of its own.
  bool IsEvent() const { return !Get("Event").empty(); }

  const std::vector<Header>& Headers() const { return headers_; }

 private:
  std::vector<Header> headers_;
};

}  // namespace click2call::ami

#endif  // CLICK2CALL_AMI_MESSAGE_H_
