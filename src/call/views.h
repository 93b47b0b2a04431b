#ifndef CLICK2CALL_CALL_VIEWS_H_
#define CLICK2CALL_CALL_VIEWS_H_

#include "base/clock.h"
#include "call/call.h"
#include "call/dialer.h"
#include "web/health.h"
#include "web/pages.h"

namespace click2call::call {

// What the web shows of things; durations are as they stand at `now`.
web::CallView View(const Call& call, base::WallTime now);
web::PbxView View(const PbxHealth& pbx);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_VIEWS_H_
