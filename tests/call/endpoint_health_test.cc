// GET …/health.

#include <string>

#include <gtest/gtest.h>

#include "call/endpoint_fixture.h"

namespace click2call::call {
namespace {

class EndpointHealthTest : public EndpointTest {
 protected:
  web::Response Ask(std::string_view method = "GET") {
    web::Request request = Get({});
    request.method = method;
    request.path_info = "/health";
    return Handle(request);
  }
  static PbxHealth Up(const std::string& name, Rights rights = {true, true, true}) {
    return {name, PbxHealth::State::kUp, base::WallTime(), {}, "22.10.0", rights};
  }
  static PbxHealth Down(const std::string& name, PbxHealth::State state) {
    return {name, state, base::WallTime(), "Connection refused", {}, {}};
  }
};

TEST_F(EndpointHealthTest, IsUpWhileOnePbxTakesCallsAndTellsHowEachIs) {
  world_.dialer.SetHealth({Down("a", PbxHealth::State::kRefused), Up("b", {true, false, true})});
  const web::Response response = Ask();
  EXPECT_EQ(response.StatusCode(), 200);
  EXPECT_EQ(response.Get("Content-Type"), "application/json");
  EXPECT_EQ(response.Get("Cache-Control"), "no-store");
  EXPECT_EQ(response.Body(),
            "{\"status\":\"up\",\"pbx\":["
            "{\"name\":\"a\",\"state\":\"refused\",\"since\":\"1970-01-01T00:00:00.000Z\","
            "\"error\":\"Connection refused\",\"missing\":[]},"
            "{\"name\":\"b\",\"state\":\"up\",\"since\":\"1970-01-01T00:00:00.000Z\","
            "\"asterisk\":\"22.10.0\",\"missing\":[\"hangup\"]}]}");
}

TEST_F(EndpointHealthTest, IsDownWhereNoneIsUpOrMayPlaceCalls) {
  for (const auto state :
       {PbxHealth::State::kDown, PbxHealth::State::kRefused, PbxHealth::State::kIdle}) {
    world_.dialer.SetHealth({Down("a", state), Up("b", {false, true, true})});
    EXPECT_EQ(Ask().StatusCode(), 503);
    const web::Response head = Ask("HEAD");
    EXPECT_EQ(head.StatusCode(), 503);
    EXPECT_EQ(head.Body(), "");
  }
}

TEST_F(EndpointHealthTest, OnlyLooks) {
  EXPECT_EQ(Ask("POST").StatusCode(), 405);
  EXPECT_EQ(Ask("OPTIONS").StatusCode(), 204);
  EXPECT_EQ(DialledSoFar(), 0U);
}

}  // namespace
}  // namespace click2call::call
