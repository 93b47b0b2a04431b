#ifndef CLICK2CALL_CALL_READ_CLICK_H_
#define CLICK2CALL_CALL_READ_CLICK_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "call/call.h"
#include "call/config.h"
#include "call/follow_call.h"
#include "call/world.h"
#include "web/confirm_token.h"
#include "web/form.h"
#include "web/guards.h"
#include "web/request.h"

namespace click2call::call {

inline constexpr std::size_t kMaxKeyBytes = 255;  // of an idempotency key

// The phones that are the asker's own: of origins.users, else of origins.addresses, the network
// that says most; empty: neither names any.
std::vector<std::string> PhonesOf(const OriginConfig& origins, const Asker& asker);

// The key that the tokens of our own pages are made with: the same for all who share the journal.
base::Result<base::Secret> ConfirmKey(const World& world);

// What a token of our own pages is bound to.
web::Binding BindingOf(const Asker& asker, const Extension& callee);

// What a link or a form asks for.
struct Click {
  CallRequest request;
  web::Token token = web::Token::kNone;
  bool expired = false;  // the page that was to confirm it was open for too long
};

// Reads it. `from` is one of the asker's own phones, or, with call.origin_parameter, a user of
// origins.users or a number; else it is not looked at. A token has to be good: that of a page of
// ours, or a signed link, which then says `to` and `from`.
//
// Errors: kInvalidArgument, kInvalidPhoneNumber, kPermissionDenied for a token that is not good,
// kStoreUnavailable, kInternal.
base::Result<Click> ReadClick(const Config& config, const World& world, const Asker& asker,
                              const web::Request& request, const web::Form& form);

// Reads the body of POST /calls. `caller` is the asker's own phone, or call.origin; another one
// needs call.origin_parameter.
base::Result<CallRequest> ReadCreation(const Config& config, const World& world, const Asker& asker,
                                       const web::Request& request);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_READ_CLICK_H_
