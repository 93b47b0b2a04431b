#ifndef CLICK2CALL_AMI_TALK_H_
#define CLICK2CALL_AMI_TALK_H_

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "ami/session.h"
#include "ami/show.h"
#include "fakes/fake_clock.h"

namespace click2call::ami {

inline constexpr std::string_view kBanner = "Asterisk Call Manager/5.0.4\r\n";
inline constexpr std::string_view kLoginAccepted =
    "Response: Success\r\nActionID: c2c-login\r\nMessage: Authentication accepted\r\n\r\n";

inline std::string Success(const std::string& action_id) {
  return "Response: Success\r\nActionID: " + action_id + "\r\n\r\n";
}

// An Ended's error and nothing else.
inline std::optional<base::Error> ErrorOf(const std::optional<Session::Decision>& decision) {
  if (!decision || !std::holds_alternative<Session::Ended>(*decision)) return std::nullopt;
  return std::get<Session::Ended>(*decision).error;
}

// "logged in", "reply ID", "event NAME", "ended: MESSAGE"; "nothing" where there was no decision.
inline std::string Show(const std::optional<Session::Decision>& decision) {
  if (!decision) return "nothing";
  if (std::holds_alternative<Session::LoggedIn>(*decision)) return "logged in";
  if (const auto* replied = std::get_if<Session::Replied>(&*decision)) {
    return "reply " + replied->action_id;
  }
  if (const auto* happened = std::get_if<Session::Happened>(&*decision)) {
    return "event " + std::string(happened->event.Get("Event"));
  }
  return "ended: " + ErrorOf(decision)->message;
}

// A session with a PBX whose part the test plays.
struct Talk {
  explicit Talk(Auth auth = Auth::kPlain, Events events = Events::kCall)
      : session({Value("click2call"), base::Secret("s3cret"), auth}, events, clock.Now()) {}

  // The PBX says something.
  void Hear(std::string_view bytes) { session.Receive(bytes, clock.Now()); }

  // What the session has to say, sent at once.
  std::string Say() {
    std::string output(session.Output());
    session.Sent(output.size());
    return output;
  }

  void LogIn() {
    Hear(kBanner);
    Say();
    Hear(kLoginAccepted);
    session.Next();
  }

  void Submit(std::string_view action_id) {
    session.Submit(Action("Ping", Value(action_id)), clock.Now());
  }

  // Time passes, and nothing else happens.
  void Pass(base::Milliseconds time) {
    clock.Advance(time);
    session.Tick(clock.Now());
  }

  std::string Next() { return Show(session.Next()); }

  // All decisions there are, one a line.
  std::string All() {
    std::string all;
    while (auto decision = session.Next()) all += Show(decision) + "\n";
    return all;
  }

  // The code with which the session has ended, with what came before it dropped.
  std::optional<base::Error> End() {
    std::optional<Session::Decision> last;
    while (auto decision = session.Next()) last = std::move(decision);
    return ErrorOf(last);
  }

  fakes::FakeClock clock;
  Session session;
};

}  // namespace click2call::ami

#endif  // CLICK2CALL_AMI_TALK_H_
