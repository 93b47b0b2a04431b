#ifndef CLICK2CALL_CALL_CONFIG_H_
#define CLICK2CALL_CALL_CONFIG_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ami/session.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "call/dial_pattern.h"
#include "web/format.h"

namespace click2call::call {

// One Asterisk: [[pbx]].
struct PbxConfig {
  std::string name;
  std::string host;
  std::uint16_t port = 0;
  ami::Credentials credentials;
  std::string secret_file;  // empty: the secret stood in the configuration
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
};

// [numbers].
struct NumberConfig {
  std::vector<DialPattern> allow;
};

// [web].
struct WebConfig {
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
  NumberConfig numbers;
  bool remote_user = false;  // [access]: REMOTE_USER is somebody whom the web server checked
  WebConfig web;
  LogConfig log;
  std::vector<std::string> warnings;  // accepted, but not as written

  bool HoldsSecret() const;  // a secret stands in the file itself
};

// Reads click2call.toml. Everything in a Config is checked; every template expands. On failure the
// message is "file:line:column: what is wrong". Secret files are not read: their PbxConfig has an
// empty secret.
base::Result<Config> ParseConfig(std::string_view text, std::string_view file);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_CONFIG_H_
