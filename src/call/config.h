#ifndef CLICK2CALL_CALL_CONFIG_H_
#define CLICK2CALL_CALL_CONFIG_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ami/session.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/network.h"
#include "base/result.h"
#include "base/secret.h"
#include "call/dial_pattern.h"
#include "call/dial_policy.h"
#include "call/limits.h"
#include "web/format.h"
#include "web/token.h"

namespace click2call::call {

// How the bytes of AMI travel.
enum class PbxTransport { kTcp, kTls, kWs, kWss };

// Whom to believe over TLS, and who we are.
struct TlsConfig {
  std::string ca_file;    // empty: the system's authorities
  bool verify = true;     // false: the PBX may be anybody
  std::string cert_file;  // both or neither
  std::string key_file;
};

// One Asterisk: [[pbx]].
struct PbxConfig {
  std::string name;
  std::string host;
  std::uint16_t port = 0;
  PbxTransport transport = PbxTransport::kTcp;
  std::string path;  // of the WebSocket: ws and wss
  TlsConfig tls;     // tls and wss
  ami::Credentials credentials;
  std::string secret_file;               // empty: the secret stood in the configuration
  std::vector<DialPattern> serves = {};  // of the phones that live there; empty: any
};

// Which of several PBXs that serve a phone is tried first.
enum class Balance {
  kOrder,      // as they stand in the configuration
  kLeastBusy,  // that with the fewest calls going on
};

// [call]: everything about an Originate that no browser decides.
struct CallConfig {
  std::string origin;             // the phone that rings first; may be empty with origin_parameter
  bool origin_parameter = false;  // a request may name another
  std::string channel;            // template with {from}
  std::string context;
  int priority = 1;       // never 0
  std::string caller_id;  // template with {to} {from} {user}
  base::Milliseconds ring{};
  std::string account;
  std::vector<std::pair<std::string, std::string>> variables;  // name, template
  Balance balance = Balance::kOrder;
};

// [origins]: which phones ring first. A phone is what stands for {from} in call.channel.
struct OriginConfig {
  using Phones = std::vector<std::string>;  // at least one; several ring together

  std::vector<std::pair<std::string, Phones>> users;             // of REMOTE_USER or a token's sub
  std::vector<std::pair<base::Network, Phones>> addresses = {};  // of clients
  std::string together;  // the context on the PBX that rings several phones
};

// [access].
struct AccessConfig {
  std::vector<base::Network> networks;  // whose clients may ask for anything at all
  std::vector<std::string> sites;       // other origins whose pages may link here
  bool confirm = false;                 // a link shows a page whose button places the call
  std::string link_secret_file;         // empty: no signed links
  base::Secret link_secret;             // read later
  bool remote_user = false;             // REMOTE_USER is somebody whom the web server checked
  std::optional<web::JwtConfig> jwt;    // the JSON API needs a bearer token; the key is read later
  std::string jwt_key_file;             // set with jwt
  std::vector<std::string> sinks;       // hosts that status notifications may go to
  std::vector<std::string> admins;      // users who see everyone's calls
};

// [store].
struct StoreConfig {
  std::string url;            // of the journal
  std::string password_file;  // of a database server
  base::Secret password;      // read later
  std::chrono::days keep{};
};

// [web].
struct WebConfig {
  std::string origin;  // ours, as in "https://pbx.example.com"; empty: as the request says
  web::Format format = web::Format::kHtml;
  base::Milliseconds outcome_wait{};  // 0: answer as soon as the PBX has queued the call
  int workers = 0;
  std::string pages;  // a folder with templates of one's own; empty: the built-in ones
};

// [log].
struct LogConfig {
  base::LogLevel level = base::LogLevel::kInfo;
  std::string target;  // stderr, syslog, or the path of a file
};

struct Config {
  std::vector<PbxConfig> pbx;  // at least one, in order of preference
  CallConfig call;
  OriginConfig origins;
  NumberConfig numbers;
  AccessConfig access;
  LimitConfig limits;
  StoreConfig store;
  WebConfig web;
  bool api_extensions = true;  // [api]: POST /calls takes internal numbers beside E.164
  LogConfig log;
  std::vector<std::string> warnings;  // accepted, but not as written

  bool HoldsSecret() const;  // a secret stands in the file itself
};

// Reads click2call.toml. Everything in a Config is checked; every template expands. On failure the
// message is "file:line:column: what is wrong". Secret files are not read: their PbxConfig has an
// empty secret, access.jwt an empty key, and access.link_secret is empty.
base::Result<Config> ParseConfig(std::string_view text, std::string_view file);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_CONFIG_H_
