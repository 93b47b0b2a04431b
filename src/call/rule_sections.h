#ifndef CLICK2CALL_CALL_RULE_SECTIONS_H_
#define CLICK2CALL_CALL_RULE_SECTIONS_H_

#include "base/toml_section.h"
#include "call/config.h"

namespace click2call::call {

// The sections that say who may call what: [origins], [numbers], [access], [limits].
OriginConfig ReadOrigins(base::TomlSection section, const CallConfig& call);
NumberConfig ReadNumbers(base::TomlSection section);
AccessConfig ReadAccess(base::TomlSection section);
LimitConfig ReadLimits(base::TomlSection section);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_RULE_SECTIONS_H_
