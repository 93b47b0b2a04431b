#include "web/cloud_event.h"

#include <gtest/gtest.h>

#include "fakes/results.h"

namespace click2call::web {
namespace {

using fakes::Has;

const StatusChange kRinging = {
    .event_id = "e-1",
    .call_id = "c2c-01KAQ0000000000000000000A1",
    .caller = "1003",
    .callee = "+447700900123",
    .status = "callingCaller",
    .reason = "",
    .duration = "",
    .time = "2026-11-23T01:20:16.042Z",
};

TEST(CloudEventTest, HasTheFormOfCamara) {
  EXPECT_EQ(CloudEventJson(kRinging),
            R"({"id":"e-1","source":"/calls/c2c-01KAQ0000000000000000000A1","specversion":"1.0",)"
            R"("type":"org.camaraproject.click-to-dial.v0.status-changed",)"
            R"("datacontenttype":"application/json","time":"2026-11-23T01:20:16.042Z",)"
            R"("data":{"callId":"c2c-01KAQ0000000000000000000A1","caller":"1003",)"
            R"("callee":"+447700900123","status":{"state":"callingCaller"},)"
            R"("timestamp":"2026-11-23T01:20:16.042Z"}})");
}

TEST(CloudEventTest, ACallThatIsOverHasItsReasonAndDuration) {
  StatusChange over = kRinging;
  over.status = "disconnected";
  over.reason = "hangUp";
  over.duration = "75";
  EXPECT_TRUE(Has(CloudEventJson(over),
                  R"("status":{"state":"disconnected","reason":"hangUp"},"callDuration":"75")"));
}

TEST(CloudEventTest, HostileNumbersStayStrings) {
  StatusChange hostile = kRinging;
  hostile.callee = "\"},\n\xff";
  EXPECT_TRUE(Has(CloudEventJson(hostile), R"("callee":"\"},\n?")"));
}

}  // namespace
}  // namespace click2call::web
