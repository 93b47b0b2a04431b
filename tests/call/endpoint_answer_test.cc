// What a request is answered with.

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

class EndpointAnswerTest : public EndpointTest {
 protected:
  std::string IdOfTheCall() const { return world_.dialer.Plans().back().call_id.Text(); }

  void Fail(base::Error error) { world_.dialer.SetOutcome(std::move(error)); }
};

// ---- a call was placed

TEST_F(EndpointAnswerTest, InTextItIsTheWordsOfTheScriptAndNothingElse) {
  const web::Response response = Handle(In("text"));
  EXPECT_EQ(response.StatusCode(), 200);
  EXPECT_EQ(response.Body(), "Call successfully initiated");
  EXPECT_EQ(response.Get("Content-Type"), "text/plain; charset=utf-8");
}

TEST_F(EndpointAnswerTest, InJsonItIsTheCallAndItsAddress) {
  const web::Response response = Handle(In("json", Click("10 06")));
  EXPECT_EQ(response.StatusCode(), 201);
  EXPECT_EQ(response.Get("Content-Type"), "application/json");
  EXPECT_EQ(response.Get("Location"), "/click2call/calls/" + IdOfTheCall());
  EXPECT_EQ(response.Body(), "{\"callId\":\"" + IdOfTheCall() +
                                 "\",\"caller\":{\"number\":\"1003\"},"
                                 "\"callee\":{\"number\":\"10 06\"},"
                                 "\"status\":\"callingCaller\","
                                 "\"createdAt\":\"2026-11-23T01:20:16.042Z\","
                                 "\"pbx\":\"main\"}");
}

TEST_F(EndpointAnswerTest, AnAnswerThatWasReadyBeforeThePbxHadAnsweredIsTheSame) {
  const auto without_id = [this](std::string text) {
    for (std::size_t at = 0; (at = text.find(IdOfTheCall(), at)) != std::string::npos;) {
      text.replace(at, IdOfTheCall().size(), "ID");
    }
    return text;
  };
  for (const auto status : {CallStatus::kInitiating, CallStatus::kConnected}) {
    world_.dialer.SetOutcome(Dialled{{status}, "main"});
    for (const auto* form : {"json", "html", "text", "none"}) {
      world_.dialer.IsSlow("");
      const std::string answer = without_id(Handle(In(form)).Serialize());
      world_.dialer.IsSlow("main");
      EXPECT_EQ(without_id(Handle(In(form)).Serialize()), answer) << form;
    }
  }
}

TEST_F(EndpointAnswerTest, InHtmlItLeadsToTheCallsOwnPageSoThatAReloadNeverDials) {
  const web::Response response = Handle(In("html"));
  EXPECT_EQ(response.StatusCode(), 303);
  EXPECT_EQ(response.Get("Location"), "/click2call/calls/" + IdOfTheCall());
  EXPECT_EQ(response.Body(), "");
}

TEST_F(EndpointAnswerTest, ThePageKnowsTheWayBack) {
  const struct {
    const char *back, *referer, *query;
  } kRows[] = {
      {"/crm?id=7&x=1", "", "?return=%2Fcrm%3Fid%3D7%26x%3D1"},
      {"/crm", "http://crm.example.org/list", "?return=%2Fcrm"},
      {"", "http://crm.example.org/list?a=b", "?return=%2Flist%3Fa%3Db"},
      {"", "http://crm.example.org:8080/list", "?return=%2Flist"},
      {"//evil.example.org", "", ""},
      {"", "not a page", ""},
      {"", "http://crm.example.org/click2call?to=1006", ""},
      {"", "", ""},
  };
  for (const auto& row : kRows) {
    web::Request request = In("html");
    if (*row.back != '\0') request.fields.push_back({"return", row.back});
    request.referer = row.referer;
    request.host = "crm.example.org";
    const web::Response response = Handle(request);
    EXPECT_EQ(response.Get("Location"), "/click2call/calls/" + IdOfTheCall() + row.query)
        << row.back << " " << row.referer;
  }
}

TEST_F(EndpointAnswerTest, WithoutAFormThePageStaysWhereItIs) {
  const web::Response response = Handle(In("none"));
  EXPECT_EQ(response.StatusCode(), 204);
  EXPECT_EQ(response.Body(), "");
  EXPECT_EQ(response.Get("Content-Type"), "");
}

