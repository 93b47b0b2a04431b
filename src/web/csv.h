#ifndef CLICK2CALL_WEB_CSV_H_
#define CLICK2CALL_WEB_CSV_H_

#include <string>

#include "web/pages.h"

namespace click2call::web {

// The calls as RFC 4180 has it, in UTF-8, below a line of names. A value that a spreadsheet would
// take for a formula stands behind an apostrophe; a "+" and digits, which is a number, does not.
std::string CallsCsv(const CallList& list);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_CSV_H_
