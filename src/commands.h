#ifndef CLICK2CALL_COMMANDS_H_
#define CLICK2CALL_COMMANDS_H_

#include "cli/options.h"

namespace click2call {

// The commands of the command line that need less than a whole Program: wired, run; their exit
// status.
int Check(const cli::Options& options);
int Sign(const cli::Options& options);

}  // namespace click2call

#endif  // CLICK2CALL_COMMANDS_H_
