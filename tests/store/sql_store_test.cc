#include "store/sql_store.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"
#include "store/database.h"
#include "store/journal.h"

namespace click2call::store {
namespace {

using base::Code;
using call::Call;
using call::CallReason;
using call::CallState;
using call::CallStatus;
using fakes::Fails;
using fakes::Must;
using fakes::Succeeds;

class SqlStoreTest : public testing::Test {
 protected:
  void Insert(const Call& call) { ASSERT_TRUE(Succeeds(store_->Insert(call, {}))); }
  bool Advance(const base::CallId& id, const CallState& state, std::int64_t at = 5) {
    return Must(store_->Advance(id, state, At(at)));
  }
  Call Found(const base::CallId& id) { return Must(store_->Find(id)).value(); }

  // As a whole: nothing is cut, and nothing is left of it.
  void ExpectRefused(const Call& call) {
    const auto inserted = store_->Insert(call, {});
    ASSERT_TRUE(Fails(inserted, Code::kStoreUnavailable));
    EXPECT_EQ(inserted.Why().message,
              "cannot record the call: a value of it is longer than the journal's column, or no "
              "UTF-8");
    EXPECT_FALSE(Must(store_->Find(call.id)));
  }

  std::vector<std::string> Ids(base::Result<std::vector<Call>> calls) {
    std::vector<std::string> ids;
    for (const Call& call : Must(std::move(calls))) ids.push_back(call.id.Text());
    return ids;
  }
  static std::vector<std::string> IdsOf(const std::vector<std::uint32_t>& numbers) {
    std::vector<std::string> ids;
    for (const auto number : numbers) ids.push_back(IdOf(number).Text());
    return ids;
  }

