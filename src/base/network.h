#ifndef CLICK2CALL_BASE_NETWORK_H_
#define CLICK2CALL_BASE_NETWORK_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace click2call::base {

// An IPv4 or IPv6 network in CIDR notation (RFC 4632, RFC 4291 §2.3); an address alone is a network
// of one. IPv4 addresses in IPv6's clothes (::ffff:10.0.0.1) are IPv4 addresses.
class Network {
 public:
  // Nothing where `text` is none, or has bits set behind its prefix (10.0.0.1/8: which is meant?).
  static std::optional<Network> Parse(std::string_view text);

  // Whether `address` is an address in it. What is no address is in no network.
  bool Contains(std::string_view address) const;

  // Of two networks that contain an address the one with the longer prefix says more about it.
  // From 0 to 128: that of an IPv4 network counts from 96 on.
  int PrefixLength() const { return prefix_; }

 private:
  using Bytes = std::array<std::uint8_t, 16>;

  static std::optional<Bytes> ParseAddress(std::string_view text);
  static bool SamePrefix(const Bytes& one, const Bytes& other, int prefix);

  Bytes bytes_{};
  int prefix_ = 0;
};

}  // namespace click2call::base

#endif  // CLICK2CALL_BASE_NETWORK_H_
