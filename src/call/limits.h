#ifndef CLICK2CALL_CALL_LIMITS_H_
#define CLICK2CALL_CALL_LIMITS_H_

#include <chrono>

namespace click2call::call {

// How many calls there may be. 0: any number.
struct Quota {
  int per_minute = 0;
  int per_day = 0;
  int concurrent = 0;  // that are not over

  friend bool operator==(const Quota&, const Quota&) = default;
};

// [limits].
struct LimitConfig {
  Quota asker = {};                     // of one user, else of one client address
  Quota callee = {};                    // to one extension
  Quota total = {};                     // of everybody
  std::chrono::seconds duplicate = {};  // so long the same click again is the same call; 0: never

  friend bool operator==(const LimitConfig&, const LimitConfig&) = default;
};

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_LIMITS_H_