TEST_F(EndpointAnswerTest, NoAnswerToAClickIsStored) {
  for (const auto* format : {"html", "json", "text", "none"}) {
    EXPECT_EQ(Handle(In(format)).Get("Cache-Control"), "no-store") << format;
    EXPECT_EQ(Handle(In(format, Click("x"))).Get("Cache-Control"), "no-store") << format;
  }
}

// ---- which form

TEST_F(EndpointAnswerTest, TheParameterChoosesTheFormBeforeTheHeaderAndTheHeaderBeforeTheDefault) {
  const struct {
    const char *parameter, *accept, *configured, *type;
  } kRows[] = {
      {nullptr, "", "html", "a page of its own"},
      {nullptr, "", "json", "application/json"},
      {nullptr, "", "text", "text/plain; charset=utf-8"},
      {nullptr, "", "none", ""},
      {nullptr, "*/*", "text", "text/plain; charset=utf-8"},
      {nullptr, "application/json", "text", "application/json"},
      {nullptr, "text/html,application/xhtml+xml;q=0.9", "json", "a page of its own"},
      {nullptr, "application/json;q=0.5, text/plain", "html", "text/plain; charset=utf-8"},
      {"text", "application/json", "html", "text/plain; charset=utf-8"},
      {"none", "text/html", "json", ""},
      {"", "application/json", "html", "application/json"},
  };
  for (const auto& row : kRows) {
    Configure(std::string("[web]\nformat = \"") + row.configured + "\"\n");
    web::Request request = row.parameter == nullptr ? Click() : In(row.parameter);
    request.accept = row.accept;
    const web::Response response = Handle(request);
    const std::string_view type =
        response.StatusCode() == 303 ? "a page of its own" : response.Get("Content-Type");
    EXPECT_EQ(type, row.type) << row.accept << ", configured " << row.configured;
  }
}

// ---- errors

TEST_F(EndpointAnswerTest, AnErrorHasItsStatusInEveryForm) {
  const struct {
    Code code;
    int status;
  } kRows[] = {
      {Code::kCallerNotAvailable, 422}, {Code::kCalleeNotAvailable, 422},
      {Code::kPbxLoginRefused, 502},    {Code::kPbxOriginateRefused, 502},
      {Code::kPbxProtocol, 502},        {Code::kPbxUnavailable, 503},
      {Code::kOutcomeUnknown, 504},     {Code::kInternal, 500},
  };
  for (const auto& row : kRows) {
    Fail({row.code, "why"});
    for (const auto* format : {"html", "json", "text", "none"}) {
      EXPECT_EQ(Handle(In(format)).StatusCode(), row.status) << format;
    }
  }
}

TEST_F(EndpointAnswerTest, InTextAnErrorHasTheWordsOfTheScript) {
  const struct {
    Code code;
    std::string_view text;
  } kRows[] = {
      {Code::kPbxUnavailable, "Error: AMI connection failed: why"},
      {Code::kPbxProtocol, "Error: AMI connection failed: why"},
      {Code::kPbxLoginRefused, "Error: AMI authentication failed\nwhy"},
      {Code::kPbxOriginateRefused, "Error: Call originate failed\nwhy"},
      {Code::kCallerNotAvailable, "Error: Call originate failed\nwhy"},
      {Code::kCalleeNotAvailable, "Error: Call originate failed\nwhy"},
      {Code::kOutcomeUnknown, "Error: Call originate failed\nwhy"},
      {Code::kPermissionDenied, "Error: why"},
  };
  for (const auto& row : kRows) {
    Fail({row.code, "why"});
    EXPECT_EQ(Handle(In("text")).Body(), row.text);
  }
}

TEST_F(EndpointAnswerTest, InJsonAnErrorIsTheErrorObject) {
  Fail({Code::kCallerNotAvailable, "PJSIP/1003 is \"busy\"", "c2c-1"});
  EXPECT_EQ(Handle(In("json")).Body(),
            R"({"status":422,"code":"CALLER_NOT_AVAILABLE","message":"PJSIP/1003 is \"busy\"",)"
            R"("callId":"c2c-1"})");
  EXPECT_EQ(Handle(In("json", Click("112"))).Body().substr(0, 51),
            R"({"status":403,"code":"PERMISSION_DENIED","message":)");
  EXPECT_FALSE(Has(Handle(In("json", Click("x"))).Body(), "callId"));
}

