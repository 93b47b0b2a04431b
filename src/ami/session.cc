#include "ami/session.h"

#include <algorithm>
#include <utility>

#include "ami/foreign.h"

namespace click2call::ami {
namespace {

constexpr std::string_view kBannerPrefix = "Asterisk Call Manager/";
constexpr std::string_view kShuttingDown = "Asterisk is shutting down";
constexpr std::size_t kJudgedBytes = 64;  // of what a stranger says first

// Most strangers wait to be spoken to: after this much silence they are, without a word of ours
// that means anything, so that what they answer tells who they are.
constexpr base::Milliseconds kSilence{1500};
constexpr std::string_view kWhoIsThere = "Action: Ping\r\n\r\n";

FieldValue LoginId() { return FieldValue::From("c2c-login").Value(); }
FieldValue ChallengeId() { return FieldValue::From("c2c-challenge").Value(); }

}  // namespace

Session::Session(Credentials credentials, Events events, base::MonotonicTime now)
    : credentials_(std::move(credentials)), events_(events), stage_deadline_(now + kBannerWait) {}

void Session::Receive(std::string_view bytes, base::MonotonicTime now) {
  if (state_ == State::kEnded) return;
  if (state_ == State::kBanner) {
    first_bytes_ += bytes.substr(0, kJudgedBytes - std::min(kJudgedBytes, first_bytes_.size()));
    if (BeginsTls(first_bytes_)) return EndAsStranger();
  }
  reader_.Feed(bytes);
  Reader::Outcome outcome = Reader::Outcome::kDone;
  while (state_ != State::kEnded && outcome == Reader::Outcome::kDone) {
    if (state_ == State::kBanner) {
      std::string line;
      outcome = reader_.NextLine(&line);
      if (outcome == Reader::Outcome::kDone) ReadBanner(line, now);
    } else {
      Message message;
      outcome = reader_.NextMessage(&message);
      if (outcome == Reader::Outcome::kDone) ReadMessage(std::move(message));
    }
  }
  if (outcome == Reader::Outcome::kBroken) {
    End(base::Code::kPbxProtocol,
        "what answers there is no Asterisk Manager Interface: it sent " + reader_.Problem());
  }
}

void Session::EndOfStream(std::string_view why) {
  const std::string because = why.empty() ? "" : ": " + std::string(why);
  std::string what = "the PBX closed the connection";
  switch (state_) {
    case State::kBanner:
      what += asked_ ? " when it was spoken to in plain text" : " before its banner";
      if (!because.empty()) break;
      what += asked_ ? R"(; does that port speak TLS (transport = "tls")?)"
                     : " (too many logins under way? see authlimit in manager.conf)";
      break;
    case State::kChallenge:
    case State::kLogin:
      what += " during the login";
      break;
    case State::kReady:
      break;
    case State::kEnded:
      return;
  }
  End(base::Code::kPbxUnavailable, what + because);
}

void Session::Tick(base::MonotonicTime now) {
  if (now < Deadline()) return;
  if (state_ == State::kBanner && !asked_ && now < stage_deadline_) return AskWhoIsThere();
  switch (state_) {
    case State::kBanner:
      return End(base::Code::kPbxUnavailable,
                 "the PBX accepted the connection and sent no AMI banner (is that its AMI port? "
                 "usually 5038)");
    case State::kChallenge:
    case State::kLogin:
      return End(base::Code::kPbxUnavailable, "the PBX did not answer the login in time");
    case State::kReady:
      return End(base::Code::kPbxUnavailable, "the PBX did not answer in time");
    case State::kEnded:
      return;
  }
}

std::string_view Session::Output() const { return output_; }

void Session::Sent(std::size_t count) {
  output_.erase(0, count);
  sent_ += count;
}

void Session::Submit(const Action& action, base::MonotonicTime now) {
  // The connection may have half of an earlier action on it, which the blank line of this one would
  // complete.
  if (state_ == State::kEnded) return;
  Queue(action);
  waiting_.insert_or_assign(action.ActionId(), Waiting{queued_, now + kAnswerWait});
}

bool Session::Committed(std::string_view action_id) const {
  const auto found = waiting_.find(action_id);
  return found != waiting_.end() && sent_ >= found->second.end_offset;
}

std::optional<Session::Decision> Session::Next() {
  if (decisions_.empty()) return std::nullopt;
  Decision decision = std::move(decisions_.front());
  decisions_.pop_front();
  return decision;
}

base::MonotonicTime Session::Deadline() const {
  if (state_ == State::kEnded) return base::MonotonicTime::max();
  if (state_ == State::kBanner && !asked_) return stage_deadline_ - kBannerWait + kSilence;
  if (state_ != State::kReady) return stage_deadline_;
  auto deadline = base::MonotonicTime::max();
  for (const auto& [id, waiting] : waiting_) deadline = std::min(deadline, waiting.deadline);
  return deadline;
}

void Session::ReadBanner(const std::string& line, base::MonotonicTime now) {
  if (!line.starts_with(kBannerPrefix)) return EndAsStranger();
  banner_ = line;
  stage_deadline_ = now + kLoginWait;
  if (credentials_.auth == Auth::kMD5) {
    state_ = State::kChallenge;
    return Queue(ChallengeMD5(ChallengeId()));
  }
  state_ = State::kLogin;
  const auto secret = FieldValue::From(credentials_.secret.Reveal()).Value();
  Queue(Login(LoginId(), credentials_.username, secret, events_));
}

void Session::EndAsStranger() {
  End(base::Code::kPbxProtocol,
      "what answers there is no Asterisk Manager Interface: " + DescribeAnswer(first_bytes_) +
          (BeginsTls(first_bytes_) ? R"(; that is transport = "tls" or "wss")"
                                   : "; AMI is usually on port 5038"));
}

void Session::AskWhoIsThere() {
  asked_ = true;
  queued_ += kWhoIsThere.size();
  output_ += kWhoIsThere;
}

void Session::ReadMessage(Message message) {
  if (message.IsEvent()) {
    if (state_ == State::kReady) decisions_.emplace_back(Happened{std::move(message)});
    return;
  }
  if (state_ != State::kReady && message.Get("Response").empty()) {
    return End(base::Code::kPbxProtocol,
               "what answers there is no Asterisk Manager Interface: it answered the login with "
               "something else than a Response");
  }
  const std::string action_id(message.Get("ActionID"));
  if (state_ == State::kChallenge && action_id == ChallengeId().Text()) {
    ReadChallengeReply(message);
  } else if (state_ == State::kLogin && action_id == LoginId().Text()) {
    ReadLoginReply(message);
  } else if (waiting_.erase(action_id) > 0) {
    decisions_.emplace_back(Replied{action_id, std::move(message)});
  }
}

void Session::ReadChallengeReply(const Message& message) {
  const std::string_view challenge = message.Get("Challenge");
  if (message.Get("Response") != "Success") return ReadLoginReply(message);
  if (challenge.empty()) {
    return End(base::Code::kPbxProtocol, "the PBX answered a Challenge without one");
  }
  state_ = State::kLogin;
  const auto key = FieldValue::From(MD5Key(challenge, credentials_.secret.Reveal())).Value();
  Queue(LoginMD5(LoginId(), credentials_.username, key, events_));
}

void Session::ReadLoginReply(const Message& message) {
  if (message.Get("Response") == "Success") {
    state_ = State::kReady;
    decisions_.emplace_back(LoggedIn{});
  } else if (message.Get("Message") == kShuttingDown) {
    End(base::Code::kPbxUnavailable, "the PBX is shutting down");
  } else {
    End(base::Code::kPbxLoginRefused,
        "the PBX refused the login of AMI user \"" + credentials_.username.Text() + "\" (" +
            std::string(message.Get("Message")) +
            "): compare username and secret with manager.conf, and see whether its deny and permit "
            "lines let this host in");
  }
}

void Session::Queue(const Action& action) {
  const std::string bytes = action.Encode();
  queued_ += bytes.size();
  output_ += bytes;
}

void Session::End(base::Code code, std::string message) {
  state_ = State::kEnded;
  output_.clear();
  decisions_.emplace_back(Ended{base::Error{code, std::move(message)}});
}

}  // namespace click2call::ami
