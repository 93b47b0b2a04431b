#include "call/follow_call.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "call/call_progress.h"
#include "call/make_request.h"
#include "call/place_call.h"
#include "call/read_config.h"
#include "fakes/fake_world.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;

constexpr Milliseconds kListen{1000};

class FollowCallTest : public testing::Test {
 protected:
  Call Place(const std::string& user = "", const std::string& address = "10.0.0.7") {
    CallRequest request = MakeRequest("1006", "", user);
    request.address = address;
    return Must(PlaceCall(config_, request, world_.World())).call;
  }

  base::Result<Shown> Show(const Call& call, const Asker& asker = {"", "10.0.0.7"}) {
    return ShowCall(world_.World(), asker, call.id.Text(), kListen);
  }

  base::Status End(const Call& call, const std::string* token = nullptr) {
    return EndCall(world_.World(), {"", "10.0.0.7"}, call.id.Text(), token);
  }

  CallState Stored(const Call& call) { return Must(world_.store.Find(call.id))->state; }

  CallState Over(CallReason reason) {
    return {CallStatus::kDisconnected, reason, {}, world_.clock.WallNow()};
  }

  Config config_ = ReadConfig();
  fakes::FakeWorld world_;
};

// ---- whose call it is

TEST_F(FollowCallTest, ACallIsItsUsersAndNobodyElses) {
  const Call call = Place("ann");
  EXPECT_TRUE(Succeeds(Show(call, {"ann", "10.9.9.9"})));
  for (const Asker& other : {Asker{"bob", "10.0.0.7"}, Asker{"", "10.0.0.7"}, Asker{"", ""}}) {
    EXPECT_TRUE(Fails(Show(call, other), Code::kNotFound));
  }
}

TEST_F(FollowCallTest, WithoutAUserItIsTheAddresss) {
  const Call call = Place();
  EXPECT_TRUE(Succeeds(Show(call, {"", "10.0.0.7"})));
  EXPECT_TRUE(Succeeds(Show(call, {"ann", "10.0.0.7"})));
  EXPECT_TRUE(Fails(Show(call, {"ann", "10.0.0.8"}), Code::kNotFound));
}

TEST_F(FollowCallTest, ACallFromTheShellIsAnAdminsOnly) {
  const Call call = Place("", "");
  EXPECT_TRUE(Fails(Show(call, {"", ""}), Code::kNotFound));
  EXPECT_TRUE(Succeeds(Show(call, {"root", "", true})));
}

TEST_F(FollowCallTest, UnknownMalformedAndForeignAreAllAlike) {
  const Call foreign = Place("ann");
  const Asker asker{"bob", "10.0.0.7"};
  const std::string unknown = "c2c-01ARYZ6S410000000000000001";
  const std::string why = Show(foreign, asker).Why().message;
  for (const std::string& id : {unknown, std::string("x"), std::string(), foreign.id.Text(),
                                std::string("c2c-' OR 1=1 --")}) {
    const auto shown = ShowCall(world_.World(), asker, id, kListen);
    ASSERT_TRUE(Fails(shown, Code::kNotFound)) << id;
    EXPECT_EQ(shown.Why().message, why);
    EXPECT_TRUE(Fails(EndCall(world_.World(), asker, id, nullptr), Code::kNotFound)) << id;
  }
  EXPECT_TRUE(world_.dialer.HungUp().empty());
}

// ---- how it stands

TEST_F(FollowCallTest, WhereSomebodyFollowsThePbxIsNotAsked) {
  const Call call = Place();
  const Shown shown = Must(Show(call));
  EXPECT_EQ(shown.call.state.status, CallStatus::kCallingCaller);
  EXPECT_TRUE(shown.may_hang_up);
  EXPECT_TRUE(world_.dialer.Looked().empty());
}

TEST_F(FollowCallTest, WhereNobodyFollowsThePbxIsAskedAndTheJournalTold) {
  world_.followed = false;
  const Call call = Place();
  const CallState over = Over(CallReason::kCalleeBusy);
  world_.dialer.SetLook(Look{{true, true, true}, over});
  const Shown shown = Must(Show(call));
  EXPECT_EQ(shown.call.state, over);
  EXPECT_EQ(Stored(call), over);
  EXPECT_FALSE(shown.may_hang_up);
  EXPECT_EQ(world_.dialer.Looked().size(), 1U);
  EXPECT_EQ(world_.dialer.Listened(), kListen);
  EXPECT_TRUE(Has(world_.log.Text(), "reason=\"calleeBusy\""));
}

