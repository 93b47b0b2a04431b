#ifndef CLICK2CALL_CLI_FINDINGS_H_
#define CLICK2CALL_CLI_FINDINGS_H_

#include <ostream>
#include <string_view>

namespace click2call::cli {

// What `click2call check` finds, printed as it is found, one line each: "ok …", "warning …: what to
// do", "error …: what to do".
class Findings {
 public:
  // REQUIRES: `out` outlives it.
  explicit Findings(std::ostream& out) : out_(out) {}

  void Ok(std::string_view what);
  // `to_do` may be empty where `what` says it, as errors of the program do.
  void Warn(std::string_view what, std::string_view to_do = {});
  void Fail(std::string_view what, std::string_view to_do = {});

  // 0 while there is no error, else kExitFailed.
  int ExitStatus() const;

 private:
  void Print(std::string_view kind, std::string_view what, std::string_view to_do);

  std::ostream& out_;
  bool failed_ = false;
};

}  // namespace click2call::cli

#endif  // CLICK2CALL_CLI_FINDINGS_H_
