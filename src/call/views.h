#ifndef CLICK2CALL_CALL_VIEWS_H_
#define CLICK2CALL_CALL_VIEWS_H_

#include <string>
#include <vector>

#include "base/clock.h"
#include "call/call.h"
#include "call/config.h"
#include "call/dialer.h"
#include "web/health.h"
#include "web/pages.h"

namespace click2call::call {

// What the web shows of things; durations are as they stand at `now`.
web::CallView View(const Call& call, base::WallTime now);
web::PbxView View(const PbxHealth& pbx);

// The phones to choose from, or the one that will ring. `from` is what the request said.
std::vector<web::ConfirmPage::Phone> PhonesToShow(const Config& config, const CallRequest& request,
                                                  const std::string& from);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_VIEWS_H_
