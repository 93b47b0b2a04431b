#ifndef CLICK2CALL_BASE_CALL_ID_H_
#define CLICK2CALL_BASE_CALL_ID_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace click2call::base {

// The name of one call everywhere: in our answers, and as ActionID and ChannelId on the PBX, where
// it becomes the Uniqueid of the first leg and the Linkedid of all others.
//
// "c2c-" and a ULID: 48 bits of milliseconds since 1970 and 80 random bits, as 26 characters of
// Crockford's base32, upper case. Ids therefore sort by time. A CallId is always well-formed.
class CallId {
 public:
  static constexpr std::size_t kLength = 30;
  using Entropy = std::array<std::uint8_t, 10>;

  static CallId Make(WallTime now, const Entropy& entropy);
  // No id of that millisecond or later sorts before it, and none of an earlier one behind it.
  // Before 1970 there are no ids.
  static CallId FirstOf(WallTime moment);
  static std::optional<CallId> Parse(std::string_view text);

  const std::string& Text() const { return text_; }

  // The moment that Make() was given, to the millisecond; what is beyond WallTime's range is its
  // end.
  WallTime Time() const;

  friend bool operator==(const CallId&, const CallId&) = default;

 private:
  explicit CallId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace click2call::base

#endif  // CLICK2CALL_BASE_CALL_ID_H_
