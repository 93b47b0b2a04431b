#include "net/back_off.h"

#include <algorithm>

namespace click2call::net {

base::Milliseconds BackOff::Next(double chance) {
  // The spread is kept at the longest wait too: there it matters most.
  constexpr double kMostMiddleMs = static_cast<double>(kMost.count()) / (1 + kSpread);
  const double wait = middle_ms_ * (1 + kSpread * (2 * chance - 1));
  middle_ms_ = std::min(middle_ms_ * kGrowth, kMostMiddleMs);
  return base::Milliseconds(static_cast<base::Milliseconds::rep>(wait));
}

}  // namespace click2call::net