TEST_F(FollowCallTest, ACallThatIsOverIsNotAskedFor) {
  world_.followed = false;
  const Call call = Place();
  ASSERT_TRUE(Must(world_.store.Advance(call.id, Over(CallReason::kHangUp), {})));
  EXPECT_EQ(Must(Show(call)).call.state.reason, CallReason::kHangUp);
  EXPECT_TRUE(world_.dialer.Looked().empty());
}

TEST_F(FollowCallTest, AFollowerThatHasLostThePbxIsStoodInForWithoutListening) {
  const Call call = Place();
  world_.following.rights.reset();
  world_.dialer.SetLook(Look{{true, true, true}, {CallStatus::kConnected, {}, {}, {}}});
  EXPECT_EQ(Must(Show(call)).call.state.status, CallStatus::kConnected);
  EXPECT_EQ(world_.dialer.Listened(), Milliseconds(0));
}

TEST_F(FollowCallTest, APbxThatDoesNotAnswerLeavesTheCallAsItWas) {
  world_.followed = false;
  const Call call = Place();
  world_.dialer.SetLook(base::Error{Code::kPbxUnavailable, "it is down"});
  const Shown shown = Must(Show(call));
  EXPECT_EQ(shown.call.state.status, CallStatus::kCallingCaller);
  EXPECT_FALSE(shown.may_hang_up);
  EXPECT_TRUE(Has(shown.why_not, "it is down"));
}

TEST_F(FollowCallTest, WithoutTheRightToHangUpThePageSaysWhichIsMissing) {
  const Call call = Place();
  world_.following.rights = Rights{true, false, true};
  const Shown shown = Must(Show(call));
  EXPECT_FALSE(shown.may_hang_up);
  EXPECT_TRUE(Has(shown.why_not, "write = originate,call"));
}

TEST_F(FollowCallTest, WhoSawLessShowsWhatOthersSaw) {
  world_.followed = false;
  const Call call = Place();
  ASSERT_TRUE(Must(world_.store.Advance(call.id, {CallStatus::kConnected, {}, {}, {}}, {})));
  world_.dialer.SetLook(Look{{true, true, true}, {CallStatus::kCallingCallee, {}, {}, {}}});
  EXPECT_EQ(Must(Show(call)).call.state.status, CallStatus::kConnected);
}

TEST_F(FollowCallTest, AJournalThatCannotBeReadIsAnError) {
  const Call call = Place();
  world_.store.Break();
  EXPECT_TRUE(Fails(Show(call), Code::kStoreUnavailable));
}

TEST_F(FollowCallTest, ACallThatNobodyCanAskAboutIsGivenUpAfterADay) {
  const struct {
    std::optional<Rights> followed;
    bool given_up;
  } kRows[] = {
      {std::nullopt, true}, {Rights{true, true, false}, true}, {Rights{true, true, true}, false}};
  for (const auto& row : kRows) {
    const Call call = Place();
    world_.following.rights = row.followed;
    world_.dialer.SetLook(base::Error{Code::kPbxUnavailable, "no such PBX"});
    world_.clock.SetWall(call.created_at + std::chrono::hours(24) - std::chrono::seconds(1));
    EXPECT_EQ(Must(Show(call)).call.state.status, CallStatus::kCallingCaller);
    world_.clock.SetWall(call.created_at + std::chrono::hours(24));
    EXPECT_EQ(Must(Show(call)).call.state.reason == CallReason::kOther, row.given_up);
    EXPECT_EQ(IsOver(Stored(call).status), row.given_up);
  }
}

// ---- ending it

TEST_F(FollowCallTest, EndsACallOnThePbxAndInTheJournal) {
  const struct {
    CallStatus status;
    CallReason reason;
  } kRows[] = {{CallStatus::kCallingCaller, CallReason::kCallerAbandon},
               {CallStatus::kCallingCallee, CallReason::kCallerAbandon},
               {CallStatus::kConnected, CallReason::kHangUp}};
  for (const auto& row : kRows) {
    world_.dialer.SetOutcome(Dialled{{row.status}, "main"});
    const Call call = Place();
    ASSERT_TRUE(Succeeds(End(call)));
    EXPECT_EQ(world_.dialer.HungUp().back(), call.id);
    EXPECT_EQ(Stored(call).status, CallStatus::kDisconnected);
    EXPECT_EQ(Stored(call).reason, row.reason) << StatusName(row.status);
  }
}

