#ifndef CLICK2CALL_CLI_CHECK_PBX_H_
#define CLICK2CALL_CLI_CHECK_PBX_H_

#include "call/config.h"
#include "call/dialer.h"
#include "cli/findings.h"

namespace click2call::cli {

// How we get on with a PBX: whether it let us in, what our AMI user may not do there and should,
// what it may and should not, and who could listen on the way.
void CheckPbx(const call::CallConfig& call, const call::PbxConfig& pbx,
              const call::PbxHealth& health, Findings* findings);

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_CHECK_PBX_H_
