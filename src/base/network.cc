#include "base/network.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <system_error>

#include <arpa/inet.h>

namespace click2call::base {
namespace {

constexpr int kBits = 128;
constexpr int kIpv4Bits = 32;
constexpr int kByteBits = 8;
constexpr unsigned kByteMask = 0xff;
constexpr std::size_t kMappedAt = 12;

}  // namespace

std::optional<Network::Bytes> Network::ParseAddress(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string whole(text);
  Bytes bytes{};
  if (inet_pton(AF_INET6, whole.c_str(), bytes.data()) == 1) return bytes;
  // RFC 4291 §2.5.5.2: ten bytes of nothing, two of ones, and the IPv4 address.
  bytes = {};
  bytes[kMappedAt - 2] = bytes[kMappedAt - 1] = kByteMask;
  if (inet_pton(AF_INET, whole.c_str(), &bytes[kMappedAt]) != 1) return std::nullopt;
  return bytes;
}

bool Network::SamePrefix(const Bytes& one, const Bytes& other, int prefix) {
  const auto whole = one.begin() + prefix / kByteBits;
  if (!std::equal(one.begin(), whole, other.begin())) return false;
  if (prefix % kByteBits == 0) return true;
  const unsigned mask = kByteMask << (kByteBits - prefix % kByteBits) & kByteMask;
  const auto place = static_cast<std::size_t>(prefix / kByteBits);
  return (one[place] & mask) == (other[place] & mask);
}

std::optional<Network> Network::Parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const auto bytes = ParseAddress(address);
  if (!bytes) return std::nullopt;
  Network network;
  network.bytes_ = *bytes;
  network.prefix_ = kBits;
  if (slash != std::string_view::npos) {
    const bool ipv4 = address.find(':') == std::string_view::npos;
    const std::string_view length = text.substr(slash + 1);
    int bits = 0;
    const auto [stop, failure] =
        std::from_chars(length.data(), length.data() + length.size(), bits);
    if (failure != std::errc() || stop != length.data() + length.size()) return std::nullopt;
    if (bits < 0 || bits > (ipv4 ? kIpv4Bits : kBits)) return std::nullopt;
    network.prefix_ = ipv4 ? kBits - kIpv4Bits + bits : bits;
  }
  // What is behind the prefix has to be zero: the network's first address is the one written down.
  Bytes first{};
  std::copy(bytes->begin(), bytes->end(), first.begin());
  for (int bit = network.prefix_; bit < kBits; ++bit) {
    const auto place = static_cast<std::size_t>(bit / kByteBits);
    first[place] &= static_cast<std::uint8_t>(~(1U << (kByteBits - 1 - bit % kByteBits)));
  }
  if (first != *bytes) return std::nullopt;
  return network;
}

bool Network::Contains(std::string_view address) const {
  const auto bytes = ParseAddress(address);
  return bytes && SamePrefix(bytes_, *bytes, prefix_);
}

}  // namespace click2call::base
