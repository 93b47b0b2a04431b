#ifndef CLICK2CALL_NET_BACK_OFF_H_
#define CLICK2CALL_NET_BACK_OFF_H_

#include "base/clock.h"

namespace click2call::net {

// How long to wait before the next try of something that failed: 1 s at first, 1.6 times as much
// each time, and up to 20 % more or less, so that many who lost the same PBX do not come back at
// the same moment. Never more than 30 s.
class BackOff {
 public:
  static constexpr base::Milliseconds kFirst{1000};
  static constexpr double kGrowth = 1.6;
  static constexpr double kSpread = 0.2;
  static constexpr base::Milliseconds kMost{30'000};

  // `chance`, in [0, 1), picks the place within the spread.
  base::Milliseconds Next(double chance);

  // It went well: the next wait is the first again.
  void Reset() { middle_ms_ = kFirstMs; }

 private:
  static constexpr double kFirstMs{kFirst.count()};

  double middle_ms_ = kFirstMs;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_BACK_OFF_H_
