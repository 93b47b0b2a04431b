#ifndef CLICK2CALL_CALL_TALLY_H_
#define CLICK2CALL_CALL_TALLY_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "base/result.h"
#include "web/metrics.h"

namespace click2call::call {

// What became of the requests that were to place a call, since a process began. To count one costs
// it no more than an atomic increment or two: every click passes here. May be used from several
// threads at once.
class Tally {
 public:
  explicit Tally(base::WallTime began) : began_(began) {}

  // A call was placed, within `took`; or, with `again`, that click had its call already.
  void Place(bool again, base::MonotonicTime::duration took);
  // An error was the answer.
  void Refuse(base::Code why);

  web::Counts Read() const;

 private:
  using Count = std::atomic<std::uint64_t>;

  static constexpr std::size_t kCodes = static_cast<std::size_t>(base::Code::kInternal) + 1;
  // Up to so long, each; the last bucket is for what took longer.
  static constexpr std::array<base::Microseconds, 13> kBounds = {
      base::Microseconds(1'000),     base::Microseconds(2'500),     base::Microseconds(5'000),
      base::Microseconds(10'000),    base::Microseconds(25'000),    base::Microseconds(50'000),
      base::Microseconds(100'000),   base::Microseconds(250'000),   base::Microseconds(500'000),
      base::Microseconds(1'000'000), base::Microseconds(2'500'000), base::Microseconds(5'000'000),
      base::Microseconds(10'000'000)};

  const base::WallTime began_;
  std::array<Count, kCodes> refused_{};
  std::array<Count, kBounds.size() + 1> placed_{};  // by the bound within which
  Count placed_us_{};                               // that all of them took together
  Count again_{};
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_TALLY_H_
