#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "web/pages.h"
#include "web/pages_fixture.h"

namespace click2call::web {
namespace {

// The text of an element, without the blanks around it.
std::string TextIn(const std::string& page, const std::string& element) {
  const std::size_t begin = page.find("<" + element + ">") + element.size() + 2;
  std::string text = page.substr(begin, page.find("</" + element + ">", begin) - begin);
  text.erase(0, text.find_first_not_of(" \n"));
  text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

TEST(CallPageTest, EachStateHasItsOwnWords) {
  const struct {
    std::string_view state;
    std::string_view title;
    std::string_view heading;
    std::string_view words;
  } kCases[] = {
      {"initiating", "Calling 1006", "Your call is on its way", "is about to ring <b>1003</b>"},
      {"callingCaller", "Pick up 1003: calling 1006", "Your phone is ringing",
       "Pick up <b>1003</b>"},
      {"callingCallee", "Ringing at 1006", "Calling 1006", "You have answered."},
      {"connected", "Connected with 1006", "You are connected", "can talk"},
      {"hangUp", "Ended: call with 1006", "The call is over", "somebody hung up"},
      {"callerBusy", "Your phone was busy: 1006 not called", "Your phone was busy",
       "End the other call"},
      {"callerNoAnswer", "Not picked up: 1006 not called", "Your phone was not picked up",
       "pick up when your phone rings"},
      {"callerFailure", "Your phone cannot be reached: 1006 not called",
       "Your phone cannot be reached", "Check that your phone is switched on"},
      {"callerAbandon", "Cancelled: call to 1006", "The call was cancelled",
       "hung up on your side before"},
      {"calleeBusy", "Busy: 1006", "1006 is busy", "Try again in a few minutes"},
      {"calleeNoAnswer", "No answer: 1006", "1006 did not answer", "nobody picked up"},
      {"calleeFailure", "Not reached: 1006", "1006 could not be reached", "Check the number."},
      {"other", "Ended: call to 1006", "The call is over",
       "The telephone system no longer knows how it ended"},
      {"failed", "Not placed: call to 1006", "The call was not placed",
       "The telephone system did not take the call"},
  };
  ASSERT_EQ(std::size(kCases), EveryCall().size());
  for (const auto& [state, title, heading, words] : kCases) {
    const std::string page = PageOf(CallIn(state));
    EXPECT_EQ(TextIn(page, "title"), title) << state;
    EXPECT_EQ(TextIn(page, "h1"), heading) << state;
    for (const auto& other : kCases) {
      EXPECT_EQ(Has(page, other.words), other.state == state) << state << ": " << other.words;
    }
  }
}

// The words of the steps, one after the other.
std::vector<std::string> StepsOf(const CallView& call) {
  std::vector<std::string> steps;
  std::string rest = PageOf(call);
  for (std::size_t at = 0; (at = rest.find("<span>")) != std::string::npos;) {
    rest = rest.substr(at);
    steps.push_back(TextIn(rest, "span"));
    rest = rest.substr(1);
  }
  return steps;
}

std::vector<std::string> StepsOf(std::string_view state) { return StepsOf(CallIn(state)); }

TEST(CallPageTest, OfAnEndThatNobodySawItSaysWhatWasSeenBefore) {
  CallView call = CallIn("other");
  call.answered_at = "2026-11-23T01:20:21.000Z";
  call.duration_seconds = 65;
  EXPECT_EQ(StepsOf(call),
            (std::vector<std::string>{"answered", "answered", "not known how long"}));
  EXPECT_FALSE(Has(PageOf(call), "1:05"));
  EXPECT_FALSE(Has(ListOf({{call}, false, ""}), "1:05"));
}

TEST(CallPageTest, TheStepsSayHowFarItCame) {
  using Steps = std::vector<std::string>;
  EXPECT_EQ(StepsOf("initiating"), (Steps{"about to ring", "called once you pick up", "not yet"}));
  EXPECT_EQ(StepsOf("callingCaller"),
            (Steps{"ringing: pick it up", "called once you pick up", "not yet"}));
  EXPECT_EQ(StepsOf("callingCallee"), (Steps{"answered", "being called", "not yet"}));
  EXPECT_EQ(StepsOf("connected"), (Steps{"answered", "answered", "now"}));
  EXPECT_EQ(StepsOf("hangUp"), (Steps{"answered", "answered", "then hung up"}));
  EXPECT_EQ(StepsOf("callerBusy"), (Steps{"busy, or turned away", "not called", "no"}));
  EXPECT_EQ(StepsOf("callerNoAnswer"), (Steps{"not picked up", "not called", "no"}));
  EXPECT_EQ(StepsOf("callerFailure"), (Steps{"cannot be reached", "not called", "no"}));
  EXPECT_EQ(StepsOf("callerAbandon"), (Steps{"hung up", "not reached before that", "no"}));
  EXPECT_EQ(StepsOf("calleeBusy"), (Steps{"answered", "busy, or turned away", "no"}));
  EXPECT_EQ(StepsOf("calleeNoAnswer"), (Steps{"answered", "did not answer", "no"}));
  EXPECT_EQ(StepsOf("calleeFailure"), (Steps{"answered", "could not be reached", "no"}));
  EXPECT_EQ(StepsOf("other"), (Steps{"not known", "not known", "not known"}));
  EXPECT_EQ(StepsOf("failed"), (Steps{"not rung", "not called", "no"}));
}

TEST(CallPageTest, ItRefreshesItselfUntilTheCallIsOver) {
  for (const CallView& call : EveryCall()) {
    EXPECT_EQ(Has(PageOf(call), "<meta http-equiv=\"refresh\" content=\"2\">"), Lasts(call))
        << call.status << call.reason;
  }
}

TEST(CallPageTest, NothingOnItIsScript) {
  for (const CallView& call : EveryCall()) {
    for (const std::string_view script : {"<script", "javascript:", " on", " style="}) {
      const std::string page = PageOf(call);
      // " on" begins an event handler only inside a tag.
      for (std::size_t at = 0; (at = page.find('<', at)) != std::string::npos; ++at) {
        EXPECT_FALSE(Has(page.substr(at, page.find('>', at) - at), script)) << script;
      }
    }
  }
}

TEST(CallPageTest, HangUpIsAButtonWhileTheCallLasts) {
  for (const CallView& call : EveryCall()) {
    const std::string page = PageOf(call);
    EXPECT_EQ(Has(page, "<form action=\"/click2call/calls/c2c-1/hangup\" method=\"post\">"),
              Lasts(call));
    EXPECT_EQ(Has(page, "<input type=\"hidden\" name=\"token\" value=\"token\">"), Lasts(call));
    EXPECT_EQ(Has(page, ">Hang up</button>"), Lasts(call));
    EXPECT_TRUE(Has(page, "<input type=\"hidden\" name=\"return\" value=\"/crm\">"));
  }
}

TEST(CallPageTest, WithoutATokenThereIsNoButtonAndTheReasonWhy) {
  Subject subject;
  subject.page.hang_up_token = "";
  subject.page.no_hang_up = "the right is missing";
  EXPECT_FALSE(Has(subject.ShownCall(), "Hang up</button>"));
  EXPECT_TRUE(Has(subject.ShownCall(), "the right is missing"));
  EXPECT_TRUE(Has(subject.ShownCall(), "To end the call, hang up your phone."));
  subject.page.no_hang_up = "";
  EXPECT_FALSE(Has(subject.ShownCall(), "There is no button"));
  subject.page.hang_up_token = "token";
  subject.page.no_hang_up = "the right is missing";
  EXPECT_FALSE(Has(subject.ShownCall(), "the right is missing"));
}

TEST(CallPageTest, CallAgainIsAButtonWhenTheCallIsOver) {
  for (const CallView& call : EveryCall()) {
    const std::string page = PageOf(call);
    EXPECT_EQ(Has(page, "<form action=\"/click2call\" method=\"post\">"), !Lasts(call));
    EXPECT_EQ(Has(page, "<input type=\"hidden\" name=\"to\" value=\"1006\">"), !Lasts(call));
    EXPECT_EQ(Has(page, "<input type=\"hidden\" name=\"from\" value=\"1003\">"), !Lasts(call));
    EXPECT_EQ(Has(page, "<input type=\"hidden\" name=\"token\" value=\"again\">"), !Lasts(call));
    EXPECT_EQ(Has(page, ">Call again</button>"), !Lasts(call));
  }
}

TEST(CallPageTest, CallAgainIsFromTheDefaultPhoneWhereNoneIsNamed) {
  Subject subject;
  subject.page = {CallIn("hangUp"), "", "", ""};
  EXPECT_FALSE(Has(subject.ShownCall(), "name=\"from\""));
  EXPECT_FALSE(Has(subject.ShownCall(), "name=\"token\""));
  subject.links = {"", ""};
  EXPECT_TRUE(Has(subject.ShownCall(), "<form action=\"/\" method=\"post\">"));
  EXPECT_FALSE(Has(subject.ShownCall(), "name=\"return\""));
}

std::string DurationIn(std::int64_t seconds) {
  CallView call = CallIn("hangUp");
  call.duration_seconds = seconds;
  return TextIn(PageOf(call).substr(PageOf(call).find("You were connected")), "b");
}

TEST(CallPageTest, ADurationIsMinutesAndSeconds) {
  EXPECT_EQ(DurationIn(0), "0:00");
  EXPECT_EQ(DurationIn(5), "0:05");
  EXPECT_EQ(DurationIn(65), "1:05");
  EXPECT_EQ(DurationIn(3599), "59:59");
  EXPECT_EQ(DurationIn(3605), "1:00:05");
  EXPECT_EQ(DurationIn(360000), "100:00:00");
}

TEST(CallPageTest, ADurationIsShownOnlyWhereThereWasATalk) {
  for (CallView call : EveryCall()) {
    call.duration_seconds = 3723;
    EXPECT_EQ(Has(PageOf(call), "1:02:03"), call.status == "connected" || call.reason == "hangUp")
        << call.status << call.reason;
  }
}

TEST(CallPageTest, SaysWhoWhereAndWhen) {
  CallView call = CallIn("hangUp");
  call.ended_at = "2026-11-23T01:21:26.042Z";
  for (const std::string_view text :
       {"1003", "1006", "c2c-1", "on main",
        "<time datetime=\"2026-11-23T01:20:16.042Z\">2026-11-23 01:20 UTC</time>",
        "<time datetime=\"2026-11-23T01:21:26.042Z\">2026-11-23 01:21 UTC</time>",
        "href=\"/click2call/style.css\"", "href=\"/click2call/calls\""}) {
    EXPECT_TRUE(Has(PageOf(call), text)) << text;
  }
}

TEST(ListPageTest, EachCallIsALineThatLeadsToItsPageAndBack) {
  CallView call = CallIn("hangUp");
  call.duration_seconds = 65;
  const std::string page = ListOf({{call}, false, ""});
  for (const std::string_view text :
       {"href=\"/click2call/calls/c2c-1?return=%2Fclick2call%2Fcalls\"", "2026-11-23 01:20 UTC",
        ">1003</td>", ">1006</td>", "Connected, then hung up", ">1:05</td>"}) {
    EXPECT_TRUE(Has(page, text)) << text;
  }
}

TEST(ListPageTest, EachStateHasItsOwnWords) {
  std::set<std::string> words;
  for (const CallView& call : EveryCall()) {
    const std::string page = ListOf({{call}, false, ""});
    const std::string cell = page.substr(page.find("data-name=\"How it went\""));
    const std::size_t begin = cell.find('>', cell.find("<span")) + 1;
    std::string text = cell.substr(begin, cell.find("</span>") - begin);
    text.erase(0, text.find_first_not_of(" \n"));
    text.erase(text.find_last_not_of(" \n") + 1);
    EXPECT_NE(text, "") << call.status << call.reason;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    words.insert(text);
  }
  EXPECT_EQ(words.size(), EveryCall().size());
}

TEST(ListPageTest, WhoseACallIsIsShownOnlyInEveryonesList) {
  CallView call = CallIn("hangUp");
  call.user = "alice";
  EXPECT_FALSE(Has(ListOf({{call}, false, ""}), "alice"));
  EXPECT_TRUE(Has(ListOf({{call}, true, ""}), "alice"));
  call.user = "";
  EXPECT_TRUE(Has(ListOf({{call}, true, ""}), ">not known</td>"));
}

TEST(ListPageTest, OlderCallsAreALinkWhereThereAreSome) {
  EXPECT_TRUE(
      Has(ListOf({EveryCall(), false, "c2c-0"}), "href=\"/click2call/calls?before=c2c-0\""));
  EXPECT_FALSE(Has(ListOf({EveryCall(), false, ""}), "Older calls"));
}

TEST(ListPageTest, AnEmptyListSaysSo) {
  EXPECT_TRUE(Has(ListOf({}), "There are no calls here."));
  EXPECT_FALSE(Has(ListOf({}), "<table"));
  EXPECT_FALSE(Has(ListOf({EveryCall(), false, ""}), "There are no calls here."));
  EXPECT_TRUE(Has(ListOf({EveryCall(), false, ""}), "href=\"/click2call/calls?format=csv\""));
}

}  // namespace
}  // namespace click2call::web
