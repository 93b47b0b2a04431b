#ifndef CLICK2CALL_FAKES_FAKE_LOG_H_
#define CLICK2CALL_FAKES_FAKE_LOG_H_

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "base/log.h"

namespace click2call::fakes {

// A log that keeps its lines. Like a real one it may be written by several threads.
class FakeLog : public base::Log {
 public:
  struct Line {
    base::LogLevel level;
    std::string text;
  };

  void Write(base::LogLevel level, const base::LogLine& line) override {
    const std::lock_guard lock(mutex_);
    lines_.push_back({level, line.Text()});
  }

  std::vector<Line> Lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  // All lines, each with a line feed at its end: for "is it in the log at all".
  std::string Text() const {
    std::string text;
    for (const Line& line : Lines()) text += line.text + "\n";
    return text;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Line> lines_;
};

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_FAKE_LOG_H_
