#ifndef CLICK2CALL_CLI_CHECK_DIAL_H_
#define CLICK2CALL_CLI_CHECK_DIAL_H_

#include <string>

#include "call/config.h"
#include "call/number_reader.h"
#include "cli/findings.h"

namespace click2call::cli {

// What would be dialled for `to`, and why, step by step up to the first that refuses. `from` is the
// phone that rings first, as if the request named it; empty: call.origin. `numbers` is null without
// numbers.region.
void CheckDial(const call::Config& config, const call::NumberReader* numbers, const std::string& to,
               const std::string& from, Findings* findings);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_CHECK_DIAL_H_
