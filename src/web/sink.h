#ifndef CLICK2CALL_WEB_SINK_H_
#define CLICK2CALL_WEB_SINK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace click2call::web {

// Where notifications go: an https URL, taken apart once, so that what was checked is what is
// connected to. Only plain URLs have a Sink: host and port as they stand in the text, nothing that
// two readers could read differently.
struct Sink {
  std::string host;  // lower case: a name in ASCII, an IPv4 address, or an IPv6 address without []
  std::uint16_t port;  // 443 unless the URL says otherwise
  std::string target;  // path and query, as written; "/" where there is none

  std::string Authority() const;  // host:port, an IPv6 address in []
};

inline constexpr std::size_t kMaxSink = 2048;

// kInvalidArgument for what is no https URL: another scheme, a user, a fragment, characters that
// have to be escaped, a malformed host or port, more than kMaxSink bytes.
base::Result<Sink> ParseSink(std::string_view url);

// Whether access.sinks may have that entry: "host" (port 443) or "host:port", in any case, and
// nothing around it.
bool IsSinkHost(std::string_view entry);

// Whether `url` may be notified: its host and port have to be one of `sinks` (access.sinks), of
// which each IsSinkHost(). kInvalidArgument as ParseSink, kPermissionDenied,
// naming access.sinks, for what is not among them.
base::Status CheckSink(std::string_view url, const std::vector<std::string>& sinks);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_SINK_H_
