#include "cli/findings.h"

#include <sstream>

#include <gtest/gtest.h>

#include "cli/options.h"

namespace click2call::cli {
namespace {

TEST(FindingsTest, AreOneLineEachWithWhatToDo) {
  std::ostringstream out;
  Findings findings(out);
  findings.Ok("the journal is there");
  findings.Warn("the door is open", "close it");
  findings.Warn("it says so itself");
  EXPECT_EQ(findings.ExitStatus(), 0);
  findings.Fail("the house is gone", "build one");
  EXPECT_EQ(out.str(),
            "ok       the journal is there\n"
            "warning  the door is open: close it\n"
            "warning  it says so itself\n"
            "error    the house is gone: build one\n");
}

TEST(FindingsTest, OneErrorIsAFailure) {
  std::ostringstream out;
  Findings findings(out);
  findings.Fail("no");
  findings.Ok("yes");
  EXPECT_EQ(findings.ExitStatus(), kExitFailed);
}

TEST(FindingsTest, ReachTheTerminalWithoutControlCharacters) {
  std::ostringstream out;
  Findings(out).Fail("said \x1b[2J\r", "do\nthis");
  EXPECT_EQ(out.str(), "error    said \\x1B[2J\\x0D: do\\x0Athis\n");
}

}  // namespace
}  // namespace click2call::cli
