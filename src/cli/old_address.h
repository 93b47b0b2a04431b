#ifndef CLICK2CALL_CLI_OLD_ADDRESS_H_
#define CLICK2CALL_CLI_OLD_ADDRESS_H_

#include <string>
#include <string_view>

namespace click2call::cli {

// Where the PBX is and how it is spoken to, in the words of click2call.toml.
struct OldAddress {
  std::string host;  // without scheme, port, path and the brackets of an IPv6 address
  std::string port;  // not checked; empty: the script does not say
  std::string path;  // from its slash on; empty: none
  bool tls = false;
  bool websocket = false;
  std::string unknown;  // a transport that is none of ours
};

// `host` may be "pbx", "pbx:5038", "tls://[::1]:5039"; `port` may be "8088/ws"; `transport` a name,
// as "tcp://", "ssl" or "wss", or a switch for TLS, as "true". Each may be empty; what `host` says
// goes before the others.
OldAddress ReadOldAddress(std::string_view host, std::string_view port, std::string_view transport);

// Whether a switch of a script is on: true, 1, yes, on; or off: false, 0, no, off, nothing.
bool IsOn(std::string_view text);
bool IsOff(std::string_view text);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_OLD_ADDRESS_H_
