#ifndef CLICK2CALL_NET_DIALLED_PLAN_H_
#define CLICK2CALL_NET_DIALLED_PLAN_H_

#include <string>
#include <string_view>

#include "call/dialer.h"
#include "call/make_plan.h"
#include "call/make_request.h"
#include "call/read_config.h"
#include "fakes/results.h"

namespace click2call::net {

inline const std::string kCallId = "c2c-01ARYZ6S410000000000000001";  // NOLINT

// 1003 calls 1006, with the least configuration.
inline call::OriginatePlan Plan() {
  return fakes::Must(call::MakePlan(call::ReadConfig(), call::MakeRequest("1006"),
                                    base::CallId::Parse(kCallId).value()));
}

inline std::string OriginateBytes() { return ami::MakeAction(Plan().originate).Encode(); }

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_DIALLED_PLAN_H_
