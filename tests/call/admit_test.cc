#include "call/admit.h"

#include <string>

#include <gtest/gtest.h>

#include "call/make_request.h"
#include "call/place_call.h"
#include "call/read_config.h"
#include "fakes/fake_world.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Must;
using fakes::Succeeds;

class AdmitTest : public testing::Test {
 protected:
  base::Result<Placed> Place(const std::string& to, const std::string& user = "ann") {
    CallRequest request = MakeRequest(to, "", user);
    request.address = "10.0.0.7";
    return PlaceCall(ReadConfig("[limits]\n" + limits_), request, world_.World());
  }

  void EndsUnseen() {
    world_.followed = false;
    world_.dialer.SetLook(
        Look{{}, {CallStatus::kDisconnected, CallReason::kOther, {}, world_.clock.WallNow()}});
  }

  std::string limits_;
  fakes::FakeWorld world_;
};

TEST_F(AdmitTest, TheSameClickAgainIsTheSameCallAndDialledOnce) {
  const Placed first = Must(Place("1006"));
  EXPECT_FALSE(first.again);
  const Placed second = Must(Place("10-06"));
  EXPECT_TRUE(second.again);
  EXPECT_EQ(second.call.id, first.call.id);
  EXPECT_EQ(world_.dialer.Plans().size(), 1U);
  EXPECT_FALSE(Must(Place("1007")).again);
  EXPECT_FALSE(Must(Place("1006", "bob")).again) << "somebody else's click";
}

TEST_F(AdmitTest, AClickAgainOnAPhoneThatCouldNotBeRungIsTheSameError) {
  world_.dialer.SetOutcome(Dialled{
      {CallStatus::kDisconnected, CallReason::kCallerBusy, {}, world_.clock.WallNow()}, "main"});
  const auto first = Place("1006");
  ASSERT_TRUE(Fails(first, Code::kCallerNotAvailable));
  const auto second = Place("1006");
  ASSERT_TRUE(Fails(second, Code::kCallerNotAvailable));
  EXPECT_EQ(second.Why().call_id, first.Why().call_id);
  EXPECT_EQ(second.Why().message, first.Why().message);
  EXPECT_EQ(world_.dialer.Plans().size(), 1U);
}

TEST_F(AdmitTest, AfterACallThatNoPbxTookOneMayClickAtOnce) {
  world_.dialer.SetOutcome(base::Error{Code::kPbxUnavailable, "down"});
  ASSERT_TRUE(Fails(Place("1006"), Code::kPbxUnavailable));
  world_.dialer.SetOutcome(Dialled{{CallStatus::kCallingCaller}, "main"});
  EXPECT_FALSE(Must(Place("1006")).again);
}

TEST_F(AdmitTest, TooManyCallsAtOnceAreRefusedAndNotDialled) {
  ASSERT_TRUE(Succeeds(Place("1006")));
  ASSERT_TRUE(Succeeds(Place("1007")));
  ASSERT_TRUE(Succeeds(Place("1008")));
  const auto fourth = Place("1009");
  ASSERT_TRUE(Fails(fourth, Code::kTooManyCalls));
  EXPECT_GT(fourth.Why().retry_after.count(), 0);
  EXPECT_EQ(world_.dialer.Plans().size(), 3U);
  EXPECT_TRUE(Succeeds(Place("1009", "bob")));
}

TEST_F(AdmitTest, ACallWhoseEndNobodySawIsNoneThatGoesOn) {
  world_.followed = false;
  for (const auto* to : {"1006", "1007", "1008"}) ASSERT_TRUE(Succeeds(Place(to)));
  EndsUnseen();
  EXPECT_TRUE(Succeeds(Place("1009")));
}

TEST_F(AdmitTest, TheLimitsOfAPhoneAndOfAllAskTheSameWay) {
  limits_ = "concurrent = 0\ncallee = { concurrent = 1 }\n";
  world_.followed = false;
  ASSERT_TRUE(Succeeds(Place("1006", "ann")));
  EXPECT_TRUE(Fails(Place("1006", "bob"), Code::kTooManyCalls));
  limits_ = "concurrent = 0\ntotal = { concurrent = 1 }\n";
  EXPECT_TRUE(Fails(Place("1007", "bob"), Code::kTooManyCalls));
  EndsUnseen();
  EXPECT_TRUE(Succeeds(Place("1007", "bob")));
}

TEST_F(AdmitTest, NoLimitsHoldForTheShell) {
  limits_ = "per_minute = 1\nconcurrent = 1\n";
  const Config config = ReadConfig("[limits]\n" + limits_);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(Must(PlaceCall(config, MakeRequest("1006"), world_.World())).again);
  }
}

TEST_F(AdmitTest, ASecondUseOfALinkIsRefused) {
  const Config config = ReadConfig("[limits]\n");
  CallRequest request = MakeRequest("1006", "", "ann");
  request.link_id = "id-7";
  const Placed placed = Must(PlaceCall(config, request, world_.World()));
  const auto again = PlaceCall(config, request, world_.World());
  ASSERT_TRUE(Fails(again, Code::kPermissionDenied));
  EXPECT_EQ(again.Why().call_id, placed.call.id.Text());
}

TEST_F(AdmitTest, AKeyIsOneCallAndOfOneRequest) {
  const Config config = ReadConfig("[limits]\nduplicate_s = 0\n");
  CallRequest request = MakeRequest("1006", "", "ann");
  request.key = "k";
  const Placed placed = Must(PlaceCall(config, request, world_.World()));
  const Placed again = Must(PlaceCall(config, request, world_.World()));
  EXPECT_TRUE(again.again);
  EXPECT_EQ(again.call.id, placed.call.id);
  CallRequest other = MakeRequest("1007", "", "ann");
  other.key = "k";
  EXPECT_TRUE(Fails(PlaceCall(config, other, world_.World()), Code::kKeyReused));
}

}  // namespace
}  // namespace click2call::call
