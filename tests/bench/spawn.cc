// Runs a CGI program again and again, one after the other, as a web server does, and sees that each
// answer has WORD in it.
//
//     spawn COUNT FIRST WORD PROGRAM [ARGUMENT...]
//
// The environment is passed on; the @ of QUERY_STRING and REMOTE_ADDR become the digits of a number
// that begins with FIRST and is another one in each run. Tells as slice.h says how long each run
// took from exec to exit, and on stderr, as one number, the nanoseconds of processor time of all of
// them.

#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "slice.h"

extern char** environ;

namespace click2call::bench {
namespace {

Numbered Variable(const char* name) {
  const char* value = std::getenv(name);
  return Numbered(value == nullptr ? "" : value);
}

std::string RunOnce(char** command) {
  int answer[2];
  if (pipe2(answer, O_CLOEXEC) != 0) Die("pipe2");
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, answer[1], STDOUT_FILENO);
  pid_t child = 0;
  if (posix_spawn(&child, command[0], &files, nullptr, command, environ) != 0) Die(command[0]);
  close(answer[1]);
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t got = read(answer[0], buffer, sizeof buffer);
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  close(answer[0]);
  int status = 0;
  waitpid(child, &status, 0);
  posix_spawn_file_actions_destroy(&files);
  if (status != 0) {
    std::fprintf(stderr, "%s ended with %d: %s\n", command[0], status, text.c_str());
    std::exit(1);
  }
  return text;
}

int Run(char** argv) {
  const unsigned long count = std::stoul(argv[1]);
  unsigned long number = std::stoul(argv[2]);
  const std::string_view word = argv[3];
  Numbered query = Variable("QUERY_STRING"), address = Variable("REMOTE_ADDR");
  std::vector<std::uint32_t> latencies;
  const std::uint64_t start = Nanoseconds();
  for (unsigned long i = 0; i < count; ++i) {
    setenv("QUERY_STRING", query.With(number).c_str(), 1);
    setenv("REMOTE_ADDR", address.With(number++).c_str(), 1);
    const std::uint64_t begun = Nanoseconds();
    const std::string answer = RunOnce(argv + 4);
    latencies.push_back(static_cast<std::uint32_t>(Nanoseconds() - begun));
    if (answer.find(word) == std::string::npos) {
      std::fprintf(stderr, "not the answer that was expected: %s\n", answer.c_str());
      return 1;
    }
  }
  const std::uint64_t took = Nanoseconds() - start;
  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
  const auto time = [](const timeval& value) { return value.tv_sec * 1'000'000 + value.tv_usec; };
  std::fprintf(stderr, "%ld\n", (time(used.ru_utime) + time(used.ru_stime)) * 1000);
  Tell(took, latencies);
  return 0;
}

}  // namespace
}  // namespace click2call::bench

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  return click2call::bench::Run(argv);
}