TEST_F(FollowCallTest, ThePagesTokenEndsItAndNoOther) {
  const Call call = Place();
  const Call other = Place();
  for (const std::string& token : {std::string(), std::string("token-"), other.token}) {
    EXPECT_TRUE(Fails(End(call, &token), Code::kPermissionDenied)) << token;
  }
  EXPECT_TRUE(world_.dialer.HungUp().empty());
  EXPECT_TRUE(Succeeds(End(call, &call.token)));
}

TEST_F(FollowCallTest, ACallThatIsOverCannotBeEnded) {
  const Call call = Place();
  ASSERT_TRUE(Must(world_.store.Advance(call.id, Over(CallReason::kHangUp), {})));
  EXPECT_TRUE(Fails(End(call), Code::kConflict));
  EXPECT_TRUE(world_.dialer.HungUp().empty());
}

TEST_F(FollowCallTest, ACallThatIsOnItsWayToThePbxIsNotOver) {
  world_.dialer.SetOutcome(Dialled{{CallStatus::kInitiating, {}, {}, {}}, "main"});
  const Call call = Place();
  world_.dialer.SetHangUp(base::Error{Code::kConflict, "the call is over"});
  const auto ended = End(call);
  ASSERT_TRUE(Fails(ended, Code::kPbxUnavailable));
  EXPECT_TRUE(Has(ended.Why().message, "on its way"));
  EXPECT_GT(ended.Why().retry_after.count(), 0);
  world_.clock.SetWall(call.created_at + CallProgress::kOnItsWay);
  EXPECT_TRUE(Fails(End(call), Code::kConflict));
}

TEST_F(FollowCallTest, APbxThatDoesNotAnswerIsNotToldToHangUpEither) {
  world_.followed = false;
  const Call call = Place();
  world_.dialer.SetLook(base::Error{Code::kPbxUnavailable, "it is down"});
  EXPECT_TRUE(Fails(End(call), Code::kPbxUnavailable));
  EXPECT_TRUE(world_.dialer.HungUp().empty());
}

TEST_F(FollowCallTest, WhatThePbxSaysAgainstItIsSaid) {
  const Call call = Place();
  world_.dialer.SetHangUp(base::Error{Code::kPbxHangupRefused, "write = call is missing"});
  const auto ended = End(call);
  ASSERT_TRUE(Fails(ended, Code::kPbxHangupRefused));
  EXPECT_TRUE(Has(ended.Why().message, "write = call"));
  EXPECT_EQ(ended.Why().call_id, call.id.Text());
  EXPECT_EQ(Stored(call).status, CallStatus::kCallingCaller);
}

// ---- listing

TEST_F(FollowCallTest, ListsOnesOwnNewestFirst) {
  const Call first = Place("ann");
  Place("bob");
  const Call last = Place("ann");
  const auto calls = Must(ListCalls(world_.World(), {"ann", "10.0.0.1"}, {}, 10));
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].id, last.id);
  EXPECT_EQ(calls[1].id, first.id);
  EXPECT_EQ(Must(ListCalls(world_.World(), {"ann", ""}, last.id, 10)).size(), 1U);
  EXPECT_EQ(Must(ListCalls(world_.World(), {"ann", ""}, {}, 1)).size(), 1U);
}

TEST_F(FollowCallTest, AnAdminSeesEveryones) {
  Place("ann");
  Place("", "10.0.0.7");
  EXPECT_EQ(Must(ListCalls(world_.World(), {"root", "", true}, {}, 10)).size(), 2U);
  EXPECT_EQ(Must(ListCalls(world_.World(), {"", "10.0.0.7"}, {}, 10)).size(), 1U);
}

TEST_F(FollowCallTest, AListAsksForAFewCallsWhoseEndNobodySaw) {
  world_.followed = false;
  for (int i = 0; i < 8; ++i) Place();
  world_.dialer.SetLook(Look{{true, true, true}, Over(CallReason::kOther)});
  const auto calls = Must(ListCalls(world_.World(), {"", "10.0.0.7"}, {}, 10));
  EXPECT_EQ(world_.dialer.Looked().size(), 5U);
  EXPECT_EQ(world_.dialer.Listened(), Milliseconds(0));
  EXPECT_EQ(calls[0].state.reason, CallReason::kOther);
}

TEST_F(FollowCallTest, AListAsksAPbxThatIsDownOnce) {
  world_.followed = false;
  for (int i = 0; i < 3; ++i) Place();
  world_.dialer.SetLook(base::Error{Code::kPbxUnavailable, "it is down"});
  EXPECT_EQ(Must(ListCalls(world_.World(), {"", "10.0.0.7"}, {}, 10)).size(), 3U);
  EXPECT_EQ(world_.dialer.Looked().size(), 1U);
}

}  // namespace
}  // namespace click2call::call
