#ifndef CLICK2CALL_CALL_PBX_SECTION_H_
#define CLICK2CALL_CALL_PBX_SECTION_H_

#include "base/toml_section.h"
#include "call/config.h"

namespace click2call::call {

// Reads every [[pbx]] of the document, and warns of what is dangerous.
void ReadPbxs(base::TomlSection& document, Config* config);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_PBX_SECTION_H_
