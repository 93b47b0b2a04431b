#ifndef CLICK2CALL_CALL_CALL_PROGRESS_H_
#define CLICK2CALL_CALL_CALL_PROGRESS_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ami/message.h"
#include "base/call_id.h"
#include "base/clock.h"
#include "call/call.h"

namespace click2call::call {

// What a PBX knows of one call at this moment, by the action Status.
struct Sighting {
  // A channel of the call.
  struct Leg {
    std::string uniqueid;
    std::string state;        // ChannelStateDesc: Down, Ring, Ringing, Up, Busy, …
    bool bridged = false;     // it is in a bridge
    std::string application;  // that the dialplan runs on it; may be empty
  };
  std::vector<Leg> legs;  // none: the PBX has no channel of that call
};

// The leg that an event Status describes; empty when it is no Status, or none of the call's
// (neither Uniqueid nor Linkedid is the callId).
std::optional<Sighting::Leg> ReadLeg(const ami::Message& event, const base::CallId& call_id);

// The callId that an event belongs to, by Linkedid, Uniqueid, DestLinkedid or ActionID; empty when
// it is of no call of ours.
std::optional<base::CallId> CallOf(const ami::Message& event);

// Follows one call, from the PBX's events or from what Status says: in whatever order they come,
// the status never goes backwards, and once it is over nothing changes it.
class CallProgress {
 public:
  // `known`: where it stood before, for whoever comes late.
  explicit CallProgress(base::CallId call_id, CallState known = {});

  // A call younger than this, of which nothing was seen, is not over only because the PBX has no
  // channel of it: its Originate may be on its way. Longer than a request takes from its row to its
  // Originate.
  static constexpr base::Milliseconds kOnItsWay{30'000};

  // Both return whether State() changed. `now` becomes answered_at and ended_at.
  bool Take(const ami::Message& event, base::WallTime now);
  bool Settle(const Sighting& sighting, base::WallTime now);

  const CallState& State() const { return state_; }

  // The state for when no more events will be waited for: State(), or the end of a call of which
  // only the reason, which was still to come, is not certain.
  CallState Unsettled(base::WallTime now) const;

 private:
  // One round of dialling: channels that were called at once, one of which was to answer.
  class Round {
   public:
    void Begin(std::string_view uniqueid);
    void End(std::string_view uniqueid, std::string_view status);  // DialStatus
    void HangUp(std::string_view uniqueid, std::string_view cause);

    bool Empty() const { return dials_.empty(); }
    bool Ended() const;  // all of them

    enum class Outcome { kAnswered, kCancelled, kNoAnswer, kBusy, kFailed };
    // `cause` stands in for the Hangup of a channel that was not seen. REQUIRES: !Empty().
    Outcome Result(std::string_view cause) const;

   private:
    struct Dial {
      std::string status;  // empty: not ended
      std::string cause;   // of its Hangup; empty: none seen
    };
    static Outcome ResultOf(const Dial& dial, std::string_view cause);
    std::map<std::string, Dial, std::less<>> dials_;  // by Uniqueid
  };

  bool IsCaller(std::string_view uniqueid) const { return uniqueid == call_id_.Text(); }
  void TakeOriginateResponse(const ami::Message& event, base::WallTime now);
  void TakeNewchannel(const ami::Message& event);
  void TakeNewstate(const ami::Message& event, base::WallTime now);
  void TakeDial(const ami::Message& event, base::WallTime now);
  void TakeBridge(const ami::Message& event, base::WallTime now);
  void TakeHangup(const ami::Message& event);
  void TakeOptimization(const ami::Message& event);
  bool TheyCanTalk() const;
  bool NothingIsToCome() const;
  bool MayBeOnItsWay(base::WallTime now) const;

  CallReason Why() const;
  CallReason WhyCaller() const;
  CallReason WhyCallee() const;
  void Reach(CallStatus status, base::WallTime now);
  void Finish(CallReason reason, base::WallTime now);

  base::CallId call_id_;
  CallState state_;

  // Live channels and the bridge that each is in; empty: none.
  std::map<std::string, std::string, std::less<>> legs_;
  std::string shared_bridge_;         // where the caller's leg met somebody whom legs_ may not know
  bool channel_seen_ = false;         // the caller's leg came to be, so there will be a Hangup
  bool optimised_ = false;            // it is a Local channel whose place the phones' own take
  bool hung_up_on_ = false;           // its other end was the first to hang up
  bool gone_ = false;                 // it has hung up
  std::optional<std::string> cause_;  // its Hangup's
  std::string dial_status_;           // how dialling it ended
  std::optional<int> refusal_;        // OriginateResponse Failure's Reason
  Round callee_;                      // dialled by the caller's leg
  Round behind_;                      // dialled by other legs: the phones behind a Local channel
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_CALL_PROGRESS_H_
