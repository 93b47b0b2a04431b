#ifndef CLICK2CALL_BENCH_SLICE_H_
#define CLICK2CALL_BENCH_SLICE_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

namespace click2call::bench {

inline std::uint64_t Nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

[[noreturn]] inline void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

// A text whose @ become the six digits of a number, again and again from the left: "to=@@@@@@" or
// an address, "10.1@@.1@@.1@@". So each click is somebody else's, to somebody else.
class Numbered {
 public:
  explicit Numbered(std::string text) : text_(std::move(text)) {
    for (std::size_t at = text_.find('@'); at != std::string::npos; at = text_.find('@', at + 1)) {
      places_.push_back(at);
    }
  }

  // Valid until the next call. Of the numbers there are 900,000, and then the first one again.
  const std::string& With(std::uint64_t number) {
    const std::string digits = std::to_string(100'000 + number % 900'000);
    for (std::size_t i = 0; i < places_.size(); ++i) text_[places_[i]] = digits[i % digits.size()];
    return text_;
  }

 private:
  std::string text_;
  std::vector<std::size_t> places_;
};

// How a program of the bench tells what it measured: on stdout, in the machine's own byte order,
// eight bytes of how long all of it took and four for each latency in its order, in nanoseconds.
inline void Tell(std::uint64_t took, const std::vector<std::uint32_t>& latencies) {
  std::fwrite(&took, sizeof took, 1, stdout);
  std::fwrite(latencies.data(), sizeof latencies[0], latencies.size(), stdout);
  if (std::fflush(stdout) != 0) Die("stdout");
}

}  // namespace click2call::bench

#endif  // CLICK2CALL_BENCH_SLICE_H_
