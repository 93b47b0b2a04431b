#include "call/call_progress.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <Poco/NumberParser.h>

namespace click2call::call {
namespace {

// OriginateResponse's Reason: AST_CONTROL_* values of Asterisk's include/asterisk/frame.h.
constexpr int kUnreachable = 0;  // also where a PJSIP phone is busy, or an inner Dial() gave up
constexpr int kHungUp = 1;
constexpr int kNoAnswer = 3;
constexpr int kBusy = 5;

// What OtherChannelId of our Originate adds to the callId: the far half of a Local channel.
constexpr std::string_view kOtherHalf = "-2";

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> choices) {
  return std::find(choices.begin(), choices.end(), text) != choices.end();
}

// Q.850 causes as Asterisk uses them (include/asterisk/causes.h).
bool IsTurnedAway(std::string_view cause) { return IsOneOf(cause, {"17", "21"}); }
bool IsNoAnswer(std::string_view cause) { return IsOneOf(cause, {"18", "19"}); }
bool IsNormal(std::string_view cause) { return cause == "16"; }
bool SaysNothing(std::string_view cause) { return IsOneOf(cause, {"", "0"}); }

// Where people want to be put through to, with nobody in their bridge. What a dialplan does on its
// way to a Dial (announcements, scripts) is none of these.
bool TalksByItself(std::string_view application) {
  return IsOneOf(application,
                 {"VoiceMail", "VoiceMailMain", "ConfBridge", "MeetMe", "Echo", "Milliwatt"});
}

// Bridges of one: who is in there hears music.
bool OnlyWaits(std::string_view application) {
  return IsOneOf(application, {"BridgeWait", "Park", "ParkedCall"});
}

}  // namespace

std::optional<Sighting::Leg> ReadLeg(const ami::Message& event, const base::CallId& call_id) {
  const std::string_view uniqueid = event.Get("Uniqueid");
  if (event.Get("Event") != "Status") return std::nullopt;
  if (uniqueid != call_id.Text() && event.Get("Linkedid") != call_id.Text()) return std::nullopt;
  return Sighting::Leg{std::string(uniqueid), std::string(event.Get("ChannelStateDesc")),
                       !event.Get("BridgeID").empty(), std::string(event.Get("Application"))};
}

std::optional<base::CallId> CallOf(const ami::Message& event) {
  if (!event.IsEvent()) return std::nullopt;
  // A channel's own name goes first: in a conference the Linkedid becomes that of another call.
  for (const auto* name : {"Uniqueid", "DestUniqueid", "LocalOneUniqueid", "Linkedid",
                           "DestLinkedid", "LocalOneLinkedid", "ActionID"}) {
    std::string_view value = event.Get(name);
    if (value.ends_with(kOtherHalf)) value.remove_suffix(kOtherHalf.size());
    if (auto call_id = base::CallId::Parse(value)) return call_id;
  }
  return std::nullopt;
}

// One round of dialling

void CallProgress::Round::Begin(std::string_view uniqueid) {
  if (!dials_.contains(uniqueid) && Ended()) dials_.clear();
  dials_.try_emplace(std::string(uniqueid));
}

void CallProgress::Round::End(std::string_view uniqueid, std::string_view status) {
  Dial& dial = dials_[std::string(uniqueid)];
  // Queue() says NOANSWER and then CANCEL of the same channel.
  if (dial.status.empty()) dial.status = status;
}

void CallProgress::Round::HangUp(std::string_view uniqueid, std::string_view cause) {
  const auto dial = dials_.find(uniqueid);
  if (dial != dials_.end()) dial->second.cause = cause;
}

bool CallProgress::Round::Ended() const {
  return std::all_of(dials_.begin(), dials_.end(),
                     [](const auto& dial) { return !dial.second.status.empty(); });
}

// Dial() says NOANSWER of whatever is neither BUSY nor CONGESTION: of a phone that was turned off
// while it rang, of a number that is not there, of a declined call. The Hangup's cause knows.
CallProgress::Round::Outcome CallProgress::Round::ResultOf(const Dial& dial,
                                                           std::string_view cause) {
  if (dial.status == "ANSWER") return Outcome::kAnswered;
  if (dial.status == "CANCEL" || dial.status.empty()) return Outcome::kCancelled;
  if (dial.status == "BUSY" || IsTurnedAway(cause)) return Outcome::kBusy;
  if (dial.status != "NOANSWER") return Outcome::kFailed;
  const bool rang = SaysNothing(cause) || IsNoAnswer(cause) || IsNormal(cause);
  return rang ? Outcome::kNoAnswer : Outcome::kFailed;
}