TEST_F(EndpointAnswerTest, InHtmlAnErrorSaysWhatToDoNext) {
  Fail({Code::kOutcomeUnknown, "the PBX did not say", "c2c-1"});
  for (const auto* format : {"html", "none"}) {
    const web::Response response = Handle(In(format));
    EXPECT_EQ(response.Get("Content-Type"), "text/html; charset=utf-8");
    for (const auto* part :
         {"Look at your phone first", "the PBX did not say", "504", "OUTCOME_UNKNOWN", "c2c-1"}) {
      EXPECT_TRUE(Has(response.Body(), part));
    }
  }
}

TEST_F(EndpointAnswerTest, WhoMayComeAgainIsToldWhen) {
  Fail({Code::kPbxUnavailable, "down", "", std::chrono::seconds(5)});
  for (const auto* format : {"html", "json", "text", "none"}) {
    EXPECT_EQ(Handle(In(format)).Get("Retry-After"), "5") << format;
  }
  Fail({Code::kOutcomeUnknown, "unknown"});
  EXPECT_EQ(Handle(In("json")).Get("Retry-After"), "");
}

TEST_F(EndpointAnswerTest, NothingThatAnybodySendsBecomesMarkup) {
  const std::string markup = "<script>alert('x')</script>\"";
  Fail({Code::kPbxOriginateRefused, "the PBX said: " + markup});
  EXPECT_FALSE(Has(Handle(In("html")).Body(), "<script"));
  for (const auto* name : {"to", "from", "return", "format"}) {
    EXPECT_FALSE(Has(Handle(Get({{name, markup}})).Body(), "<script")) << name;
  }
  web::Request request = Click();
  request.script_name = "/" + markup;
  EXPECT_FALSE(Has(Handle(request).Body(), "<script"));
}

TEST_F(EndpointAnswerTest, OffersAWayBackOnThisSiteOnly) {
  const auto page = [&](const char* back) {
    return Handle(Get({{"to", "112"}, {"return", back}})).Body();
  };
  EXPECT_TRUE(Has(page("/crm?id=7"), ">Back</a>"));
  for (const auto* back : {"https://evil.example", "//evil.example", "/\\evil.example",
                           "javascript:alert(1)", "crm"}) {
    const std::string body = page(back);
    EXPECT_FALSE(Has(body, "Back")) << back;
    EXPECT_FALSE(Has(body, "evil")) << back;
  }
}

TEST_F(EndpointAnswerTest, AFaultOfOursIsForTheLogAndNotForTheBrowser) {
  Configure("caller_id = \"{user}{user}\"\n[access]\nremote_user = true\n");
  for (const auto* format : {"html", "json", "text", "none"}) {
    web::Request request = In(format);
    request.remote_user = std::string(128, 'x');
    const web::Response response = Handle(request);
    EXPECT_EQ(response.StatusCode(), 500);
    EXPECT_FALSE(Has(response.Body(), "CallerID")) << format;
  }
  EXPECT_TRUE(Has(world_.log.Text(), "CallerID"));
}

TEST_F(EndpointAnswerTest, AnErrorInOneParameterComesInTheFormThatAnotherNames) {
  for (const auto& fields : {std::vector<web::Request::Field>{{"to", "10\n06"}},
                             std::vector<web::Request::Field>{{"to", "1006"}, {"to", "1007"}}}) {
    EXPECT_EQ(Handle(In("json", Get(fields))).Get("Content-Type"), "application/json");
  }
}

TEST_F(EndpointAnswerTest, BrokenItSaysNothingOfItsConfiguration) {
  web::Request request = Click();
  for (const auto* accept : {"", "application/json", "text/plain", "text/html"}) {
    request.accept = accept;
    const web::Response response = AnswerBroken(request);
    EXPECT_EQ(response.StatusCode(), 500);
    EXPECT_TRUE(Has(response.Body(), "log")) << accept;
    EXPECT_FALSE(Has(response.Body(), ".toml")) << accept;
  }
}

}  // namespace
}  // namespace click2call::call
