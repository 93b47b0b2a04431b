#ifndef CLICK2CALL_BASE_VERSION_H_
#define CLICK2CALL_BASE_VERSION_H_

namespace click2call::base {

inline constexpr char kVersion[] = "0.1.0";  // NOLINT

}  // namespace click2call::base

#endif  // CLICK2CALL_BASE_VERSION_H_