  std::unique_ptr<call::CallStore> store_ = NewStore();
};

TEST_F(SqlStoreTest, KeepsEveryFieldOfACall) {
  Call call = CallOf(1);
  call.caller = "tel 1003";
  call.callee = "+49 89";
  call.caller_exten = "1003-as-dialled";
  call.callee_exten = "04989";
  call.user = "Ünïcode'; DROP TABLE calls; --";
  call.address = "fe80::1";
  call.pbx = "second";
  call.token = "the token";
  call.sink = "https://crm.example/?a=b&c=%20";
  call.sink_token = "the sink's token";
  call.key = "the client's key";
  call.link_id = "the link's jti";
  call.state = {CallStatus::kDisconnected, CallReason::kHangUp, At(12), At(-13)};
  Insert(call);

  const Call found = Found(call.id);
  EXPECT_EQ(found.id, call.id);
  EXPECT_EQ(found.caller, call.caller);
  EXPECT_EQ(found.callee, call.callee);
  EXPECT_EQ(found.caller_exten, call.caller_exten);
  EXPECT_EQ(found.callee_exten, call.callee_exten);
  EXPECT_EQ(found.user, call.user);
  EXPECT_EQ(found.address, call.address);
  EXPECT_EQ(found.pbx, call.pbx);
  EXPECT_EQ(found.token, call.token);
  EXPECT_EQ(found.sink, call.sink);
  EXPECT_EQ(found.sink_token, call.sink_token);
  EXPECT_EQ(found.key, call.key);
  EXPECT_EQ(found.link_id, call.link_id);
  EXPECT_EQ(found.created_at, call.created_at);
  EXPECT_EQ(found.state, call.state);
}

TEST_F(SqlStoreTest, KeepsEveryStatusAndEveryReason) {
  std::uint32_t number = 0;
  for (int status = 0; status <= static_cast<int>(CallStatus::kFailed); ++status) {
    Call call = CallOf(++number);
    call.state = Is(static_cast<CallStatus>(status));
    Insert(call);
    EXPECT_EQ(Found(call.id).state.status, call.state.status);
  }
  for (int reason = 0; reason <= static_cast<int>(CallReason::kOther); ++reason) {
    Call call = CallOf(++number);
    call.state = Ended(static_cast<CallReason>(reason), 3);
    Insert(call);
    EXPECT_EQ(Found(call.id).state, call.state);
  }
}

TEST_F(SqlStoreTest, KeepsBytesThatAreNoTextUnlessAServerRefusesThem) {
  Call call = CallOf(1);
  call.user = "a\xff\xc3(\xed\xa0\x80\x01\r\n\"";
  if (!ServerUnderTest().empty()) {
    ExpectRefused(call);
    call.user = "a\x01\r\n\"' ";
  }
  Insert(call);
  EXPECT_EQ(Found(call.id).user, call.user);
  EXPECT_EQ(Must(store_->List({.user = call.user})).size(), 1U);
  EXPECT_EQ(Must(store_->List({.user = "a"})).size(), 0U);
}

TEST_F(SqlStoreTest, KeepsLongValuesUnlessAServerRefusesThem) {
  Call call = CallOf(1);
  call.sink = std::string(100'000, 's');
  if (!ServerUnderTest().empty()) {
    ExpectRefused(call);
    call.sink = std::string(2048, 's');
  }
  Insert(call);
  EXPECT_EQ(Found(call.id).sink, call.sink);
}

TEST_F(SqlStoreTest, RefusesANulByteInAnyValue) {
  const std::string nul("alice\0bob", 9);
  for (std::string Call::*field :
       {&Call::caller, &Call::callee, &Call::caller_exten, &Call::callee_exten, &Call::user,
        &Call::address, &Call::pbx, &Call::token, &Call::sink, &Call::sink_token, &Call::key,
        &Call::link_id}) {
    Call call = CallOf(1);
    call.*field = nul;
    EXPECT_TRUE(Fails(store_->Insert(call, {}), Code::kStoreUnavailable));
  }
  Insert(CallOf(1));
  EXPECT_EQ(Must(store_->List({.user = nul})).size(), 0U);
}

TEST_F(SqlStoreTest, KeepsWhyACallDidNotComeAbout) {
  Insert(CallOf(1));
  Insert(CallOf(2));
  EXPECT_TRUE(Succeeds(store_->Explain(IdOf(1), "it's \"down\"")));
  EXPECT_EQ(Must(store_->Find(IdOf(1)))->why, "it's \"down\"");
  EXPECT_EQ(Must(store_->Find(IdOf(2)))->why, "");
}

TEST_F(SqlStoreTest, KnowsNothingOfACallThatWasNeverInserted) {
  EXPECT_EQ(Must(store_->Find(IdOf(1))), std::nullopt);
  EXPECT_FALSE(Advance(IdOf(1), Is(CallStatus::kConnected)));
  EXPECT_TRUE(Succeeds(store_->SetPbx(IdOf(1), "second")));
  EXPECT_EQ(Must(store_->Find(IdOf(1))), std::nullopt);
}

TEST_F(SqlStoreTest, TakesAnIdOnce) {
  Insert(CallOf(1));
  EXPECT_TRUE(Fails(store_->Insert(CallOf(1), {}), Code::kStoreUnavailable));
  EXPECT_EQ(Must(store_->List({})).size(), 1U);
}

TEST_F(SqlStoreTest, InsertOnceNamesTheCallThatTheTwoHave) {
  Insert(CallOf(1));
  const auto second = store_->Insert(CallOf(2), kOnce);
  EXPECT_TRUE(Fails(second, Code::kAlreadyExists));
  EXPECT_EQ(second.Why().call_id, IdOf(1).Text());
  EXPECT_EQ(Must(store_->Find(IdOf(2))), std::nullopt);

  Insert(CallOf(3));  // who does not ask for it may
}

TEST_F(SqlStoreTest, InsertOnceMindsOnlyCallsOfTheSameTwoThatAreNotOver) {
  for (const auto status : {CallStatus::kInitiating, CallStatus::kCallingCaller,
                            CallStatus::kCallingCallee, CallStatus::kConnected}) {
    Call call = CallOf(1 + static_cast<std::uint32_t>(status));
    call.callee_exten = "to " + std::to_string(static_cast<int>(status));
    Insert(call);
    Advance(call.id, Is(status));
    Call again = call;
    again.id = IdOf(90);
    EXPECT_TRUE(Fails(store_->Insert(again, kOnce), Code::kAlreadyExists));
    Call back = again;
    std::swap(back.caller_exten, back.callee_exten);
    back.id = IdOf(100 + static_cast<std::uint32_t>(status));
    EXPECT_TRUE(Succeeds(store_->Insert(back, kOnce)));
  }
  Insert(CallOf(200));
  Advance(IdOf(200), Ended(CallReason::kHangUp, 7));
  EXPECT_TRUE(Succeeds(store_->Insert(CallOf(201), kOnce)));
  Advance(IdOf(201), Is(CallStatus::kFailed));
  EXPECT_TRUE(Succeeds(store_->Insert(CallOf(202), kOnce)));
}

TEST_F(SqlStoreTest, ACallGoesToAnotherPbx) {
  Insert(CallOf(1));
  Insert(CallOf(2));
  EXPECT_TRUE(Succeeds(store_->SetPbx(IdOf(1), "second")));
  EXPECT_EQ(Found(IdOf(1)).pbx, "second");
  EXPECT_EQ(Found(IdOf(2)).pbx, "main");
}

TEST_F(SqlStoreTest, ACallGoesForwardOnly) {
  std::uint32_t number = 0;
  for (int from = 0; from <= static_cast<int>(CallStatus::kFailed); ++from) {
    for (int to = 0; to <= static_cast<int>(CallStatus::kFailed); ++to) {
      Call call = CallOf(++number);
      call.state.status = static_cast<CallStatus>(from);
      Insert(call);
      const CallState before = Found(call.id).state;

      CallState state = Is(static_cast<CallStatus>(to));
      if (state.status == CallStatus::kDisconnected) state = Ended(CallReason::kOther, 9);
      if (state.status == CallStatus::kFailed) state.ended_at = At(9);
      const bool may = from < to && !IsOver(before.status);
      EXPECT_EQ(Advance(call.id, state), may) << from << " to " << to;
      EXPECT_EQ(Found(call.id).state, may ? state : before) << from << " to " << to;
    }
  }
}

TEST_F(SqlStoreTest, OfSeveralThatSawTheSameOneMovesTheCall) {
  Insert(CallOf(1));
  EXPECT_TRUE(Advance(IdOf(1), Ended(CallReason::kCallerBusy, 5)));
  EXPECT_FALSE(Advance(IdOf(1), Ended(CallReason::kCallerBusy, 6)));
  EXPECT_FALSE(Advance(IdOf(1), Ended(CallReason::kOther, 7)));
  EXPECT_EQ(Found(IdOf(1)).state, Ended(CallReason::kCallerBusy, 5));
}

TEST_F(SqlStoreTest, TheFirstAnswerIsKept) {
  Insert(CallOf(1));
  EXPECT_TRUE(Advance(IdOf(1), {.status = CallStatus::kConnected, .answered_at = At(20)}));
  CallState end = Ended(CallReason::kHangUp, 30);
  end.answered_at = At(25);
  EXPECT_TRUE(Advance(IdOf(1), end));
  end.answered_at = At(20);
  EXPECT_EQ(Found(IdOf(1)).state, end);
}

TEST_F(SqlStoreTest, AnAnswerThatIsTakenLateStillCounts) {
  Insert(CallOf(1));
  EXPECT_TRUE(Advance(IdOf(1), Is(CallStatus::kConnected)));
  CallState end = Ended(CallReason::kHangUp, 30);
  end.answered_at = At(25);
  EXPECT_TRUE(Advance(IdOf(1), end));
  EXPECT_EQ(Found(IdOf(1)).state, end);
}

TEST_F(SqlStoreTest, OnlyTheCallThatIsNamedMoves) {
  Insert(CallOf(1));
  Insert(CallOf(2));
  EXPECT_TRUE(Advance(IdOf(1), Is(CallStatus::kConnected)));
  EXPECT_EQ(Found(IdOf(2)).state, CallState{});
}

TEST_F(SqlStoreTest, EndsACallWhenItHappenedIfNobodySaysWhen) {
  Insert(CallOf(1));
  EXPECT_TRUE(Advance(IdOf(1), Is(CallStatus::kFailed), 44));
  EXPECT_EQ(Found(IdOf(1)).state.ended_at, At(44));
}

TEST_F(SqlStoreTest, ListsTheNewestFirst) {
  for (const std::uint32_t number : {2U, 1U, 3U}) Insert(CallOf(number));
  EXPECT_EQ(Ids(store_->List({})), IdsOf({3, 2, 1}));
  EXPECT_EQ(Ids(store_->List({.limit = 2})), IdsOf({3, 2}));
  EXPECT_EQ(Ids(store_->List({.before = IdOf(2)})), IdsOf({1}));
  EXPECT_EQ(Ids(store_->List({.before = IdOf(1)})), IdsOf({}));
  EXPECT_EQ(Ids(store_->List({.limit = 0})), IdsOf({}));
  EXPECT_EQ(Ids(store_->List({.limit = static_cast<std::size_t>(-1)})), IdsOf({3, 2, 1}));
}

TEST_F(SqlStoreTest, ListsTheCallsOfOneUserOrOfOneAddressWithoutUser) {
  for (std::uint32_t number = 1; number <= 8; ++number) {
    Call call = CallOf(number);
    call.user = number % 2 == 0 ? "" : number < 5 ? "alice" : "bob";
    call.address = number < 5 ? "10.0.0.1" : "10.0.0.2";
    Insert(call);
  }
  EXPECT_EQ(Ids(store_->List({.user = "alice"})), IdsOf({3, 1}));
  EXPECT_EQ(Ids(store_->List({.user = "Alice"})), IdsOf({}));
  EXPECT_EQ(Ids(store_->List({.user = ""})), IdsOf({8, 6, 4, 2}));
  EXPECT_EQ(Ids(store_->List({.address = "10.0.0.1"})), IdsOf({4, 2}));
  EXPECT_EQ(Ids(store_->List({.user = "", .address = "10.0.0.1"})), IdsOf({4, 2}));
  EXPECT_EQ(Ids(store_->List({.user = "alice", .address = "10.0.0.1"})), IdsOf({}));
  EXPECT_EQ(Ids(store_->List({.user = "alice", .before = IdOf(3), .limit = 1})), IdsOf({1}));
  EXPECT_EQ(Ids(store_->List({.address = "10.0.0.2", .before = IdOf(8)})), IdsOf({6}));
}

TEST_F(SqlStoreTest, ListsThoseThatFailedAmongTheOthers) {
  for (std::uint32_t number = 1; number <= 6; ++number) {
    Insert(CallOf(number));
    if (number % 2 == 0) Advance(IdOf(number), Is(CallStatus::kFailed));
  }
  for (const call::CallQuery& query :
       {call::CallQuery{.user = "alice"}, call::CallQuery{.callee_exten = "1006"}}) {
    call::CallQuery some = query;
    EXPECT_EQ(Ids(store_->List(some)), IdsOf({6, 5, 4, 3, 2, 1}));
    some.before = IdOf(6);
    some.limit = 2;
    EXPECT_EQ(Ids(store_->List(some)), IdsOf({5, 4}));
  }
}

TEST_F(SqlStoreTest, ListsTheCallsThatAreNotOverAndThoseToOneCallee) {
  for (std::uint32_t number = 1; number <= 6; ++number) {
    Call call = CallOf(number);
    call.user = number < 5 ? "alice" : "";
    call.callee_exten = number % 2 == 0 ? "1006" : "1007";
    Insert(call);
  }
  Advance(IdOf(2), Ended(CallReason::kHangUp, 9));
  Advance(IdOf(3), Is(CallStatus::kConnected));
  Advance(IdOf(5), Is(CallStatus::kFailed));
  EXPECT_EQ(Ids(store_->List({.open = true})), IdsOf({6, 4, 3, 1}));
  EXPECT_EQ(Ids(store_->List({.open = true, .before = IdOf(4), .limit = 1})), IdsOf({3}));
  EXPECT_EQ(Ids(store_->List({.callee_exten = "1006"})), IdsOf({6, 4, 2}));
  EXPECT_EQ(Ids(store_->List({.callee_exten = "1006", .open = true})), IdsOf({6, 4}));
  EXPECT_EQ(Ids(store_->List({.user = "alice", .open = true})), IdsOf({4, 3, 1}));
  EXPECT_EQ(Ids(store_->List({.user = "alice", .callee_exten = "1007"})), IdsOf({3, 1}));
  EXPECT_EQ(Ids(store_->List({.user = "", .callee_exten = "1007"})), IdsOf({5}));
  EXPECT_EQ(Ids(store_->List({.address = "10.0.0.15", .callee_exten = "1006", .open = true})),
            IdsOf({6}));
}

TEST_F(SqlStoreTest, KeepsTheFirstOfTheSharedKeysOfAName) {
  EXPECT_EQ(Must(store_->SharedKey("confirm", "first")), "first");
  EXPECT_EQ(Must(store_->SharedKey("confirm", "second")), "first");
  EXPECT_EQ(Must(store_->SharedKey("other", "second")), "second");
}

TEST_F(SqlStoreTest, PrunesOldCallsThoseWhoseEndNobodySawToo) {
  for (std::uint32_t number = 1; number <= 8; ++number) Insert(CallOf(number));
  for (const auto number : {1U, 2U, 4U, 5U, 7U, 8U}) {
    Advance(IdOf(number), Ended(CallReason::kHangUp, 9));
  }
  Advance(IdOf(3), Is(CallStatus::kFailed));
  const auto before = CallOf(7).created_at;
  EXPECT_EQ(Must(store_->Prune(before, 2)), 2U);
  EXPECT_EQ(Ids(store_->List({})), IdsOf({8, 7, 6, 5, 4, 3}));
  EXPECT_EQ(Must(store_->Prune(before, 100)), 4U);
  EXPECT_EQ(Ids(store_->List({})), IdsOf({8, 7}));
  EXPECT_EQ(Must(store_->Prune(before, 100)), 0U);
  EXPECT_EQ(Must(store_->Prune(At(-5), 100)), 0U);
}

TEST_F(SqlStoreTest, UnsettledAreTheCallsOfThatPbxThatAreNotOver) {
  for (std::uint32_t number = 1; number <= 6; ++number) Insert(CallOf(number));
  Advance(IdOf(2), Ended(CallReason::kOther, 9));
  Advance(IdOf(3), Is(CallStatus::kConnected));
  EXPECT_TRUE(Succeeds(store_->SetPbx(IdOf(4), "second")));
  Advance(IdOf(6), Is(CallStatus::kFailed));
  EXPECT_EQ(Ids(store_->Unsettled("main", {}, 10)), IdsOf({1, 3, 5}));
  EXPECT_EQ(Ids(store_->Unsettled("main", {}, 2)), IdsOf({1, 3}));
  EXPECT_EQ(Ids(store_->Unsettled("main", IdOf(1), 10)), IdsOf({3, 5}));
  EXPECT_EQ(Ids(store_->Unsettled("second", {}, 10)), IdsOf({4}));
  EXPECT_EQ(Ids(store_->Unsettled("third", {}, 10)), IdsOf({}));
}

class NotificationTest : public SqlStoreTest {
 protected:
  Call WithSink(std::uint32_t number) {
    Call call = CallOf(number);
    call.sink = "https://crm.example/told";
    call.sink_token = "s3cret";
    return call;
  }
  std::vector<call::Notification> Claim(std::int64_t now, std::int64_t until,
                                        std::size_t limit = 100) {
    return Must(store_->ClaimNotifications(At(now), At(until), limit));
  }
};

TEST_F(NotificationTest, EveryChangeOfACallWithASinkIsTold) {
  Insert(WithSink(1));
  Insert(CallOf(2));
  for (const std::uint32_t number : {1U, 2U}) {
    EXPECT_TRUE(Advance(IdOf(number), Is(CallStatus::kCallingCaller), 10));
    EXPECT_TRUE(Advance(IdOf(number), {CallStatus::kConnected, {}, At(11), {}}, 11));
    EXPECT_FALSE(Advance(IdOf(number), Is(CallStatus::kCallingCallee), 12));
    EXPECT_TRUE(Advance(IdOf(number), Ended(CallReason::kHangUp, 13), 13));
  }
  const auto told = Claim(20, 30);
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].call.state, Is(CallStatus::kCallingCaller));
  EXPECT_EQ(told[1].call.state, (CallState{CallStatus::kConnected, {}, At(11), {}}));
  EXPECT_EQ(told[2].call.state,
            (CallState{CallStatus::kDisconnected, CallReason::kHangUp, At(11), At(13)}));
  EXPECT_EQ(told[2].happened_at, At(13));
  EXPECT_EQ(told[2].call.id, IdOf(1));
  EXPECT_EQ(told[2].call.sink_token, "s3cret");
  EXPECT_NE(told[0].id, told[1].id);
}

TEST_F(NotificationTest, ChangesAtOneMomentAreToldInTheirOrder) {
  Insert(WithSink(1));
  for (const auto status :
       {CallStatus::kCallingCaller, CallStatus::kCallingCallee, CallStatus::kConnected}) {
    Advance(IdOf(1), Is(status), 10);
  }
  const auto told = Claim(10, 20);
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].call.state.status, CallStatus::kCallingCaller);
  EXPECT_EQ(told[2].call.state.status, CallStatus::kConnected);
}

