#ifndef CLICK2CALL_AMI_ACTIONS_H_
#define CLICK2CALL_AMI_ACTIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "ami/message.h"
#include "base/clock.h"
#include "base/result.h"

namespace click2call::ami {

// Which events a session wants to hear (the Events header of Login).
enum class Events { kOff, kCall };

Action Login(const FieldValue& action_id, const FieldValue& username, const FieldValue& secret,
             Events events);

// The two steps of a login whose secret never crosses the wire. `key` is MD5Key() of the Challenge
// header in the reply to the first.
Action ChallengeMD5(const FieldValue& action_id);
Action LoginMD5(const FieldValue& action_id, const FieldValue& username, const FieldValue& key,
                Events events);

// md5(challenge + secret) as 32 lower-case hex digits.
std::string MD5Key(std::string_view challenge, std::string_view secret);

Action Logoff(const FieldValue& action_id);
Action Ping(const FieldValue& action_id);

// The reply has one header for each action that this AMI user may run, by the action's name. Needs
// no right itself.
Action ListCommands(const FieldValue& action_id);

// The reply has the header AsteriskVersion.
Action CoreSettings(const FieldValue& action_id);

// The reply has the header Hint: the devices of an extension's hint, as in "PJSIP/1003".
Action ExtensionState(const FieldValue& action_id, const FieldValue& exten,
                      const FieldValue& context);

// The reply has the header Value: that of a global variable, or of a function such as
// DEVICE_STATE(PJSIP/1003).
Action Getvar(const FieldValue& action_id, const FieldValue& variable);

// What AstDB has under a key: an Error where there is nothing; else the event kDBGetEntry, with the
// header Val, and then kDBGetComplete. All of them carry the ActionID.
Action DBGet(const FieldValue& action_id, const FieldValue& family, const FieldValue& key);
inline constexpr std::string_view kDBGetEntry = "DBGetResponse";
inline constexpr std::string_view kDBGetComplete = "DBGetComplete";

// One event Status for the channel, by its name or Uniqueid, or for every channel there is where
// `channel` is empty; then StatusComplete. All of them carry the ActionID.
Action Status(const FieldValue& action_id, const FieldValue& channel);

// Ends the channel, by its name or Uniqueid, as a phone that is put down does (cause 16).
Action Hangup(const FieldValue& action_id, const FieldValue& channel);

// The parameters of Originate, as Asterisk names them. Asterisk cuts Channel and CallerID to 255
// bytes and Exten and Context to 79 silently, after it has checked that they exist; Check() refuses
// what would be cut.
struct Originate {
  static constexpr std::size_t kMaxChannelBytes = 255;
  static constexpr std::size_t kMaxExtenBytes = 79;

  FieldValue action_id;
  FieldValue channel_id;        // names the first leg before it exists
  FieldValue other_channel_id;  // names the second half of a Local channel
  FieldValue channel;           // TECH/address of the phone that rings first
  FieldValue context;
  FieldValue exten;
  int priority = 1;  // 0 would skip Asterisk's check that the extension exists
  FieldValue caller_id;
  base::Milliseconds timeout{};       // of the first leg's ringing
  FieldValue account;                 // empty: not sent
  std::vector<FieldValue> variables;  // NAME=value each, see MakeVariable()

  base::Status Check() const;
};

// Always Async: without it the session is deaf until somebody picks up.
Action MakeAction(const Originate& originate);

// NAME=value for a Variable header. `name` comes from the configuration, never from a request; what
// comes from a request went through SafeValue() before it became part of `value`.
base::Result<FieldValue> MakeVariable(std::string_view name, std::string_view value);

// `value` without the bytes that could mean something to Asterisk: a Variable header is split at
// commas, and dialplans that people wrote use values unquoted. What stays is letters, digits,
// " ._@+-" and valid UTF-8 beyond ASCII.
std::string SafeValue(std::string_view value);

}  // namespace click2call::ami

#endif  // CLICK2CALL_AMI_ACTIONS_H_
