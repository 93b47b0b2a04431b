#ifndef CLICK2CALL_CALL_MAKE_REQUEST_H_
#define CLICK2CALL_CALL_MAKE_REQUEST_H_

#include <string>
#include <string_view>

#include "call/call.h"
#include "fakes/results.h"

namespace click2call::call {

// A request to call `to`; without `from` the configured origin rings first.
inline CallRequest MakeRequest(std::string_view to, std::string_view from = {},
                               std::string user = {}) {
  CallRequest request{fakes::Must(Extension::Parse(to, "to")), std::nullopt, std::move(user)};
  if (!from.empty()) request.caller = fakes::Must(Extension::Parse(from, "from"));
  return request;
}

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_MAKE_REQUEST_H_
