#include "cli/findings.h"

#include "base/text.h"
#include "cli/options.h"

namespace click2call::cli {

void Findings::Ok(std::string_view what) { Print("ok       ", what, {}); }

void Findings::Warn(std::string_view what, std::string_view to_do) {
  Print("warning  ", what, to_do);
}

void Findings::Fail(std::string_view what, std::string_view to_do) {
  failed_ = true;
  Print("error    ", what, to_do);
}

int Findings::ExitStatus() const { return failed_ ? kExitFailed : 0; }

void Findings::Print(std::string_view kind, std::string_view what, std::string_view to_do) {
  out_ << kind << base::Visible(what);
  if (!to_do.empty()) out_ << ": " << base::Visible(to_do);
  out_ << '\n' << std::flush;
}

}  // namespace click2call::cli