CallProgress::Round::Outcome CallProgress::Round::Result(std::string_view cause) const {
  Outcome best = Outcome::kFailed;
  for (const auto& [uniqueid, dial] : dials_) {
    best = std::min(best, ResultOf(dial, dial.cause.empty() ? cause : dial.cause));
  }
  return best;
}

// Events

CallProgress::CallProgress(base::CallId call_id, CallState known)
    : call_id_(std::move(call_id)), state_(known) {}

bool CallProgress::Take(const ami::Message& event, base::WallTime now) {
  if (IsOver(state_.status) || CallOf(event) != call_id_) return false;
  const CallStatus before = state_.status;
  const std::string_view name = event.Get("Event");
  if (name == "OriginateResponse") TakeOriginateResponse(event, now);
  if (name == "Newchannel") TakeNewchannel(event);
  if (name == "Newstate") TakeNewstate(event, now);
  if (name.starts_with("Dial")) TakeDial(event, now);
  if (name == "BridgeEnter" || name == "BridgeLeave") TakeBridge(event, now);
  if (name == "LocalOptimizationBegin") TakeOptimization(event);
  if (name == "HangupRequest" && IsCaller(event.Get("Uniqueid"))) hung_up_on_ = true;
  if (name == "Hangup") TakeHangup(event);
  if (NothingIsToCome()) Finish(Why(), now);
  return state_.status != before;
}

void CallProgress::TakeOriginateResponse(const ami::Message& event, base::WallTime now) {
  if (event.Get("Response") == "Success") {
    Reach(CallStatus::kCallingCallee, now);
    return;
  }
  int reason = kUnreachable;
  Poco::NumberParser::tryParse(std::string(event.Get("Reason")), reason);
  if (state_.status < CallStatus::kCallingCallee) refusal_ = reason;
}

void CallProgress::TakeNewchannel(const ami::Message& event) {
  const std::string_view uniqueid = event.Get("Uniqueid");
  legs_.try_emplace(std::string(uniqueid));
  if (IsCaller(uniqueid)) channel_seen_ = true;
}

void CallProgress::TakeNewstate(const ami::Message& event, base::WallTime now) {
  if (!IsCaller(event.Get("Uniqueid"))) return;
  const std::string_view state = event.Get("ChannelStateDesc");
  if (state == "Ringing") Reach(CallStatus::kCallingCaller, now);
  if (state == "Up") Reach(CallStatus::kCallingCallee, now);
}

void CallProgress::TakeDial(const ami::Message& event, base::WallTime now) {
  const std::string_view name = event.Get("Event");
  const std::string_view status = event.Get("DialStatus");
  const std::string_view dialled = event.Get("DestUniqueid");
  if (IsCaller(dialled)) {
    // A DialBegin is no ringing: behind a Local channel it comes before anybody knows whether the
    // phone is there.
    if (name == "DialState" && status == "RINGING") Reach(CallStatus::kCallingCaller, now);
    if (name == "DialEnd" && status != "ANSWER") dial_status_ = status;
    return;
  }
  const bool by_caller = IsCaller(event.Get("Uniqueid"));
  Round& round = by_caller ? callee_ : behind_;
  if (name == "DialBegin") round.Begin(dialled);
  if (name == "DialEnd") round.End(dialled, status);
  if (name == "DialBegin" && by_caller) Reach(CallStatus::kCallingCallee, now);
}

void CallProgress::TakeBridge(const ami::Message& event, base::WallTime now) {
  const std::string_view uniqueid = event.Get("Uniqueid");
  const std::string_view bridge = event.Get("BridgeUniqueid");
  if (event.Get("Event") == "BridgeLeave") {
    const auto leg = legs_.find(uniqueid);
    if (leg != legs_.end() && leg->second == bridge) leg->second.clear();
    return;
  }
  if (event.Get("BridgeTechnology") == "holding_bridge") return;
  legs_[std::string(uniqueid)] = bridge;
  // Whoever else is in there may be of another call, whose events are not for us. A conference
  // is what the caller asked for, whoever is there already; it counts its announcer as one more.
  int channels = 0;
  Poco::NumberParser::tryParse(std::string(event.Get("BridgeNumChannels")), channels);
  const bool meets = channels > 1 || event.Get("BridgeCreator") == "ConfBridge";
  if (meets && IsCaller(uniqueid)) shared_bridge_ = bridge;
  if (TheyCanTalk()) Reach(CallStatus::kConnected, now);
}

