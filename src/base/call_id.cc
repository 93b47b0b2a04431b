#include "base/call_id.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace click2call::base {
namespace {

constexpr std::string_view kPrefix = "c2c-";
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kTimeDigits = 10;
constexpr std::size_t kRandomDigits = 16;
static_assert(kPrefix.size() + kTimeDigits + kRandomDigits == CallId::kLength);

constexpr auto kIsDigit = [] {
  std::array<bool, 256> is{};
  for (const char c : kCrockford) is[static_cast<unsigned char>(c)] = true;
  return is;
}();

}  // namespace

CallId CallId::Make(WallTime now, const Entropy& entropy) {
  std::string text(kLength, '\0');
  auto place = std::ranges::copy(kPrefix, text.begin()).out;
  const auto ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<Milliseconds>(now.time_since_epoch()).count());
  for (std::size_t i = 0; i < kTimeDigits; ++i) {
    *place++ = kCrockford[(ms >> (5 * (kTimeDigits - 1 - i))) & 31U];
  }
  // 80 bits are exactly two groups of five bytes, each of which is exactly eight digits.
  for (std::size_t group = 0; group < entropy.size(); group += 5) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 5; ++i) bits = (bits << 8U) | entropy[group + i];
    for (int shift = 35; shift >= 0; shift -= 5) *place++ = kCrockford[(bits >> shift) & 31U];
  }
  return CallId(std::move(text));
}

CallId CallId::FirstOf(WallTime moment) { return Make(std::max(moment, WallTime()), {}); }

WallTime CallId::Time() const {
  std::int64_t ms = 0;
  for (const char c : std::string_view(text_).substr(kPrefix.size(), kTimeDigits)) {
    ms = ms * 32 + static_cast<std::int64_t>(kCrockford.find(c));
  }
  // The last of the times that 48 bits can name are beyond what WallTime can.
  constexpr auto kLast = std::chrono::floor<Milliseconds>(WallTime::max());
  return std::min(std::chrono::sys_time<Milliseconds>(Milliseconds(ms)), kLast);
}

std::optional<CallId> CallId::Parse(std::string_view text) {
  if (text.size() != kLength || !text.starts_with(kPrefix)) return std::nullopt;
  const std::string_view ulid = text.substr(kPrefix.size());
  // The first digit of 130 bits holds only three of the 48: above 7 there is no such time.
  if (ulid.front() > '7') return std::nullopt;
  const bool known =
      std::ranges::all_of(ulid, [](char c) { return kIsDigit[static_cast<unsigned char>(c)]; });
  if (!known) return std::nullopt;
  return CallId(std::string(text));
}

}  // namespace click2call::base
