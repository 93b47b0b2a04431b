// What a call has to pass before it is recorded.

#include "store/admission.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/results.h"
#include "store/journal.h"

namespace click2call::store {
namespace {

using base::Code;
using call::Admission;
using call::Call;
using call::CallReason;
using call::CallStatus;
using call::Quota;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const base::WallTime kStart = At(1'700'000'000'000);

// A call of alice from 1003 to 1006, unlike any other.
Call NewCall(base::WallTime at = kStart) {
  static std::atomic<std::uint16_t> calls = 0;
  const std::uint16_t number = ++calls;
  const auto id =
      base::CallId::Make(at, {0, 0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(number >> 8U),
                              static_cast<std::uint8_t>(number & 255U)});
  Call call = CallOf(0);
  call.id = id;
  call.created_at = at;
  return call;
}
Call NewCall(std::chrono::milliseconds after) { return NewCall(kStart + after); }

Call To(const std::string& callee, Call call) {
  call.callee_exten = callee;
  return call;
}
Call By(const std::string& user, Call call) {
  call.user = user;
  return call;
}
Call From(const std::string& address, Call call) {
  call.user = "";
  call.address = address;
  return call;
}
Call WithKey(const std::string& key, Call call) {
  call.key = key;
  return call;
}
Call WithLink(const std::string& link, Call call) {
  call.link_id = link;
  return call;
}

Admission OfAsker(const Quota& quota) { return {.limits = {.asker = quota}}; }
Admission ToCallee(const Quota& quota) { return {.limits = {.callee = quota}}; }
Admission OfAll(const Quota& quota) { return {.limits = {.total = quota}}; }
Admission Duplicates(seconds duration) { return {.limits = {.duplicate = duration}}; }

class AdmissionTest : public testing::Test {
 protected:
  using Inserted = base::Result<std::optional<Call>>;

  // What becomes of a call: "new", the number of the one that it is, or the error.
  Inserted Insert(const Call& call, const Admission& admission = {}) {
    return store_->Insert(call, admission);
  }
  bool IsNew(const Call& call, const Admission& admission = {}) {
    const auto inserted = Must(Insert(call, admission));
    EXPECT_EQ(Must(store_->Find(call.id)).has_value(), !inserted);
    return !inserted;
  }
  Call New(const Call& call) {
    EXPECT_TRUE(IsNew(call));
    return call;
  }
  // That it is `first` again, with everything that is known of it, and that nothing was written.
  bool Is(const Call& first, const Call& call, const Admission& admission = {}) {
    const auto inserted = Must(Insert(call, admission));
    EXPECT_FALSE(Must(store_->Find(call.id)));
    return inserted && inserted->id == first.id && inserted->token == first.token;
  }
  bool Refuses(const Call& call, const Admission& admission, Code code, const std::string& why,
               seconds retry_after = {}) {
    const auto inserted = Insert(call, admission);
    EXPECT_FALSE(Must(store_->Find(call.id)));
    if (!Fails(inserted, code)) return false;
    EXPECT_TRUE(Has(inserted.Why().message, why));
    EXPECT_EQ(inserted.Why().retry_after, retry_after);
    return true;
  }
  void End(const Call& call) {
    EXPECT_TRUE(Must(store_->Advance(call.id, Ended(CallReason::kHangUp, 9), At(9))));
  }
  void Fail(const Call& call) {
    EXPECT_TRUE(Must(store_->Advance(call.id, store::Is(CallStatus::kFailed), At(9))));
  }