TEST_F(NotificationTest, AClaimHoldsUntilItsTimeIsOver) {
  Insert(WithSink(1));
  Advance(IdOf(1), Is(CallStatus::kConnected), 10);
  EXPECT_EQ(Claim(9, 99).size(), 0U);

  const auto first = Claim(10, 50);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].tries, 1);
  EXPECT_EQ(Claim(49, 99).size(), 0U);

  const auto second = Claim(50, 99);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].tries, 2);
  EXPECT_EQ(second[0].id, first[0].id);
}

TEST_F(NotificationTest, TheOldestAreClaimedFirstAndAtMostTheLimit) {
  for (const std::uint32_t number : {1U, 2U, 3U}) {
    Insert(WithSink(number));
    Advance(IdOf(number), Is(CallStatus::kConnected), 100 - number);
  }
  EXPECT_EQ(Claim(200, 300, 1)[0].call.id, IdOf(3));
  const auto rest = Claim(200, 300, 5);
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0].call.id, IdOf(2));
}

TEST_F(NotificationTest, IsGoneOnceDroppedAndWaitsOncePutOff) {
  Insert(WithSink(1));
  Advance(IdOf(1), Is(CallStatus::kConnected), 10);
  const std::string id = Claim(10, 20)[0].id;
  EXPECT_TRUE(Succeeds(store_->PutOffNotification(id, At(500), 1)));
  EXPECT_EQ(Claim(499, 600).size(), 0U);
  EXPECT_EQ(Claim(500, 600).size(), 1U);
  EXPECT_TRUE(Succeeds(store_->DropNotification(id)));
  EXPECT_EQ(Claim(9999, 10000).size(), 0U);
  EXPECT_TRUE(Succeeds(store_->DropNotification(id)));
  EXPECT_TRUE(Succeeds(store_->PutOffNotification(id, At(1), 1)));
}

