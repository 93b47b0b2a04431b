#ifndef CLICK2CALL_CLI_OLD_CHANNEL_H_
#define CLICK2CALL_CLI_OLD_CHANNEL_H_

#include <string>
#include <vector>

#include "cli/old_page.h"
#include "cli/php_tokens.h"

namespace click2call::cli {

// The channel of an old page, in the words of click2call.toml: "Local/1003@from-internal/n" is the
// phone "1003", reached by "Local/{from}@from-internal/n".
struct OldChannel {
  std::string phone;    // call.origin; empty: the script does not say
  std::string channel;  // call.channel; empty: the script has no technology, or we cannot take it
  std::string why_not;  // anything was not taken
};

OldChannel ReadOldChannel(const std::vector<PhpPiece>& pieces, const OldPage& page);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_OLD_CHANNEL_H_
