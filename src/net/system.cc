#include "net/system.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include <Poco/DigestEngine.h>
#include <fcntl.h>
#include <sys/random.h>
#include <syslog.h>
#include <unistd.h>

#include "base/text.h"

namespace click2call::net {
namespace {

class FileLog : public base::Log {
 public:
  FileLog(int fd, base::LogLevel lowest) : fd_(fd), lowest_(lowest) {}
  ~FileLog() override {
    if (fd_ != STDERR_FILENO) close(fd_);
  }
  FileLog(const FileLog&) = delete;
  FileLog& operator=(const FileLog&) = delete;

  void Write(base::LogLevel level, const base::LogLine& line) override {
    if (level < lowest_) return;
    std::string text;
    Append(Begin(level), line, &text);
    Put(text);
  }

  void WriteAll(base::LogLevel level, const std::vector<base::LogLine>& lines) override {
    if (level < lowest_) return;
    const std::string begin = Begin(level);
    std::string text;
    for (const base::LogLine& line : lines) {
      // More than that may come out of a pipe with what others write in the middle (pipe(7)).
      if (!text.empty() && text.size() + LengthOf(begin, line) > PIPE_BUF) {
        Put(text);
        text.clear();
      }
      Append(begin, line, &text);
    }
    if (!text.empty()) Put(text);
  }

 private:
  static std::string Begin(base::LogLevel level) {
    std::string begin = base::FormatTime(std::chrono::system_clock::now());
    return begin.append(" level=\"").append(base::LogLevelName(level)).append("\" ");
  }
  static std::size_t LengthOf(const std::string& begin, const base::LogLine& line) {
    return begin.size() + line.Text().size() + 1;
  }
  static void Append(const std::string& begin, const base::LogLine& line, std::string* text) {
    text->reserve(text->size() + LengthOf(begin, line));
    text->append(begin).append(line.Text()).append("\n");
  }
  void Put(const std::string& text) const {
    // There is nobody to tell when the log itself cannot be written.
    (void)!write(fd_, text.data(), text.size());
  }

  int fd_;
  base::LogLevel lowest_;
};

// Its connection is the process's and stays open: another log may use it by then.
class SystemLog : public base::Log {
 public:
  explicit SystemLog(base::LogLevel lowest) : lowest_(lowest) {
    openlog("click2call", LOG_PID, LOG_DAEMON);
  }

  void Write(base::LogLevel level, const base::LogLine& line) override {
    if (level < lowest_) return;
    syslog(Priority(level), "%s", line.Text().c_str());  // NOLINT: syslog is variadic
  }

 private:
  static int Priority(base::LogLevel level) {
    switch (level) {
      case base::LogLevel::kDebug:
        return LOG_DEBUG;
      case base::LogLevel::kInfo:
        return LOG_INFO;
      case base::LogLevel::kWarning:
        return LOG_WARNING;
      case base::LogLevel::kError:
        return LOG_ERR;
    }
    return LOG_ERR;
  }

  base::LogLevel lowest_;
};

// Each is given once.
template <class Bytes>
Bytes Random() {
  // Of the kernel, for several calls at a time: up to 256 bytes come whole and never fail once it
  // has booted (getrandom(2)).
  thread_local std::array<unsigned char, 256> some;
  thread_local std::size_t given = some.size();
  Bytes bytes{};
  if (some.size() - given < bytes.size()) {
    if (getrandom(some.data(), some.size(), 0) != static_cast<ssize_t>(some.size())) abort();
    given = 0;
  }
  const auto from = some.begin() + static_cast<std::ptrdiff_t>(given);
  std::copy_n(from, bytes.size(), bytes.begin());
  given += bytes.size();
  return bytes;
}

}  // namespace

base::CallId NewCallId() {
  return base::CallId::Make(std::chrono::system_clock::now(), Random<base::CallId::Entropy>());
}

std::string NewToken() {
  const auto bytes = Random<std::array<unsigned char, 16>>();
  return Poco::DigestEngine::digestToHex({bytes.begin(), bytes.end()});
}

base::Result<std::unique_ptr<base::Log>> OpenLog(const std::string& target, base::LogLevel lowest) {
  std::unique_ptr<base::Log> log;
  if (target == "syslog") {
    log = std::make_unique<SystemLog>(lowest);
  } else if (target == "stderr") {
    log = std::make_unique<FileLog>(STDERR_FILENO, lowest);
  } else {
    constexpr mode_t kMode = 0640;
    const int fd =
        open(target.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode);  // NOLINT
    if (fd < 0) {
      return base::Error{base::Code::kInternal,
                         "log.target " + target + " cannot be written: " + base::ErrnoText(errno)};
    }
    log = std::make_unique<FileLog>(fd, lowest);
  }
  return log;
}

}  // namespace click2call::net