TEST_F(NotificationTest, HasTheTriesThatItWasPutOffWith) {
  for (const std::uint32_t number : {1U, 2U}) {
    Insert(WithSink(number));
    Advance(IdOf(number), Is(CallStatus::kConnected), number);
  }
  const auto claimed = Claim(10, 20);
  ASSERT_EQ(claimed.size(), 2U);
  EXPECT_TRUE(Succeeds(store_->PutOffNotification(claimed[0].id, At(20), 0)));
  EXPECT_TRUE(Succeeds(store_->PutOffNotification(claimed[1].id, At(20), 7)));
  const auto again = Claim(20, 30);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].tries, 1);
  EXPECT_EQ(again[1].tries, 8);
}

TEST_F(NotificationTest, GoWithTheirCall) {
  for (const std::uint32_t number : {1U, 2U}) {
    Insert(WithSink(number));
    Advance(IdOf(number), Is(CallStatus::kCallingCaller), number);
    Advance(IdOf(number), Ended(CallReason::kOther, 9), 9);
  }
  EXPECT_EQ(Must(store_->Prune(CallOf(2).created_at, 10)), 1U);
  for (const auto& told : Claim(100, 200)) EXPECT_EQ(told.call.id, IdOf(2));
  Insert(WithSink(1));  // and whatever was left of the first would be claimed again
  EXPECT_EQ(Claim(300, 400).size(), 2U);
}

TEST_F(NotificationTest, BeyondTheLimitTheOldestAreDropped) {
  store_ = std::make_unique<SqlStore>(NewDatabase(), 3);
  for (std::uint32_t number = 1; number <= 5; ++number) {
    Insert(WithSink(number));
    EXPECT_TRUE(Advance(IdOf(number), Is(CallStatus::kConnected), number));
  }
  const auto told = Claim(100, 200);
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].call.id, IdOf(3));
  EXPECT_EQ(told[2].call.id, IdOf(5));
}

}  // namespace
}  // namespace click2call::store
