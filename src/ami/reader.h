#ifndef CLICK2CALL_AMI_READER_H_
#define CLICK2CALL_AMI_READER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "ami/message.h"

namespace click2call::ami {

// Far above what Asterisk sends, far below what would hurt.
inline constexpr std::size_t kMaxReceivedLineBytes = 16 * 1024;
inline constexpr std::size_t kMaxReceivedHeaders = 256;

// Bytes in, lines and messages out; it knows no socket. Feed() whatever arrived, then call Next()
// until it answers kNeedMore. How the bytes were cut makes no difference.
//
// Memory is bounded by one line limit, one message limit and the largest chunk fed, as long as the
// caller drains between two calls of Feed().
class Reader {
 public:
  enum class Outcome { kDone, kNeedMore, kBroken };

  void Feed(std::string_view bytes);

  // The next line without its CR LF (a bare LF ends one too): for the banner, which no blank line
  // follows.
  Outcome NextLine(std::string* line);

  // The next message: header lines up to a blank one. Blank lines before the first header are
  // skipped. A line without ": " is kept as a name without a value.
  Outcome NextMessage(Message* message);

  // After kBroken, which lasts: what was over its limit.
  const std::string& Problem() const { return problem_; }

 private:
  Outcome Break(std::string problem);

  std::string buffer_;
  std::size_t start_ = 0;    // of the first byte not yet given out
  std::size_t scanned_ = 0;  // up to here there is no LF
  Message partial_;
  std::string problem_;
};

}  // namespace click2call::ami

#endif  // CLICK2CALL_AMI_READER_H_