bool CallProgress::TheyCanTalk() const {
  const auto caller = legs_.find(call_id_.Text());
  if (caller == legs_.end() || caller->second.empty()) return false;
  if (caller->second == shared_bridge_) return true;
  return std::any_of(legs_.begin(), legs_.end(), [&](const auto& leg) {
    return leg.second == caller->second && !IsCaller(leg.first);
  });
}

void CallProgress::TakeHangup(const ami::Message& event) {
  const std::string_view uniqueid = event.Get("Uniqueid");
  const std::string_view cause = event.Get("Cause");
  const auto leg = legs_.find(uniqueid);
  if (leg != legs_.end()) legs_.erase(leg);
  callee_.HangUp(uniqueid, cause);
  behind_.HangUp(uniqueid, cause);
  if (!IsCaller(uniqueid)) return;
  gone_ = true;
  cause_ = cause;
}

void CallProgress::TakeOptimization(const ami::Message& event) {
  if (IsCaller(event.Get("LocalOneUniqueid")) || IsCaller(event.Get("LocalTwoUniqueid"))) {
    optimised_ = true;
  }
}

// The end

// Before they could talk, the channels that were dialled say why, and some of them hang up after
// the caller's leg.
bool CallProgress::NothingIsToCome() const {
  if (IsOver(state_.status)) return false;
  if (refusal_ && state_.status < CallStatus::kCallingCallee) {
    if (*refusal_ != kUnreachable || !channel_seen_ || dial_status_ == "BUSY") return true;
  }
  if (!gone_) return false;
  if (state_.status < CallStatus::kCallingCallee && !refusal_ && dial_status_.empty()) {
    // Asterisk 16 hangs up with cause 0 when the phone has rung long enough, and says so in
    // OriginateResponse alone, which comes by another way and may come last.
    if (SaysNothing(cause_.value_or(""))) return false;
  }
  return legs_.empty() || (state_.status == CallStatus::kConnected && !optimised_);
}

CallReason CallProgress::Why() const {
  if (state_.status == CallStatus::kConnected) return CallReason::kHangUp;
  return state_.status == CallStatus::kCallingCallee ? WhyCallee() : WhyCaller();
}

CallReason CallProgress::WhyCaller() const {
  if (refusal_ == kBusy) return CallReason::kCallerBusy;
  if (refusal_ == kNoAnswer) return CallReason::kCallerNoAnswer;
  if (refusal_ == kHungUp) return CallReason::kCallerAbandon;
  if (refusal_ && refusal_ != kUnreachable) return CallReason::kCallerFailure;

  const bool known = cause_ || refusal_ || !dial_status_.empty();
  if (!known && (behind_.Empty() || !behind_.Ended())) return CallReason::kOther;
  const std::string_view cause = cause_ ? std::string_view(*cause_) : "";
  if (dial_status_ == "BUSY" || IsTurnedAway(cause)) return CallReason::kCallerBusy;
  if (IsNoAnswer(cause)) return CallReason::kCallerNoAnswer;
  if (IsOneOf(dial_status_, {"CONGESTION", "CHANUNAVAIL"})) return CallReason::kCallerFailure;
  if (!IsNormal(cause) && !SaysNothing(cause)) return CallReason::kCallerFailure;

  // NOANSWER is what the PBX says of a leg that somebody hung up, too (cause 16); the phones behind
  // a Local channel know.
  if (!behind_.Empty()) {
    const auto outcome = behind_.Result("");
    if (outcome == Round::Outcome::kBusy) return CallReason::kCallerBusy;
    if (outcome == Round::Outcome::kNoAnswer) return CallReason::kCallerNoAnswer;
    if (outcome == Round::Outcome::kFailed) return CallReason::kCallerFailure;
  }
  const bool by_us = IsNormal(cause) && !hung_up_on_;
  if (by_us || dial_status_ == "CANCEL") return CallReason::kCallerAbandon;
  return dial_status_ == "NOANSWER" && state_.status == CallStatus::kCallingCaller
             ? CallReason::kCallerNoAnswer
             : CallReason::kCallerFailure;
}

