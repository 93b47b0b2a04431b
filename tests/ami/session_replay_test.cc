// Every recorded session once more: what Asterisk sent then, to a session of ours.

#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ami/talk.h"
#include "ami/transcript.h"

namespace click2call::ami {
namespace {

// The recorded session with the ActionIDs that ours uses for its login.
Transcript ReadAsOurs(const std::string& name) {
  Transcript transcript = ReadTranscript(name);
  const auto rename = [&](const std::string& from, const std::string& to) {
    transcript.Replace("ActionID: " + from + "\r\n", "ActionID: " + to + "\r\n");
  };
  rename("login-1", "c2c-login");
  rename("c-1", "c2c-challenge");
  rename("l-1", "c2c-login");
  // Recorded in words.
  transcript.Replace("(two Ping actions, p-1 and p-2, in one write)",
                     "ActionID: p-1\r\nActionID: p-2");
  return transcript;
}

// A decision with all its headers.
std::string InFull(const Session::Decision& decision) {
  std::string text = Show(decision) + "\n";
  if (const auto* replied = std::get_if<Session::Replied>(&decision)) {
    text += Show(replied->response);
  }
  if (const auto* happened = std::get_if<Session::Happened>(&decision)) {
    text += Show(happened->event);
  }
  return text;
}

// Plays the transcript to a session, in chunks of that size, submitting an action wherever one was
// sent then; all decisions.
std::string Replay(const Transcript& transcript, Auth auth, std::size_t chunk) {
  Talk talk(auth);
  std::string decisions;
  bool logged_in = false;
  const auto drain = [&] {
    while (auto decision = talk.session.Next()) {
      decisions += InFull(*decision);
      if (std::holds_alternative<Session::LoggedIn>(*decision)) logged_in = true;
    }
  };
  for (const auto& part : transcript.parts) {
    if (part.received) {
      for (std::size_t at = 0; at < part.bytes.size(); at += chunk) {
        talk.Hear(std::string_view(part.bytes).substr(at, chunk));
        drain();
      }
      continue;
    }
    std::istringstream lines(part.bytes);
    for (std::string line; logged_in && std::getline(lines, line);) {
      constexpr std::string_view kActionId = "ActionID: ";
      if (line.starts_with(kActionId)) {
        talk.Submit(
            std::string_view(line).substr(kActionId.size(), line.size() - 1 - kActionId.size()));
      }
    }
    talk.Say();
  }
  if (transcript.closed) talk.session.EndOfStream();
  drain();
  return decisions;
}

Auth AuthOf(const std::string& name) { return name.ends_with("md5") ? Auth::kMD5 : Auth::kPlain; }

TEST(SessionReplayTest, DecidesTheSameHoweverTheBytesAreCut) {
  for (const std::string& name : TranscriptNames()) {
    SCOPED_TRACE(name);
    const Transcript transcript = ReadAsOurs(name);
    const std::string whole = Replay(transcript, AuthOf(name), std::string::npos);
    for (const std::size_t chunk : {1U, 2U, 3U, 5U, 100U}) {
      EXPECT_EQ(Replay(transcript, AuthOf(name), chunk), whole) << "in chunks of " << chunk;
    }
  }
}

// Replies and the end; of the events only how many there were.
std::string Summary(const std::string& name) {
  std::istringstream lines(Replay(ReadAsOurs(name), AuthOf(name), std::string::npos));
  std::string summary;
  int events = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("event ")) ++events;
    if (line == "logged in" || line.starts_with("reply ") || line.starts_with("ended: ")) {
      summary += line.substr(0, line.find(" (")) + "; ";
    }
  }
  return summary + std::to_string(events) + " events";
}

TEST(SessionReplayTest, DecidesWhatTheRecordingsSay) {
  const struct {
    const char* name;
    const char* summary;
  } kRows[] = {
      {"16-login-accepted",
       "logged in; reply ping-1; reply list-1; reply bye-1; "
       "ended: the PBX closed the connection; 0 events"},
      {"16-login-md5", "logged in; 0 events"},
      {"22-login-md5", "logged in; 0 events"},
      {"16-login-refused", "ended: the PBX refused the login of AMI user \"click2call\"; 0 events"},
      {"22-login-refused", "ended: the PBX refused the login of AMI user \"click2call\"; 0 events"},
      {"16-two-actions-in-one-write", "logged in; reply p-1; reply p-2; 0 events"},
      {"22-two-actions-in-one-write", "logged in; reply p-1; reply p-2; 0 events"},
      {"16-originate-permission-denied", "logged in; reply c2c-r1; 0 events"},
      {"16-originate-refused",
       "logged in; reply c2c-r2; reply c2c-r3; reply c2c-r4; reply c2c-r5; reply c2c-r6; "
       "reply c2c-r7; reply n-1; 0 events"},
      {"22-call-caller-unregistered", "logged in; reply c2c-unreg; 1 events"},
      {"16-call-duplicate-channelid", "logged in; reply c2c-dup; reply c2c-dup; 16 events"},
      {"22-call-hangup-and-status",
       "logged in; reply f-1; reply c2c-hang; reply s-1; reply h-1; reply s-2; reply h-2; "
       "34 events"},
  };
  for (const auto& [name, summary] : kRows) {
    EXPECT_EQ(Summary("asterisk-" + std::string(name)), summary) << name;
  }
}

}  // namespace
}  // namespace click2call::ami
