#ifndef CLICK2CALL_AMI_SESSION_H_
#define CLICK2CALL_AMI_SESSION_H_

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "ami/actions.h"
#include "ami/message.h"
#include "ami/reader.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace click2call::ami {

inline constexpr base::Milliseconds kBannerWait{2000};
inline constexpr base::Milliseconds kLoginWait{3000};  // a refusal takes Asterisk 1 s
inline constexpr base::Milliseconds kAnswerWait{5000};

enum class Auth { kPlain, kMD5 };

// Who logs in.
struct Credentials {
  FieldValue username;
  base::Secret secret;  // REQUIRES: FieldValue::From(secret) succeeds
  Auth auth = Auth::kPlain;
};

// One AMI connection as a state machine: bytes and time in, bytes and decisions out. It owns no
// socket and no clock; whoever drives it
//   - sends what Output() shows and says with Sent() how much the socket took,
//   - hands over what arrived with Receive(), or EndOfStream(),
//   - calls Tick() no later than Deadline(),
//   - and drains Next() after each of these.
// It begins at the banner and logs in by itself; where no banner comes it asks who is there.
// Actions may be submitted in any number once it has (pipelining); replies are matched by ActionID,
// and stray replies are dropped. Waits are absolute: bytes that trickle in do not extend them.
class Session {
 public:
  struct LoggedIn {};
  struct Replied {
    std::string action_id;
    Message response;
  };
  struct Happened {
    Message event;
  };
  // The last decision, whatever comes afterwards. kPbxLoginRefused, kPbxProtocol or
  // kPbxUnavailable; what that means for an action still unanswered, Committed() tells.
  struct Ended {
    base::Error error;
  };
  using Decision = std::variant<LoggedIn, Replied, Happened, Ended>;

  Session(Credentials credentials, Events events, base::MonotonicTime now);

  void Receive(std::string_view bytes, base::MonotonicTime now);
  // `why`: what the connection itself says of its end, for the message.
  void EndOfStream(std::string_view why = {});
  void Tick(base::MonotonicTime now);

  // What is still to be sent. Valid until the next call of a member that is not const.
  std::string_view Output() const;
  void Sent(std::size_t count);

  // REQUIRES: LoggedIn was decided, and no unanswered action has the same ActionID. After Ended
  // nothing is sent any more.
  void Submit(const Action& action, base::MonotonicTime now);

  // True once the last byte of the action's blank line was handed over: from then on the PBX may
  // have acted on it, and it must never be sent again. REQUIRES: it is unanswered.
  bool Committed(std::string_view action_id) const;

  std::optional<Decision> Next();

  // The line that the PBX began with, as in "Asterisk Call Manager/11.0.0"; empty before it came.
  const std::string& Banner() const { return banner_; }

  // When Tick() is due; MonotonicTime::max() while nothing is awaited.
  base::MonotonicTime Deadline() const;

 private:
  enum class State { kBanner, kChallenge, kLogin, kReady, kEnded };
  struct Waiting {
    std::size_t end_offset;  // in the stream of all bytes ever queued
    base::MonotonicTime deadline;
  };

  void ReadBanner(const std::string& line, base::MonotonicTime now);
  void EndAsStranger();
  void AskWhoIsThere();
  void ReadMessage(Message message);
  void ReadLoginReply(const Message& message);
  void ReadChallengeReply(const Message& message);
  void Queue(const Action& action);
  void End(base::Code code, std::string message);

  Credentials credentials_;
  Events events_;
  State state_ = State::kBanner;
  base::MonotonicTime stage_deadline_;
  Reader reader_;
  std::string first_bytes_;  // that arrived, until the banner was read
  bool asked_ = false;       // who is there
  std::string banner_;
  std::string output_;
  std::size_t sent_ = 0;    // of all bytes ever queued
  std::size_t queued_ = 0;  // all bytes ever queued
  std::map<std::string, Waiting, std::less<>> waiting_;
  std::deque<Decision> decisions_;
};

}  // namespace click2call::ami

#endif  // CLICK2CALL_AMI_SESSION_H_