CallReason CallProgress::WhyCallee() const {
  if (!cause_ && (callee_.Empty() || !callee_.Ended())) return CallReason::kOther;
  if (!callee_.Empty()) {
    // Who came late may not know the channel that was dialled: the caller's own has its cause.
    switch (callee_.Result(cause_.value_or(""))) {
      case Round::Outcome::kAnswered:
        return CallReason::kHangUp;
      case Round::Outcome::kCancelled:
        return CallReason::kCallerAbandon;
      case Round::Outcome::kNoAnswer:
        return CallReason::kCalleeNoAnswer;
      case Round::Outcome::kBusy:
        return CallReason::kCalleeBusy;
      case Round::Outcome::kFailed:
        return CallReason::kCalleeFailure;
    }
  }
  // Nobody was dialled: what the dialplan says by hanging up, or an application talked.
  const std::string_view cause = *cause_;
  if (IsTurnedAway(cause)) return CallReason::kCalleeBusy;
  if (IsNoAnswer(cause)) return CallReason::kCalleeNoAnswer;
  // Cause 0 is of a phone that hung up, and of a dialplan that came to its end.
  return IsNormal(cause) || SaysNothing(cause) ? CallReason::kHangUp : CallReason::kCalleeFailure;
}

void CallProgress::Reach(CallStatus status, base::WallTime now) {
  if (status <= state_.status) return;
  state_.status = status;
  if (status == CallStatus::kConnected && !state_.answered_at) state_.answered_at = now;
}

void CallProgress::Finish(CallReason reason, base::WallTime now) {
  state_.status = CallStatus::kDisconnected;
  state_.reason = reason;
  state_.ended_at = now;
}

CallState CallProgress::Unsettled(base::WallTime now) const {
  if (IsOver(state_.status)) return state_;
  const bool refused = refusal_ && state_.status < CallStatus::kCallingCallee;
  if (!refused && (!gone_ || state_.status == CallStatus::kConnected)) return state_;
  CallProgress ended = *this;
  ended.Finish(Why(), now);
  return ended.state_;
}

// What Status says

// Before the Originate has arrived there is no channel either.
bool CallProgress::MayBeOnItsWay(base::WallTime now) const {
  const auto age = std::chrono::abs(now - call_id_.Time());  // the clock may have been set
  return state_.status == CallStatus::kInitiating && !channel_seen_ && age < kOnItsWay;
}

bool CallProgress::Settle(const Sighting& sighting, base::WallTime now) {
  if (IsOver(state_.status)) return false;
  const CallStatus before = state_.status;
  const auto& all = sighting.legs;
  const auto caller =
      std::find_if(all.begin(), all.end(), [&](const auto& leg) { return IsCaller(leg.uniqueid); });
  // Where the caller's leg is there, others need not have been asked for.
  if (caller == all.end()) {
    std::erase_if(legs_, [&](const auto& known) {
      return std::none_of(all.begin(), all.end(),
                          [&](const auto& leg) { return leg.uniqueid == known.first; });
    });
  }
  for (const Sighting::Leg& leg : all) legs_.try_emplace(leg.uniqueid);
  if (legs_.empty()) {
    if (MayBeOnItsWay(now)) return false;
    // Nobody saw a connected call end: neither why nor when.
    const bool unseen = state_.status == CallStatus::kConnected && !gone_;
    Finish(unseen ? CallReason::kOther : Why(), now);
    return true;
  }
  if (caller == all.end()) {
    // A Local channel's place has been taken by the phones' own.
    gone_ = optimised_ = true;
    const bool talking = std::any_of(all.begin(), all.end(), [](auto& leg) { return leg.bridged; });
    if (talking) Reach(CallStatus::kConnected, now);
    return state_.status != before;
  }
  channel_seen_ = true;
  if (caller->state == "Ringing") Reach(CallStatus::kCallingCaller, now);
  if (caller->state == "Up") {
    const bool there =
        (caller->bridged && !OnlyWaits(caller->application)) || TalksByItself(caller->application);
    Reach(there ? CallStatus::kConnected : CallStatus::kCallingCallee, now);
  }
  return state_.status != before;
}

}  // namespace click2call::call