  std::unique_ptr<call::CallStore> store_ = NewStore();
};

TEST_F(AdmissionTest, WithoutLimitsEveryCallIsNew) {
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(IsNew(NewCall()));
}

TEST_F(AdmissionTest, ALinkIsUsedOnce) {
  const Call first = New(WithLink("jti", NewCall()));
  const auto again = Insert(WithLink("jti", NewCall(hours(1000))));
  ASSERT_TRUE(Fails(again, Code::kPermissionDenied));
  EXPECT_TRUE(Has(again.Why().message, "this link was used already"));
  EXPECT_EQ(again.Why().call_id, first.id.Text());
  EXPECT_TRUE(IsNew(WithLink("another", NewCall())));
  EXPECT_TRUE(IsNew(NewCall()));
}

TEST_F(AdmissionTest, WhoUsedALinkIsNobodyElsesBusiness) {
  New(WithLink("jti", NewCall()));
  for (const Call& other : {By("bob", NewCall()), From("10.0.0.15", NewCall())}) {
    const auto again = Insert(WithLink("jti", other));
    ASSERT_TRUE(Fails(again, Code::kPermissionDenied));
    EXPECT_EQ(again.Why().call_id, "");
  }
}

TEST_F(AdmissionTest, AKeyIsTheSameCallForADay) {
  const Call first = New(WithKey("k", NewCall()));
  EXPECT_TRUE(Is(first, WithKey("k", NewCall())));
  EXPECT_TRUE(Is(first, WithKey("k", NewCall(hours(24)))));
  End(first);
  EXPECT_TRUE(Is(first, WithKey("k", NewCall(hours(1)))));
  EXPECT_TRUE(IsNew(WithKey("k", NewCall(hours(24) + milliseconds(1)))));
  EXPECT_TRUE(IsNew(WithKey("K", NewCall())));
  EXPECT_TRUE(IsNew(WithKey("", NewCall())));
  EXPECT_TRUE(IsNew(WithKey("", NewCall())));
}

TEST_F(AdmissionTest, AKeyIsItsAskersOwn) {
  New(WithKey("k", NewCall()));
  EXPECT_TRUE(IsNew(WithKey("k", By("bob", NewCall()))));
  EXPECT_TRUE(IsNew(WithKey("k", From("10.0.0.15", NewCall()))));
  EXPECT_TRUE(IsNew(WithKey("k", From("10.0.0.16", NewCall()))));
  EXPECT_FALSE(IsNew(WithKey("k", From("10.0.0.16", NewCall()))));
}

TEST_F(AdmissionTest, AKeyForAnotherCallIsAnError) {
  New(WithKey("k", NewCall()));
  EXPECT_TRUE(Refuses(To("1007", WithKey("k", NewCall())), {}, Code::kKeyReused, "1003 to 1006"));
  Call other = WithKey("k", NewCall());
  other.caller_exten = "1004";
  EXPECT_TRUE(Refuses(other, {}, Code::kKeyReused, "1003 to 1006"));
}

TEST_F(AdmissionTest, TheSameClickIsTheSameCallForAWhile) {
  const auto five = Duplicates(seconds(5));
  const Call first = New(NewCall());
  EXPECT_TRUE(Is(first, NewCall(), five));
  EXPECT_TRUE(Is(first, NewCall(seconds(5)), five));
  EXPECT_TRUE(IsNew(To("1007", NewCall()), five));
  EXPECT_TRUE(IsNew(By("bob", NewCall()), five));
  EXPECT_TRUE(IsNew(From("10.0.0.15", NewCall()), five));
  Call from_another = NewCall();
  from_another.caller_exten = "1004";
  EXPECT_TRUE(IsNew(from_another, five));
  EXPECT_TRUE(IsNew(NewCall(milliseconds(5001)), five));
  EXPECT_TRUE(IsNew(NewCall(seconds(5)), Duplicates(seconds(0))));
}

TEST_F(AdmissionTest, OfSeveralClicksTheNewestIsMeant) {
  New(NewCall());
  const Call second = New(NewCall(seconds(1)));
  EXPECT_TRUE(Is(second, NewCall(seconds(2)), Duplicates(seconds(5))));
}

TEST_F(AdmissionTest, AClickWithAKeyOfItsOwnIsAnother) {
  const auto five = Duplicates(seconds(5));
  const Call first = New(WithKey("one", NewCall()));
  EXPECT_TRUE(Is(first, NewCall(), five));
  EXPECT_TRUE(Is(first, WithKey("one", NewCall()), five));
  EXPECT_TRUE(IsNew(WithKey("two", NewCall()), five));
  New(To("1007", NewCall()));
  EXPECT_TRUE(IsNew(To("1007", WithKey("three", NewCall())), five));
}

TEST_F(AdmissionTest, ALinkIsNoClickOfAnother) {
  New(NewCall());
  EXPECT_TRUE(IsNew(WithLink("jti", NewCall()), Duplicates(seconds(5))));
}

TEST_F(AdmissionTest, OnceIsNoQuestionOfTime) {
  Admission once = Duplicates(seconds(5));
  once.once = true;
  const Call first = New(NewCall());
  const auto again = Insert(NewCall(hours(100)), once);
  ASSERT_TRUE(Fails(again, Code::kAlreadyExists));
  EXPECT_EQ(again.Why().call_id, first.id.Text());
  End(first);
  EXPECT_TRUE(IsNew(NewCall(), once)) << "a call that is over is not the same click here";
}

TEST_F(AdmissionTest, SoManyCallsAMinuteAndADay) {
  const auto two = OfAsker({.per_minute = 2});
  New(NewCall());
  New(NewCall(seconds(20)));
  EXPECT_TRUE(Refuses(NewCall(seconds(30)), two, Code::kTooManyRequests, "(limits.per_minute)",
                      seconds(30)));
  EXPECT_TRUE(
      Refuses(NewCall(milliseconds(59'999)), two, Code::kTooManyRequests, "2 calls", seconds(1)));
  EXPECT_TRUE(IsNew(NewCall(seconds(60)), two));
  EXPECT_TRUE(Refuses(NewCall(seconds(60)), two, Code::kTooManyRequests, "(limits.per_minute)",
                      seconds(20)));
  EXPECT_TRUE(Refuses(NewCall(hours(23)), OfAsker({.per_day = 3}), Code::kTooManyRequests,
                      "no more than 3 calls a day (limits.per_day)", hours(1)));
  EXPECT_TRUE(IsNew(NewCall(hours(24)), OfAsker({.per_day = 3})));
}

TEST_F(AdmissionTest, WaitingAsLongAsSaidIsEnough) {
  const auto three = OfAsker({.per_minute = 3});
  for (const int at : {0, 1, 333, 1777, 5001}) New(NewCall(milliseconds(at)));
  for (const int at : {5001, 6000, 6999, 50'333}) {
    const Call call = NewCall(milliseconds(at));
    const auto refused = Insert(call, three);
    ASSERT_TRUE(Fails(refused, Code::kTooManyRequests));
    EXPECT_TRUE(Refuses(NewCall(call.created_at + refused.Why().retry_after - seconds(1)), three,
                        Code::kTooManyRequests, "per_minute", seconds(1)));
    const Call later = NewCall(call.created_at + refused.Why().retry_after);
    EXPECT_TRUE(IsNew(later, three));
    Fail(later);
  }
}

TEST_F(AdmissionTest, SoManyCallsAtOnce) {
  const auto two = OfAsker({.concurrent = 2});
  const Call first = New(NewCall());
  New(NewCall(minutes(10)));
  EXPECT_TRUE(Refuses(NewCall(hours(2)), two, Code::kTooManyCalls,
                      "no more than 2 calls at once (limits.concurrent)", seconds(5)));
  EXPECT_TRUE(IsNew(By("bob", NewCall()), two));
  End(first);
  EXPECT_TRUE(IsNew(NewCall(hours(2)), two));
}

TEST_F(AdmissionTest, ACallWhoseEndWasLostShutsNobodyOutForever) {
  New(NewCall());
  const auto one = OfAsker({.concurrent = 1});
  EXPECT_TRUE(Fails(Insert(NewCall(hours(23)), one), Code::kTooManyCalls));
  EXPECT_TRUE(IsNew(NewCall(hours(25)), one));
}

TEST_F(AdmissionTest, AnAskerIsAUserOrAnAddressWithoutOne) {
  const auto one = OfAsker({1, 1, 1});
  New(NewCall());
  EXPECT_TRUE(IsNew(From("10.0.0.15", NewCall()), one));
  EXPECT_FALSE(Insert(From("10.0.0.15", NewCall()), one).Ok());
  EXPECT_TRUE(IsNew(From("10.0.0.16", NewCall()), one));
  EXPECT_TRUE(IsNew(By("10.0.0.15", NewCall()), one));
  Call elsewhere = NewCall();
  elsewhere.address = "10.0.0.99";
  EXPECT_FALSE(Insert(elsewhere, one).Ok());
}

TEST_F(AdmissionTest, EachCalleeHasItsLimits) {
  for (const Quota& one : {Quota{.per_minute = 1}, Quota{.per_day = 1}, Quota{.concurrent = 1}}) {
    const std::string callee = std::to_string(one.per_minute) + std::to_string(one.per_day);
    New(To(callee, NewCall()));
    const auto over = Insert(To(callee, By("bob", NewCall())), ToCallee(one));
    ASSERT_FALSE(over.Ok());
    EXPECT_TRUE(Has(over.Why().message, "(limits.callee."));
    EXPECT_TRUE(IsNew(To(callee + "0", NewCall()), ToCallee(one)));
  }
}

TEST_F(AdmissionTest, SoHaveAllTogether) {
  New(NewCall());
  const Call other = To("1", From("::1", NewCall()));
  EXPECT_TRUE(Refuses(other, OfAll({.per_minute = 1}), Code::kTooManyRequests,
                      "1 calls a minute (limits.total.per_minute)", minutes(1)));
  EXPECT_TRUE(Refuses(other, OfAll({.per_day = 1}), Code::kTooManyRequests,
                      "(limits.total.per_day)", hours(24)));
  EXPECT_TRUE(Refuses(other, OfAll({.concurrent = 1}), Code::kTooManyCalls,
                      "(limits.total.concurrent)", seconds(5)));
  EXPECT_TRUE(IsNew(other, OfAll({2, 2, 2})));
}

TEST_F(AdmissionTest, TheFirstReasonIsTheOneThatIsGiven) {
  const Quota one{1, 1, 1};
  Admission all{.once = true,
                .limits = {.asker = one, .callee = one, .total = one, .duplicate = seconds(5)}};
  const Call first = New(WithKey("k", WithLink("jti", NewCall())));
  EXPECT_TRUE(
      Fails(Insert(WithKey("k", WithLink("jti", NewCall())), all), Code::kPermissionDenied));
  EXPECT_TRUE(Is(first, WithKey("k", NewCall()), all));
  EXPECT_TRUE(Fails(Insert(NewCall(), all), Code::kAlreadyExists));
  all.once = false;
  EXPECT_TRUE(Is(first, NewCall(), all));
  all.limits.duplicate = {};
  const auto expect = [&](const std::string& name) {
    EXPECT_TRUE(Has(Insert(NewCall(), all).Why().message, "(" + name + ")"));
  };
  for (const std::string name : {"limits.", "limits.callee.", "limits.total."}) {
    auto& quota = name == "limits."          ? all.limits.asker
                  : name == "limits.callee." ? all.limits.callee
                                             : all.limits.total;
    expect(name + "per_minute");
    quota.per_minute = 0;
    expect(name + "per_day");
    quota.per_day = 0;
    expect(name + "concurrent");
    quota.concurrent = 0;
  }
  EXPECT_TRUE(IsNew(NewCall(), all));
}

TEST_F(AdmissionTest, ACallThatFailedNeverCounts) {
  Fail(New(WithKey("k", WithLink("jti", NewCall()))));
  Call failed = WithKey("k", WithLink("jti", NewCall()));
  failed.state = {CallStatus::kFailed, {}, {}, kStart};
  New(failed);
  const Quota one{1, 1, 1};
  EXPECT_TRUE(IsNew(WithKey("k", WithLink("jti", NewCall())),
                    {.once = true, .limits = {one, one, one, seconds(5)}}));
}

TEST_F(AdmissionTest, AClockThatWasSetBackShutsNobodyOut) {
  const Quota two{2, 2, 0};
  const Admission all{.limits = {two, two, two, seconds(5)}};
  for (int i = 0; i < 5; ++i) New(NewCall(hours(1) + milliseconds(i)));
  EXPECT_TRUE(IsNew(NewCall(), all));
  EXPECT_TRUE(IsNew(NewCall(seconds(6)), all));
  EXPECT_FALSE(Insert(NewCall(seconds(12)), all).Ok());
}

TEST_F(AdmissionTest, ButACallThatGoesOnIsOneWheneverItBegan) {
  New(NewCall(hours(1)));
  EXPECT_TRUE(Fails(Insert(NewCall(), OfAsker({.concurrent = 1})), Code::kTooManyCalls));
}

TEST_F(AdmissionTest, OneWhoCameLaterAndWasFasterCounts) {
  New(NewCall(seconds(10)));
  EXPECT_TRUE(Refuses(NewCall(), OfAsker({.per_minute = 1}), Code::kTooManyRequests, "per_minute",
                      seconds(70)));
}

TEST_F(AdmissionTest, KeysAndLinksHaveNoNulByte) {
  const std::string nul("a\0b", 3);
  EXPECT_TRUE(Fails(Insert(WithKey(nul, NewCall())), Code::kStoreUnavailable));
  EXPECT_TRUE(Fails(Insert(WithLink(nul, NewCall())), Code::kStoreUnavailable));
}

class AdmissionSharingTest : public JournalTest {
 protected:
  static constexpr int kLimit = 10;
  // 8 threads with a store each, or with one for all, each of which tries 20 calls.
  template <class StoreOf>
  int Admitted(const StoreOf& store_of, const Admission& admission) {
    std::atomic<int> admitted = 0;
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        const std::shared_ptr<call::CallStore> store = store_of();
        for (int n = 0; n < 20; ++n) {
          const auto inserted = store->Insert(NewCall(std::chrono::system_clock::now()), admission);
          if (inserted.Ok() && !inserted.Value()) ++admitted;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    return admitted;
  }
};

TEST_F(AdmissionSharingTest, OfManyThreadsAtOnceNeverOneTooManyGetsThrough) {
  std::shared_ptr<call::CallStore> shared = Open();
  EXPECT_EQ(Admitted([&] { return shared; }, OfAll({.per_minute = kLimit})), kLimit);
}

TEST_F(AdmissionSharingTest, NorOfManyStoresOnOneFile) {
  Open().reset();
  const auto own = [&] { return std::shared_ptr<call::CallStore>(Open()); };
  EXPECT_EQ(Admitted(own, OfAsker({.concurrent = kLimit})), kLimit);
}

TEST_F(AdmissionSharingTest, OfManyClicksAtOnceOneIsNew) {
  std::shared_ptr<call::CallStore> shared = Open();
  EXPECT_EQ(Admitted([&] { return shared; }, Duplicates(seconds(30))), 1);
}

TEST_F(AdmissionSharingTest, NorOfManyProcesses) {
  Open().reset();
  std::vector<pid_t> children;
  children.reserve(4);
  for (int i = 0; i < 4; ++i) {
    children.push_back(Fork([&] {
      const auto store = Open();
      for (std::uint32_t n = 0; n < 10; ++n) {
        const auto pid = static_cast<std::uint32_t>(getpid());
        Call call = CallOf(0);
        call.created_at = std::chrono::system_clock::now();
        call.id = base::CallId::Make(
            call.created_at, {static_cast<std::uint8_t>(pid), static_cast<std::uint8_t>(pid >> 8U),
                              static_cast<std::uint8_t>(n)});
        const auto inserted = store->Insert(call, OfAll({.per_day = kLimit}));
        if (!inserted.Ok() && inserted.Why().code != Code::kTooManyRequests) return false;
      }
      return true;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(StatusOf(child), 0);
  EXPECT_EQ(Must(Open()->List({})).size(), kLimit);
}

}  // namespace
}  // namespace click2call::store
