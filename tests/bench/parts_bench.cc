// What the parts of one click cost, each alone.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "ami/actions.h"
#include "ami/reader.h"
#include "ami/session.h"
#include "base/call_id.h"
#include "call/call_progress.h"
#include "call/dial_pattern.h"
#include "gateway/read_request.h"
#include "web/form.h"
#include "web/json.h"
#include "web/pages.h"

namespace click2call::bench {
namespace {

const std::string kId = "c2c-01JDBQ6V7S8M9N0P1Q2R3S4T5V";

// One event of a call as Asterisk 22 sends it.
std::string EventText(const std::string& name, const std::string& more) {
  return "Event: " + name +
         "\r\nPrivilege: call,all\r\nChannel: PJSIP/1003-00000001\r\nChannelState: 5\r\n"
         "ChannelStateDesc: Ringing\r\nCallerIDNum: 1006\r\nCallerIDName: Click to call\r\n"
         "ConnectedLineNum: <unknown>\r\nConnectedLineName: <unknown>\r\nLanguage: en\r\n"
         "AccountCode: \r\nContext: from-internal\r\nExten: 1006\r\nPriority: 1\r\nUniqueid: " +
         kId + "\r\nLinkedid: " + kId + "\r\n" + more + "\r\n";
}

ami::FieldValue Value(std::string_view text) { return ami::FieldValue::From(text).Value(); }

ami::Originate AnOriginate() {
  ami::Originate originate;
  originate.action_id = Value(kId);
  originate.channel_id = Value(kId);
  originate.other_channel_id = Value(kId + "-2");
  originate.channel = Value("PJSIP/1003");
  originate.context = Value("from-internal");
  originate.exten = Value("1006");
  originate.caller_id = Value("\"Click to call\" <1006>");
  originate.timeout = std::chrono::seconds(30);
  return originate;
}

void ReadAnEvent(benchmark::State& state) {
  const std::string event = EventText("Newstate", "");
  ami::Reader reader;
  ami::Message message;
  for (auto _ : state) {
    reader.Feed(event);
    benchmark::DoNotOptimize(reader.NextMessage(&message));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * event.size()));
}
BENCHMARK(ReadAnEvent);

void WriteAnOriginate(benchmark::State& state) {
  const ami::Originate originate = AnOriginate();
  for (auto _ : state) benchmark::DoNotOptimize(ami::MakeAction(originate).Encode());
}
BENCHMARK(WriteAnOriginate);

// Submit, send, receive the reply, match it.
void AskOverASession(benchmark::State& state) {
  const base::MonotonicTime now{};
  ami::Session session({Value("click2call"), base::Secret("secret")}, ami::Events::kOff, now);
  const auto send_all = [&] { session.Sent(session.Output().size()); };
  const auto drain = [&] {
    while (auto decision = session.Next()) benchmark::DoNotOptimize(decision);
  };
  session.Receive("Asterisk Call Manager/11.0.0\r\n", now);
  const std::string login(session.Output());
  const auto id_at = login.find("ActionID: ") + 10;
  send_all();
  session.Receive(
      "Response: Success\r\nActionID: " + login.substr(id_at, login.find("\r\n", id_at) - id_at) +
          "\r\nMessage: Authentication accepted\r\n\r\n",
      now);
  drain();
  const ami::Action action = ami::MakeAction(AnOriginate());
  const std::string reply = "Response: Success\r\nActionID: " + kId +
                            "\r\nMessage: Originate successfully queued\r\n\r\n";
  for (auto _ : state) {
    session.Submit(action, now);
    send_all();
    session.Receive(reply, now);
    drain();
  }
}
BENCHMARK(AskOverASession);

// From ringing to the end, by the events of the caller's leg.
void FollowACall(benchmark::State& state) {
  std::vector<ami::Message> events;
  ami::Reader reader;
  for (const std::string& text :
       {EventText("Newchannel", ""), EventText("Newstate", ""),
        EventText("DialBegin", "DestUniqueid: 1.2\r\nDestLinkedid: " + kId + "\r\n"),
        EventText("DialEnd", "DestUniqueid: 1.2\r\nDialStatus: BUSY\r\n"),
        EventText("Hangup", "Cause: 17\r\n")}) {
    reader.Feed(text);
    reader.NextMessage(&events.emplace_back());
  }
  const auto call_id = base::CallId::Parse(kId);
  for (auto _ : state) {
    call::CallProgress progress(*call_id);
    for (const ami::Message& event : events) progress.Take(event, {});
    benchmark::DoNotOptimize(progress.State());
  }
}
BENCHMARK(FollowACall);

void MatchTenPatterns(benchmark::State& state) {
  std::vector<call::DialPattern> patterns;
  for (const char* text : {"_XX", "_XXX", "_XXXX", "_XXXXX", "_XXXXXX", "_0Z.", "_00.",
                           "_+4[13-9].", "_[2-8]XX-XXXX", "_+49."}) {
    patterns.push_back(call::DialPattern::Parse(text).Value());
  }
  const std::string number = "+4989123456";
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        std::any_of(patterns.begin(), patterns.end(),
                    [&](const call::DialPattern& pattern) { return pattern.Matches(number); }));
  }
}
BENCHMARK(MatchTenPatterns);

class Environment : public cgicc::CgiInput {
 public:
  std::string getenv(const char* name) override {
    const std::string_view wanted(name);
    if (wanted == "REQUEST_METHOD") return "GET";
    if (wanted == "QUERY_STRING") return "to=1006&format=json&return=%2Fcustomers%2F17";
    if (wanted == "SCRIPT_NAME") return "/click2call";
    if (wanted == "REMOTE_ADDR") return "192.168.1.17";
    if (wanted == "HTTP_ACCEPT") return "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";
    return {};
  }
};

void ReadARequest(benchmark::State& state) {
  Environment environment;
  for (auto _ : state) benchmark::DoNotOptimize(gateway::ReadRequest(environment));
}
BENCHMARK(ReadARequest);

void ReadTheForm(benchmark::State& state) {
  Environment environment;
  const web::Request request = gateway::ReadRequest(environment);
  for (auto _ : state) benchmark::DoNotOptimize(web::ReadForm(request));
}
BENCHMARK(ReadTheForm);

web::CallView AView() {
  web::CallView view;
  view.call_id = kId;
  view.caller = "1003";
  view.callee = "1006";
  view.status = "connected";
  view.created_at = view.answered_at = "2026-11-23T08:00:00.000Z";
  view.pbx = "main";
  return view;
}

void WriteACallAsJson(benchmark::State& state) {
  const web::CallView view = AView();
  for (auto _ : state) benchmark::DoNotOptimize(web::CallJson(view));
}
BENCHMARK(WriteACallAsJson);

void RenderThePageOfACall(benchmark::State& state) {
  web::Pages pages = web::Pages::BuiltIn();
  pages.KeepParsed();
  web::CallPage page;
  page.call = AView();
  for (auto _ : state) {
    benchmark::DoNotOptimize(web::RenderCall(pages, page, {.mount = "/click2call", .back = "/"}));
  }
}
BENCHMARK(RenderThePageOfACall);

void RenderAListOf(benchmark::State& state) {
  web::Pages pages = web::Pages::BuiltIn();
  pages.KeepParsed();
  web::CallList list;
  list.calls.assign(static_cast<std::size_t>(state.range()), AView());
  for (auto _ : state) {
    benchmark::DoNotOptimize(web::RenderCalls(pages, list, {.mount = "/click2call", .back = ""}));
  }
}
BENCHMARK(RenderAListOf)->Arg(50);

}  // namespace
}  // namespace click2call::bench
