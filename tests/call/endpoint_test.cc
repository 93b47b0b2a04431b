// Which requests dial, and whom.

#include "call/endpoint.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "call/endpoint_fixture.h"
#include "fakes/results.h"

namespace click2call::call {
namespace {

using base::Code;
using fakes::Has;

// ---- methods and purposes

TEST_F(EndpointTest, OnlyGetAndPostDial) {
  const struct {
    const char* method;
    int status;
    bool dials;
  } kRows[] = {
      {"GET", 303, true},  {"POST", 303, true},    {"HEAD", 200, false},  {"OPTIONS", 204, false},
      {"PUT", 405, false}, {"DELETE", 405, false}, {"PATCH", 405, false}, {"PROPFIND", 405, false},
      {"get", 405, false}, {"", 405, false},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.method);
    const auto before = DialledSoFar();
    web::Request request = Click();
    request.method = row.method;
    const web::Response response = Handle(request);
    EXPECT_EQ(response.StatusCode(), row.status);
    EXPECT_EQ(DialledSoFar() - before, row.dials ? 1U : 0U);
  }
}

TEST_F(EndpointTest, HeadAndOptionsHaveNoBodyAndOptionsSaysWhatIsAllowed) {
  web::Request request = Click();
  for (const auto* method : {"HEAD", "OPTIONS"}) {
    request.method = method;
    EXPECT_EQ(Handle(request).Body(), "") << method;
  }
  for (const auto* method : {"OPTIONS", "PUT"}) {
    request.method = method;
    EXPECT_EQ(Handle(request).Get("Allow"), "GET, HEAD, OPTIONS, POST") << method;
  }
}

TEST_F(EndpointTest, NothingIsDialledBeforeTheClick) {
  for (const auto* purpose : {"prefetch", "prefetch;prerender", "preview", "anything"}) {
    for (const auto* method : {"GET", "POST", "HEAD", "PUT"}) {
      web::Request request = Click();
      request.purpose = purpose;
      request.method = method;
      const web::Response response = Handle(request);
      EXPECT_EQ(response.StatusCode(), 503) << purpose << " " << method;
      EXPECT_EQ(response.Get("Cache-Control"), "no-store");
    }
  }
  EXPECT_EQ(DialledSoFar(), 0U);
}

// ---- paths

TEST_F(EndpointTest, DialsWhereverTheServerHasPutIt) {
  const struct {
    const char* script_name;
    const char* path_info;
  } kRows[] = {{"/click2call", ""},
               {"/click2call.php", ""},
               {"/tools/click2call", "/"},
               {"/cgi-bin/click2call", ""},
               {"", ""},
               {"/", ""}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.script_name);
    web::Request request = Click();
    request.script_name = row.script_name;
    request.path_info = row.path_info;
    EXPECT_EQ(Handle(request).StatusCode(), 303);
  }
  EXPECT_EQ(DialledSoFar(), std::size(kRows));
}

TEST_F(EndpointTest, OnlyTheMountItselfDials) {
  for (const std::string path : {"/calls", "/calls/", "/calls/c2c-01ARYZ6S410000000000000001",
                                 "/calls/x/hangup", "/health", "/metrics", "/nothing"}) {
    for (const auto* method : {"GET", "POST", "PUT", "HEAD", "DELETE"}) {
      web::Request request = Click();
      request.method = method;
      request.path_info = path;
      Handle(request);
      if (path == "/nothing") continue;
      // The same where the server leaves PATH_INFO empty.
      request.script_name += path;
      request.path_info.clear();
      Handle(request);
    }
  }
  EXPECT_EQ(DialledSoFar(), 0U);
}

TEST_F(EndpointTest, APathThatIsNoneOfOursIsNotFound) {
  for (const auto* path : {"/metrics/x", "/nothing", "/calls/x/y", "/calls/x/hangup/y"}) {
    for (const auto* method : {"GET", "POST", "PUT", "HEAD"}) {
      web::Request request = Click();
      request.method = method;
      request.path_info = path;
      EXPECT_EQ(Handle(request).StatusCode(), 404) << method << " " << path;
    }
  }
}

TEST_F(EndpointTest, ServesItsStyleSheetWithoutDialling) {
  web::Request request = Click();
  request.path_info = "/style.css";
  const web::Response response = Handle(request);
  EXPECT_EQ(response.StatusCode(), 200);
  EXPECT_EQ(response.Get("Content-Type"), "text/css; charset=utf-8");
  EXPECT_TRUE(Has(response.Body(), "body {"));
  EXPECT_EQ(DialledSoFar(), 0U);
}

// ---- the form

TEST_F(EndpointTest, DialsTheNumberUnderAnyOfItsNames) {
  for (const auto* name : {"to", "number", "num", "phone", "phonenumber", "dest", "dst", "called",
                           "callee", "tel", "target"}) {
    Handle(Get({{name, "tel:10-06"}}));
    EXPECT_EQ(world_.dialer.Plans().back().originate.exten.Text(), "1006") << name;
  }
  EXPECT_EQ(DialledSoFar(), 11U);
}

