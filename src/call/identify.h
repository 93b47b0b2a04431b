#ifndef CLICK2CALL_CALL_IDENTIFY_H_
#define CLICK2CALL_CALL_IDENTIFY_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "call/config.h"
#include "call/follow_call.h"
#include "call/world.h"
#include "web/request.h"

namespace click2call::call {

// kPermissionDenied where that client is in none of access.networks.
base::Status CheckNetwork(const AccessConfig& access, const std::string& address);

// Who asks: the sub of a bearer token where access.jwt is set, else REMOTE_USER with
// access.remote_user, else nobody known; and from where. Who shows no good token has to be in one
// of access.networks. `api`: with access.jwt a token there has to be, and it has `scope`.
//
// Errors: kUnauthenticated, kPermissionDenied, kInvalidArgument for a user's name that is none, and
// kInternal where the module for tokens is not to be had.
base::Result<Asker> Identify(const Config& config, const World& world, const web::Request& request,
                             std::string_view scope, bool api);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_IDENTIFY_H_
