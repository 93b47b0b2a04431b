#include "call/pbx_choice.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/fake_store.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using fakes::Must;
using Names = std::vector<std::string>;

class PbxChoiceTest : public testing::Test {
 protected:
  void Add(const std::string& name, const std::vector<std::string>& serves = {}) {
    PbxConfig pbx;
    pbx.name = name;
    for (const std::string& text : serves) pbx.serves.push_back(Must(DialPattern::Parse(text)));
    config_.pbx.push_back(std::move(pbx));
  }
  Names Choose(std::string_view caller) { return Must(ChoosePbxs(config_, caller, store_)); }
  void Call(int number, const std::string& pbx, CallStatus status = CallStatus::kConnected) {
    const std::string id = "c2c-01ARYZ6S4100000000000000" + std::to_string(10 + number);
    call::Call call{.id = base::CallId::Parse(id).value(), .pbx = pbx};
    Must(store_.Insert(call, {}));
    CallState state{status};
    if (status == CallStatus::kFailed) state.ended_at = base::WallTime();
    Must(store_.Advance(call.id, state, {}));
  }

  Config config_;
  fakes::FakeStore store_;
};

TEST_F(PbxChoiceTest, ThoseThatServeThePhoneInTheOrderOfTheConfiguration) {
  Add("one", {"_10XX"});
  Add("any");
  Add("two", {"_11XX", "1003"});
  EXPECT_EQ(Choose("1003"), (Names{"one", "any", "two"}));
  EXPECT_EQ(Choose("1103"), (Names{"any", "two"}));
  EXPECT_EQ(Choose("1203"), (Names{"any"}));
}

TEST_F(PbxChoiceTest, APhoneThatNoneServesCannotBeRung) {
  Add("one", {"_10XX"});
  EXPECT_TRUE(fakes::Fails(ChoosePbxs(config_, "1103", store_), base::Code::kCallerNotAvailable));
}

TEST_F(PbxChoiceTest, TheLeastBusyIsThatWithTheFewestCallsGoingOn) {
  for (const auto* name : {"a", "b", "c"}) Add(name);
  Call(1, "a");
  Call(2, "a");
  Call(3, "b");
  Call(4, "c");
  Call(5, "c", CallStatus::kFailed);  // over
  EXPECT_EQ(Choose("1003"), (Names{"a", "b", "c"}));
  config_.call.balance = Balance::kLeastBusy;
  EXPECT_EQ(Choose("1003"), (Names{"b", "c", "a"}));
}

}  // namespace
}  // namespace click2call::call
