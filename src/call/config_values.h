#ifndef CLICK2CALL_CALL_CONFIG_VALUES_H_
#define CLICK2CALL_CALL_CONFIG_VALUES_H_

#include <string>
#include <string_view>
#include <vector>

#include "ami/message.h"
#include "base/toml_section.h"
#include "call/dial_pattern.h"
#include "call/template.h"

namespace click2call::call {

// Values of several sections of click2call.toml. What is wrong is reported to the section.

// One that goes to the PBX as it stands.
ami::FieldValue ReadField(base::TomlSection& section, std::string_view key,
                          std::string_view otherwise);

// One with {placeholders}, all of them among `names`.
std::string ReadTemplate(base::TomlSection& section, std::string_view key,
                         std::string_view otherwise, TemplateNames names);

std::vector<DialPattern> ReadPatterns(base::TomlSection& section, std::string_view key,
                                      std::vector<std::string> otherwise);

// Whether it can stand for a phone, or a context, in a channel's name: letters, digits, _ . + -
bool IsPhone(std::string_view name);

}  // namespace click2call::call

#endif  // CLICK2CALL_CALL_CONFIG_VALUES_H_
