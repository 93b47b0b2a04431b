#ifndef CLICK2CALL_CALL_AUTO_CHANNEL_H_
#define CLICK2CALL_CALL_AUTO_CHANNEL_H_

#include <string>
#include <string_view>
#include <vector>

#include "ami/actions.h"
#include "ami/message.h"
#include "base/result.h"
#include "call/dialer.h"

namespace click2call::call {

// The value of call.channel that leaves it to the PBX which technology an extension has.
inline constexpr std::string_view kAutoChannel = "auto";

struct ChannelQuestion {
  ami::Action action;
  bool Rights::*right;  // what our AMI user needs for it
  bool list;            // it is a DBGet, whose answer is a list
};

// What a PBX is asked, to find out which channel rings `exten`: FreePBX's own record of it in AstDB
// (DEVICE/<exten>, dial and tech), its hint in `context`, and whether there is such a phone by one
// technology or the other. Their ActionIDs begin with `id`, as no other's do.
std::vector<ChannelQuestion> AskForChannel(const std::string& exten, const ami::FieldValue& context,
                                           const std::string& id);

// The channel that rings `exten`, as in "PJSIP/1003". `answers` are those to AskForChannel(), in
// its order: the entry where a list has one, else the response; what we may not ask is answered
// "Permission denied". AstDB goes before the hint, and that before the phones by technology; of
// those one that is registered goes first.
//
// A technology that is not one of a fixed list, or a name with other characters than letters,
// digits and "_.+-*#" (and for Local an @ and /n), is none.
// Errors: kCallerNotAvailable where the PBX has no such phone, kPbxOriginateRefused where we may
// not ask; the message says which right would help. `username` is the AMI user's.
base::Result<ami::FieldValue> ReadChannel(const std::string& exten, const ami::FieldValue& context,
                                          const std::vector<ami::Message>& answers,
                                          std::string_view username);

// What the PBX says to an action that its AMI user may not run.
ami::Message PermissionDenied();

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_AUTO_CHANNEL_H_
