#include "call/refusal.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "call/make_plan.h"
#include "call/make_request.h"
#include "call/read_config.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Has;
using fakes::Must;

constexpr std::string_view kId = "c2c-01ARYZ6S410000000000000001";

OriginatePlan Plan() {
  return Must(MakePlan(ReadConfig(), MakeRequest("1006"), base::CallId::Parse(kId).value()));
}

TEST(RefusalTest, EachMessageOfAsteriskHasItsCodeAndNamesWhatToChange) {
  const struct {
    std::string_view message;
    Code code;
    std::vector<std::string_view> names;
  } kRows[] = {
      {"Extension does not exist.",
       Code::kCalleeNotAvailable,
       {"1006", "\"from-internal\"", "priority 1", "call.context"}},
      {"Permission denied",
       Code::kPbxOriginateRefused,
       {"\"click2call\"", "write = originate,call", "manager.conf", "manager reload"}},
      {"Invalid channel", Code::kPbxOriginateRefused, {"\"PJSIP/1003\"", "call.channel"}},
      {"Channel not specified", Code::kPbxOriginateRefused, {"\"PJSIP/1003\"", "call.channel"}},
      {"Asterisk is shutting down", Code::kPbxUnavailable, {"shutting down"}},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.message);
    const base::Error error = ExplainRefusal(row.message, Plan(), "click2call");
    EXPECT_EQ(error.code, row.code);
    EXPECT_EQ(error.call_id, kId);
    for (const std::string_view name : row.names) EXPECT_TRUE(Has(error.message, name));
  }
}

TEST(RefusalTest, AnyOtherMessageIsShownAsAsteriskSaidIt) {
  for (const std::string_view message : {"Invalid priority", "Invalid timeout", "Originate failed",
                                         "Originate Access Forbidden: app or data blacklisted.",
                                         "Uniqueid length exceeds maximum of 149",
                                         "Originate with 'Exten' requires 'Context' and 'Priority'",
                                         "Failed to parse message: line too long", ""}) {
    const base::Error error = ExplainRefusal(message, Plan(), "click2call");
    EXPECT_EQ(error.code, Code::kPbxOriginateRefused) << message;
    EXPECT_TRUE(Has(error.message, message));
    EXPECT_EQ(error.call_id, kId);
  }
}

TEST(RefusalTest, EachReasonOfACallersFailureIsToldApart) {
  const struct {
    CallReason reason;
    std::string_view words;
  } kRows[] = {{CallReason::kCallerBusy, "is busy"},
               {CallReason::kCallerNoAnswer, "did not answer"},
               {CallReason::kCallerAbandon, "gave up"},
               {CallReason::kCallerFailure, "registered"}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.words);
    const base::Error error = ExplainCallerFailure(row.reason, Plan());
    EXPECT_EQ(error.code, Code::kCallerNotAvailable);
    EXPECT_EQ(error.call_id, kId);
    EXPECT_TRUE(Has(error.message, "PJSIP/1003"));
    EXPECT_TRUE(Has(error.message, row.words));
  }
}

TEST(RefusalTest, AHangupThatIsNotAllowedNamesTheUserAndTheRight) {
  const base::Error error = ExplainHangupRefusal("Permission denied", "click2call");
  EXPECT_EQ(error.code, Code::kPbxHangupRefused);
  for (const auto* word :
       {"\"click2call\"", "add call", "write = originate,call", "manager.conf"}) {
    EXPECT_TRUE(Has(error.message, word));
  }
}

TEST(RefusalTest, AnyOtherAnswerToAHangupIsShownAsAsteriskSaidIt) {
  const base::Error error = ExplainHangupRefusal("Hangup failed", "click2call");
  EXPECT_EQ(error.code, Code::kPbxHangupRefused);
  EXPECT_TRUE(Has(error.message, "said: Hangup failed"));
  EXPECT_EQ(ExplainHangupRefusal("Asterisk is shutting down", "u").code, Code::kPbxUnavailable);
}

}  // namespace
}  // namespace click2call::call
