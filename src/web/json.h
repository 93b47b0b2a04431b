#ifndef CLICK2CALL_WEB_JSON_H_
#define CLICK2CALL_WEB_JSON_H_

#include <string>

#include "base/result.h"
#include "web/pages.h"

namespace click2call::web {

// {"callId", "caller": {"number"}, "callee": {"number"}, "status", "createdAt", "pbx"[, "user"]}
std::string CallJson(const CallView& call);

// {"status", "code", "message"[, "callId"]}
std::string ErrorJson(const base::Error& error);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_JSON_H_
