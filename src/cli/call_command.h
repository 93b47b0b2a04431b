#ifndef CLICK2CALL_CLI_CALL_COMMAND_H_
#define CLICK2CALL_CLI_CALL_COMMAND_H_

#include <ostream>

#include "call/config.h"
#include "call/place_call.h"
#include "cli/options.h"

namespace click2call::cli {

// click2call call TO [--from X]: the use case of the web, from the shell. Whoever can read the
// configuration may choose the phone, so --from counts whatever call.origin_parameter says; the
// rules for numbers hold all the same. Prints what the PBX said; returns the exit status.
int RunCall(const Options& options, const call::Config& config, const call::World& world,
            std::ostream& out, std::ostream& err);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_CALL_COMMAND_H_
