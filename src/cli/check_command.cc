#include "cli/check_command.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include <unistd.h>

#include "call/dial_policy.h"
#include "cli/check_dial.h"
#include "cli/check_files.h"
#include "cli/check_pbx.h"
#include "cli/findings.h"
#include "cli/load.h"

namespace click2call::cli {
namespace {

// Satellite phones, which cost several euros a minute: who may call these may call anything.
constexpr std::array<std::string_view, 2> kDearNumbers = {"+881612345678", "00881612345678"};

void CheckWho(const call::Config& config, Findings* findings) {
  const call::AccessConfig& access = config.access;
  // Addresses of the documentation, which are in no network that anybody has.
  const bool everybody = std::ranges::any_of(access.networks, [](const base::Network& network) {
    return network.Contains("203.0.113.1") || network.Contains("2001:db8::1");
  });
  if (everybody) {
    findings->Warn("access.networks lets the whole Internet in",
                   "name the networks of your own people alone");
  }
  if (access.remote_user) {
    findings->Warn("access.remote_user: REMOTE_USER is believed, whoever sets it",
                   "see that the web server asks everybody for a login under this URL, and that "
                   "nobody else can start the program or connect to its socket");
  }
}

void CheckWhat(const call::Config& config, Findings* findings) {
  const bool dear =
      config.numbers.region.empty() &&
      std::ranges::any_of(kDearNumbers, [&](std::string_view number) {
        const auto extension = call::Extension::Parse(number, "number");
        return extension.Ok() && call::Judge(config.numbers, nullptr, extension.Value()).Ok();
      });
  if (dear) {
    findings->Warn("numbers.allow opens satellite and premium numbers",
                   "narrow its patterns, or set numbers.region so that such numbers are known");
  }
  const auto none = [](const call::Quota& quota) {
    return quota.per_minute == 0 && quota.per_day == 0;
  };
  if (none(config.limits.asker) && none(config.limits.total)) {
    findings->Warn("limits: anybody may place any number of calls",
                   "set limits.per_minute and limits.per_day");
  }
}

void CheckJournal(const call::Config& config, const Tryout& tryout, Findings* findings) {
  const base::Status opened = tryout.journal(config);
  if (!opened.Ok()) return findings->Fail(opened.Why().message);
  findings->Ok("the journal can be read and written");
  CheckJournalFile(config, findings);
}

void CheckEverything(const std::string& path, const call::Config& config, const Tryout& tryout,
                     Findings* findings) {
  for (const std::string& warning : config.warnings) findings->Warn(warning);
  CheckFiles(path, config, findings);
  CheckWho(config, findings);
  CheckWhat(config, findings);
  for (const auto& [name, opened] : tryout.modules(config)) {
    if (opened.Ok()) {
      findings->Ok("module " + name + " is there");
    } else {
      findings->Fail(opened.Why().message);
    }
  }
  CheckJournal(config, tryout, findings);
  const auto healths = tryout.pbxs(config);
  for (std::size_t i = 0; i < std::min(healths.size(), config.pbx.size()); ++i) {
    CheckPbx(config.call, config.pbx[i], healths[i], findings);
  }
}

}  // namespace

int RunCheck(const Options& options, const Tryout& tryout, std::ostream& out) {
  Findings findings(out);
  const std::string path = ConfigPath(options.config);
  const auto setup = LoadSetup(path);
  if (!setup.Ok()) {
    findings.Fail(setup.Why().message);
    return findings.ExitStatus();
  }
  const call::Config& config = setup.Value().config;
  if (!options.to.empty()) {
    const std::string& region = config.numbers.region;
    const auto numbers = region.empty() ? nullptr : tryout.numbers(region);
    CheckDial(config, numbers.get(), options.to, options.from, &findings);
    return findings.ExitStatus();
  }
  if (geteuid() == 0) {
    findings.Warn("root may read everything, the web server's user may not",
                  "where that user runs the program, check as that user too, as in: sudo -u "
                  "www-data click2call check");
  }
  CheckEverything(path, config, tryout, &findings);
  CheckSocket(options.socket, &findings);
  return findings.ExitStatus();
}

}  // namespace click2call::cli
