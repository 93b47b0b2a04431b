#ifndef CLICK2CALL_NET_PBX_H_
#define CLICK2CALL_NET_PBX_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "ami/show.h"
#include "call/config.h"

namespace click2call::net {

inline constexpr std::string_view kSecret = "s3cret";

// A [[pbx]] with nothing special.
inline call::PbxConfig Pbx(const std::string& name, const std::string& host,
                           std::uint16_t port = 5038) {
  call::PbxConfig pbx;
  pbx.name = name;
  pbx.host = host;
  pbx.port = port;
  pbx.credentials = {ami::Value("click2call"), base::Secret(std::string(kSecret)),
                     ami::Auth::kPlain};
  return pbx;
}

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_PBX_H_
