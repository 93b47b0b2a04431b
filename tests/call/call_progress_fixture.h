#ifndef CLICK2CALL_TESTS_CALL_CALL_PROGRESS_FIXTURE_H_
#define CLICK2CALL_TESTS_CALL_CALL_PROGRESS_FIXTURE_H_

#include <initializer_list>
#include <string>

#include <gtest/gtest.h>

#include "ami/show.h"
#include "call/call_progress.h"
#include "fakes/fake_clock.h"

namespace click2call::call {

using ami::Headers;
using ami::MakeMessage;

inline const std::string kId = "c2c-01ARYZ6S410000000000000001";  // NOLINT
inline const std::string kPhone = "1795390524.275";               // NOLINT
inline const std::string kOther = "1795390524.276";               // NOLINT

inline base::CallId Id() { return base::CallId::Parse(kId).value(); }

inline std::string Show(const CallState& state) {
  return state.reason ? std::string(ReasonName(*state.reason))
                      : std::string(StatusName(state.status));
}

class CallProgressTest : public testing::Test {
 protected:
  // Each returns the status thereafter, or the reason once it is over.
  std::string Take(Headers headers) {
    progress_.Take(MakeMessage(headers), clock_.WallNow());
    return Show(progress_.State());
  }
  std::string Newchannel(const std::string& id = kId) {
    return Take({{"Event", "Newchannel"}, {"Uniqueid", id}, {"Linkedid", kId}});
  }
  std::string Newstate(const std::string& state, const std::string& id = kId) {
    return Take(
        {{"Event", "Newstate"}, {"ChannelStateDesc", state}, {"Uniqueid", id}, {"Linkedid", kId}});
  }
  // The caller's phone is dialled.
  std::string Originating(const std::string& event, const std::string& status = "") {
    return Take({{"Event", event}, {"DestUniqueid", kId}, {"DialStatus", status}});
  }
  std::string Refused(const std::string& reason) {
    return Take({{"Event", "OriginateResponse"},
                 {"ActionID", kId},
                 {"Response", "Failure"},
                 {"Reason", reason},
                 {"Uniqueid", kId}});
  }
  // Whoever is `by` dials `id`.
  std::string Dial(const std::string& event, const std::string& id, const std::string& status = "",
                   const std::string& by = kId) {
    return Take({{"Event", event},
                 {"Uniqueid", by},
                 {"Linkedid", kId},
                 {"DestUniqueid", id},
                 {"DestLinkedid", kId},
                 {"DialStatus", status}});
  }
  std::string Enter(const std::string& id, const std::string& bridge, const std::string& channels,
                    const std::string& creator = "", const std::string& technology = "") {
    return Take({{"Event", "BridgeEnter"},
                 {"BridgeUniqueid", bridge},
                 {"BridgeNumChannels", channels},
                 {"BridgeCreator", creator},
                 {"BridgeTechnology", technology},
                 {"Uniqueid", id},
                 {"Linkedid", kId}});
  }
  std::string Hangup(const std::string& cause, const std::string& id = kId) {
    return Take({{"Event", "Hangup"}, {"Uniqueid", id}, {"Linkedid", kId}, {"Cause", cause}});
  }
  std::string Settle(std::initializer_list<Sighting::Leg> legs) {
    progress_.Settle({legs}, clock_.WallNow());
    return Show(progress_.State());
  }
  std::string Unsettled() { return Show(progress_.Unsettled(clock_.WallNow())); }

  void Answer() {
    Newchannel();
    Newstate("Up");
  }

  // To begin again.
  void StartAt(CallStatus status = CallStatus::kInitiating) {
    progress_ = CallProgress(Id(), {status, {}, {}, {}});
  }

  fakes::FakeClock clock_;
  CallProgress progress_{Id()};
};

}  // namespace click2call::call

#endif  // CLICK2CALL_TESTS_CALL_CALL_PROGRESS_FIXTURE_H_
