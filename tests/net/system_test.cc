#include "net/system.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/text.h"
#include "fakes/results.h"

namespace click2call::net {
namespace {

using base::Code;
using base::LogLevel;
using base::LogLine;
using fakes::Fails;
using fakes::Has;
using fakes::Must;

// A folder that goes with the test.
class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    std::string pattern = testing::TempDir() + "click2call-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern + "/log";
  }
  ~LogFileTest() override {
    (void)std::remove(path_.c_str());
    (void)std::remove(path_.substr(0, path_.rfind('/')).c_str());
  }

  std::string Text() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string WithoutTimes() const {
    std::string text = Text();
    for (char& c : text) c = base::IsDigit(c) ? '0' : c;
    return text;
  }

  std::string path_;
};

TEST(SystemTest, EveryCallIdIsAnother) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    const base::CallId id = NewCallId();
    EXPECT_EQ(base::CallId::Parse(id.Text()), id);
    ids.insert(id.Text());
  }
  EXPECT_EQ(ids.size(), 1000U);
}

// Of the randomness that comes from the kernel at a time no part serves twice.
TEST(SystemTest, NoPartOfATokenIsOfAnother) {
  constexpr std::size_t kPart = 16;  // digits: two of so many are never equal by chance
  std::set<std::string> tokens;
  std::size_t repeated = 0;
  std::set<std::string> parts;
  for (int i = 0; i < 1000; ++i) {
    (void)NewCallId();  // takes some as well
    const std::string token = NewToken();
    tokens.insert(token);
    for (std::size_t at = 0; at + kPart <= token.size(); at += 2) {
      if (!parts.insert(token.substr(at, kPart)).second) ++repeated;
    }
  }
  EXPECT_EQ(tokens.size(), 1000U);
  EXPECT_EQ(repeated, 0U);
}

TEST(SystemTest, TheClockGoesOn) {
  const SystemClock clock;
  const auto before = clock.Now();
  EXPECT_GE(clock.Now(), before);
  EXPECT_GT(clock.WallNow().time_since_epoch().count(), 0);
}

TEST_F(LogFileTest, HasOneLineForEachWriteWithTimeAndLevel) {
  const auto log = Must(OpenLog(path_, LogLevel::kInfo));
  log->Write(LogLevel::kInfo, LogLine("call").Add("to", "ann"));
  log->Write(LogLevel::kError, LogLine("no\tcall"));
  EXPECT_EQ(WithoutTimes(),
            "0000-00-00T00:00:00.000Z level=\"info\" event=\"call\" to=\"ann\"\n"
            "0000-00-00T00:00:00.000Z level=\"error\" event=\"no\\x00call\"\n");
}

TEST_F(LogFileTest, LeavesOutWhatIsBelowItsLevel) {
  const auto log = Must(OpenLog(path_, LogLevel::kWarning));
  log->Write(LogLevel::kDebug, LogLine("debug"));
  log->Write(LogLevel::kInfo, LogLine("info"));
  EXPECT_EQ(Text(), "");
  log->Write(LogLevel::kWarning, LogLine("warning"));
  log->Write(LogLevel::kError, LogLine("error"));
  EXPECT_TRUE(Has(Text(), "event=\"warning\""));
  EXPECT_TRUE(Has(Text(), "event=\"error\""));
}

TEST_F(LogFileTest, TakesManyLinesInTheirOrder) {
  const auto log = Must(OpenLog(path_, LogLevel::kInfo));
  log->WriteAll(LogLevel::kInfo, {LogLine("first"), LogLine("second")});
  log->WriteAll(LogLevel::kInfo, {});
  log->WriteAll(LogLevel::kDebug, {LogLine("debug")});
  EXPECT_EQ(WithoutTimes(),
            "0000-00-00T00:00:00.000Z level=\"info\" event=\"first\"\n"
            "0000-00-00T00:00:00.000Z level=\"info\" event=\"second\"\n");
}

TEST(ErrorLogTest, WritesManyLinesTogetherAsFarAsAPipeTakesThemAsOne) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends.data()), 0);
  std::vector<LogLine> lines;
  for (int i = 0; i < 100; ++i) lines.push_back(LogLine("state").Add("call", std::to_string(i)));
  lines.push_back(LogLine(std::string(PIPE_BUF + 1, 'x')));
  const auto log = Must(OpenLog("stderr", LogLevel::kInfo));
  const int before = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  log->WriteAll(LogLevel::kInfo, lines);
  dup2(before, STDERR_FILENO);
  std::string all;
  int writes = 0;
  std::string one(10'000, '\0');
  for (ssize_t got = 0; (got = read(ends[0], one.data(), one.size())) > 0; ++writes) {
    const auto size = static_cast<std::size_t>(got);
    EXPECT_EQ(one[size - 1], '\n') << "whole lines";
    EXPECT_TRUE(size <= PIPE_BUF || one.substr(0, size).find('\n') == size - 1) << size;
    all.append(one, 0, size);
  }
  for (const int fd : {before, ends[0], ends[1]}) close(fd);
  EXPECT_LE(writes, 4);
  std::size_t at = 0;
  for (const LogLine& line : lines) {
    at = all.find(line.Text() + "\n", at);
    ASSERT_NE(at, std::string::npos) << line.Text();
  }
  EXPECT_EQ(std::ranges::count(all, '\n'), 101);
}

TEST_F(LogFileTest, IsAppendedTo) {
  for (const auto* event : {"first", "second"}) {
    Must(OpenLog(path_, LogLevel::kInfo))->Write(LogLevel::kInfo, LogLine(event));
  }
  EXPECT_TRUE(Has(Text(), "first"));
  EXPECT_TRUE(Has(Text(), "second"));
}

TEST_F(LogFileTest, IsForItsOwnerAndGroupOnly) {
  const auto log = Must(OpenLog(path_, LogLevel::kInfo));
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0137U, 0U) << "at most 0640";
}

TEST_F(LogFileTest, ThatCannotBeWrittenIsAnErrorThatNamesIt) {
  const auto log = OpenLog(path_ + "/no/such/folder", LogLevel::kInfo);
  ASSERT_TRUE(Fails(log, Code::kInternal));
  EXPECT_TRUE(Has(log.Why().message, path_));
  EXPECT_TRUE(Has(log.Why().message, "No such file"));
}

TEST(SystemLogTest, OutlivesTheOneBeforeIt) {
  auto before = Must(OpenLog("syslog", LogLevel::kInfo));
  const auto after = Must(OpenLog("syslog", LogLevel::kInfo));
  before.reset();
  openlog(nullptr, LOG_PERROR, LOG_DAEMON);  // on stderr too, under the name that stands
  testing::internal::CaptureStderr();
  after->Write(LogLevel::kInfo, LogLine("call"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "click2call: event=\"call\"\n");
  closelog();
}

}  // namespace
}  // namespace click2call::net
