#ifndef CLICK2CALL_CALL_READ_CONFIG_H_
#define CLICK2CALL_CALL_READ_CONFIG_H_

#include <string>
#include <string_view>

#include "call/config.h"
#include "fakes/results.h"

namespace click2call::call {

// The least that a configuration must say; [call] is open at its end.
inline constexpr std::string_view kLeastConfig =
    "[[pbx]]\n"
    "username = \"click2call\"\n"
    "secret = \"s3cret\"\n"
    "[call]\n"
    "origin = \"1003\"\n";

// That and `more`, which goes on with [call]. There are no limits but those in `more`, so that
// tests may place calls one after the other.
inline Config ReadConfig(std::string_view more = {}) {
  Config config =
      fakes::Must(ParseConfig(std::string(kLeastConfig) + std::string(more), "test.toml"));
  if (more.find("[limits") == std::string_view::npos) config.limits = {};
  return config;
}

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_READ_CONFIG_H_
