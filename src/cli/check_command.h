#ifndef CLICK2CALL_CLI_CHECK_COMMAND_H_
#define CLICK2CALL_CLI_CHECK_COMMAND_H_

#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "call/config.h"
#include "call/dialer.h"
#include "call/number_reader.h"
#include "cli/options.h"

namespace click2call::cli {

// What check tries out beside files. Nothing of it places a call.
struct Tryout {
  // Opens each module that the configuration needs: its name, and what came of it.
  std::function<std::vector<std::pair<std::string, base::Status>>(const call::Config&)> modules;

  // Opens the journal and reads in it.
  std::function<base::Status(const call::Config&)> journal;

  // Logs into each PBX, in the order of the configuration.
  std::function<std::vector<call::PbxHealth>(const call::Config&)> pbxs;

  // The reader for a region, which it is called with only where there is one.
  std::function<std::unique_ptr<call::NumberReader>(const std::string& region)> numbers;
};

// click2call check [--socket PATH]: tries everything that a call needs but the call, and prints
// what it found, one line each. click2call check --dial NUMBER [--from PHONE]: what would be
// dialled, and why; no PBX is needed for that. Returns the exit status: 0 without an error, else
// kExitFailed.
int RunCheck(const Options& options, const Tryout& tryout, std::ostream& out);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_CHECK_COMMAND_H_
