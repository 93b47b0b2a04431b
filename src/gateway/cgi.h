#ifndef CLICK2CALL_GATEWAY_CGI_H_
#define CLICK2CALL_GATEWAY_CGI_H_

#include "base/log.h"
#include "gateway/read_request.h"

namespace click2call::gateway {

// True when a web server started this process for one request (RFC 3875): argv is not to be read
// then, for it is made of the query.
bool IsCgiProcess();

// Answers the one request of this process on stdout. The exit status for main().
int RunCgi(const Handler& handler, base::Log& log);

}  // namespace click2call::gateway

#endif  // CLICK2CALL_GATEWAY_CGI_H_