TEST_F(EndpointTest, AFormThatIsWrongIsRefusedAndNotDialled) {
  const struct {
    std::vector<web::Request::Field> fields;
    int status;
    std::string_view words;
  } kRows[] = {
      {{}, 400, "`to` is missing"},
      {{{"from", "1003"}}, 400, "`to` is missing"},
      {{{"to", ""}}, 400, "`to` is missing"},
      {{{"TO", "1006"}}, 400, "`to` is missing"},
      {{{"to", "1006"}, {"to", "1007"}}, 400, "`to` is given twice"},
      {{{"to", "1006\r\nAction: Command"}}, 400, "control character"},
      {{{"number", std::string("10\0006", 5)}}, 400, "control character"},
      {{{"to", "1006"}, {"format", "xml"}}, 400, "`format` must be"},
      {{{"to", "${EXTEN}"}}, 422, "`to` is not a phone number"},
      {{{"to", "1006&1007"}}, 422, "`to` is not a phone number"},
      {{{"to", std::string(33, '1')}}, 422, "32 digits"},
      {{{"to", "1003"}}, 422, "cannot call itself"},
      {{{"to", "0900123456"}}, 403, "numbers.allow"},
      {{{"to", "112"}}, 403, "emergency"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.words);
    web::Request request = Get(row.fields);
    request.accept = "text/plain";
    const web::Response response = Handle(request);
    EXPECT_EQ(response.StatusCode(), row.status);
    EXPECT_TRUE(Has(response.Body(), row.words));
  }
  EXPECT_EQ(DialledSoFar(), 0U);
}

TEST_F(EndpointTest, AFormThatCouldNotBeReadIsRefused) {
  const struct {
    Code code;
    int status;
  } kRows[] = {
      {Code::kUriTooLong, 414}, {Code::kPayloadTooLarge, 413}, {Code::kInvalidArgument, 400}};
  for (const auto& row : kRows) {
    web::Request request = Click();
    request.form_error = base::Error{row.code, "too long"};
    EXPECT_EQ(Handle(request).StatusCode(), row.status);
  }
  EXPECT_EQ(DialledSoFar(), 0U);
}

TEST_F(EndpointTest, LogsWhoseFormWasRefused) {
  Handle(Click("x"));
  const auto lines = world_.log.Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].text.starts_with(
      "event=\"refused\" rule=\"form\" code=\"INVALID_PHONE_NUMBER\" address=\"10.0.0.7\" why="));
}

TEST_F(EndpointTest, TheBrowserChoosesNoContextChannelPriorityOrVariable) {
  Handle(Click());
  Handle(Get({{"to", "1006"},
              {"context", "outbound"},
              {"channel", "SIP/0900"},
              {"priority", "7"},
              {"Variable", "A=1"},
              {"account", "x"},
              {"callerid", "911"},
              {"application", "System"}}));
  const auto plans = world_.dialer.Plans();
  ASSERT_EQ(plans.size(), 2U);
  const auto without_ids = [](ami::Originate originate) {
    originate.action_id = originate.channel_id = originate.other_channel_id = {};
    return ami::MakeAction(originate).Encode();
  };
  EXPECT_EQ(without_ids(plans[0].originate), without_ids(plans[1].originate));
}

// ---- who rings first, and who asks

TEST_F(EndpointTest, TheBrowserChoosesThePhoneOnlyWhereTheConfigurationSaysSo) {
  const auto channel = [&](std::vector<web::Request::Field> fields) {
    fields.push_back({"to", "1006"});
    Handle(Get(fields));
    return world_.dialer.Plans().back().originate.channel.Text();
  };
  EXPECT_EQ(channel({{"from", "1004"}}), "PJSIP/1003");
  EXPECT_EQ(channel({{"from", "${X}"}}), "PJSIP/1003") << "not even looked at";
  Configure("origin_parameter = true\n");
  for (const auto* name : {"from", "exten", "ext", "extension", "src", "caller", "source"}) {
    EXPECT_EQ(channel({{name, "1004"}}), "PJSIP/1004") << name;
  }
  EXPECT_EQ(channel({}), "PJSIP/1003");
  EXPECT_EQ(channel({{"from", ""}}), "PJSIP/1003");
}

TEST_F(EndpointTest, APhoneThatTheBrowserChoosesIsANumberToo) {
  Configure("origin_parameter = true\n");
  const struct {
    const char* from;
    int status;
  } kRows[] = {
      {"1004/n", 422}, {"1004&1005", 422}, {"10\n04", 400}, {"0900123456", 403}, {"1006", 422}};
  for (const auto& row : kRows) {
    EXPECT_EQ(Handle(Get({{"to", "1006"}, {"from", row.from}})).StatusCode(), row.status)
        << row.from;
  }
  EXPECT_EQ(DialledSoFar(), 0U);
}

TEST_F(EndpointTest, RemoteUserCountsOnlyWhereTheServerIsTrusted) {
  web::Request request = In("json");
  request.remote_user = "ann";
  EXPECT_FALSE(Has(Handle(request).Body(), "ann"));
  EXPECT_FALSE(Has(world_.log.Text(), "ann"));
  Configure("caller_id = \"{user} <{to}>\"\n[access]\nremote_user = true\n");
  EXPECT_TRUE(Has(Handle(request).Body(), "\"user\":\"ann\""));
  EXPECT_TRUE(Has(world_.log.Text(), "user=\"ann\""));
  EXPECT_EQ(world_.dialer.Plans().back().originate.caller_id.Text(), "ann <1006>");
}

TEST_F(EndpointTest, AUsersNameHasAtMost128Bytes) {
  Configure("[access]\nremote_user = true\n");
  web::Request request = Click();
  request.remote_user = std::string(128, 'x');
  EXPECT_EQ(Handle(request).StatusCode(), 303);
  request.remote_user += 'x';
  EXPECT_EQ(Handle(request).StatusCode(), 400);
  EXPECT_EQ(DialledSoFar(), 1U);
}

}  // namespace
}  // namespace click2call::call
