#include "web/guards.h"

namespace click2call::web {

Verdict Judge(const Request& request) {
  if (!request.purpose.empty()) return Verdict::kNobodyClicked;
  if (request.method == "GET" || request.method == "POST") return Verdict::kDial;
  if (request.method == "HEAD") return Verdict::kNothingToShow;
  if (request.method == "OPTIONS") return Verdict::kOptions;
  return Verdict::kMethodNotAllowed;
}

}  // namespace click2call::web
