#ifndef CLICK2CALL_NET_SYSTEM_H_
#define CLICK2CALL_NET_SYSTEM_H_

#include <memory>
#include <string>

#include "base/call_id.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"

namespace click2call::net {

class SystemClock : public base::Clock {
 public:
  base::MonotonicTime Now() const override { return std::chrono::steady_clock::now(); }
  base::WallTime WallNow() const override { return std::chrono::system_clock::now(); }
};

// A CallId of the present moment with 80 bits from the kernel. Safe in threads and after fork.
base::CallId NewCallId();

// 128 bits from the kernel, as 32 hexadecimal digits. Safe in threads and after fork.
std::string NewToken();

// A log to "stderr", "syslog" or the file at an absolute path, which is created 0640 and appended
// to. One write a line, so that lines of several processes do not mix.
base::Result<std::unique_ptr<base::Log>> OpenLog(const std::string& target, base::LogLevel lowest);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_SYSTEM_H_
