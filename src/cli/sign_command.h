#ifndef CLICK2CALL_CLI_SIGN_COMMAND_H_
#define CLICK2CALL_CLI_SIGN_COMMAND_H_

#include <ostream>
#include <string>

#include "base/clock.h"
#include "call/config.h"
#include "call/number_reader.h"
#include "cli/options.h"
#include "web/link.h"

namespace click2call::cli {

// What signing needs of the world.
struct SignWorld {
  const web::LinkSigner& links;
  const call::NumberReader* numbers;  // null without numbers.region
  base::WallTime now;
  std::string id;  // of the link: nobody has had it, nobody can guess it
};

// click2call sign TO [--from X] [--expires 1h] [--url URL]: prints a link that places this call
// once, for whoever has it, and on `err` until when it is good. Without --url it is the query
// alone, to be put behind the URL of the program. A call that the rules would refuse gets no link.
// Returns the exit status.
int RunSign(const Options& options, const call::Config& config, const SignWorld& world,
            std::ostream& out, std::ostream& err);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_SIGN_COMMAND_H_
