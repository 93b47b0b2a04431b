#include "cli/sign_command.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "base/text.h"
#include "call/dial_policy.h"
#include "call/place_call.h"
#include "cli/load.h"

namespace click2call::cli {
namespace {

using base::Code;
using base::Error;

// How to make the secret that is missing. Lines to be copied, so it is no Error's one line.
std::string WayToASecret(const std::string& config_path) {
  const std::string path = base::Visible(config_path);
  const std::string file = (std::filesystem::path(path).parent_path() / "link.secret").string();
  return "signed links need a secret. Make one that only we and the web server can read:\n"
         "  (umask 027; openssl rand -hex 32 > " +
         file + "; chgrp www-data " + file +
         ")\n"
         "and name it in " +
         path +
         ":\n"
         "  [access]\n"
         "  link_secret_file = \"link.secret\"\n";
}

base::Status CheckUrl(const std::string& url) {
  const bool web = url.starts_with("http://") || url.starts_with("https://");
  const bool plain = url.find_first_of(" #\"<>") == std::string::npos && !base::HasControl(url);
  if (url.empty() || (web && plain)) return base::Done();
  return Error{Code::kInvalidArgument,
               "--url must be where the program is mounted, as in "
               "https://pbx.example.com/click2call"};
}

// Whether the phone that rings first can only be known at the click.
bool PhoneComesLater(const call::Config& config) {
  return config.call.origin.empty() &&
         !(config.origins.users.empty() && config.origins.addresses.empty());
}

// The numbers as they are asked for, if the rules let that call through.
base::Result<web::Link> ReadLink(const Options& options, const call::Config& config,
                                 const SignWorld& world) {
  auto to = call::Extension::Parse(base::Trim(options.to), "TO");
  if (!to.Ok()) return to.Why();
  call::CallRequest request{std::move(to).Value(), std::nullopt, {}};
  if (!options.from.empty()) {
    auto from = call::Extension::Parse(base::Trim(options.from), "--from");
    if (!from.Ok()) return from.Why();
    request.caller = std::move(from).Value();
  }
  if (!request.caller && PhoneComesLater(config)) {
    const auto judged = call::Judge(config.numbers, world.numbers, request.callee);
    if (!judged.Ok()) return judged.Why();
  } else {
    const auto parties = call::CheckRules(config, world.numbers, request);
    if (!parties.Ok()) return parties.Why();
  }
  return web::Link{request.callee.Asked(), request.caller ? request.caller->Asked() : "", world.id,
                   world.now + options.expires};
}

}  // namespace

int RunSign(const Options& options, const call::Config& config, const SignWorld& world,
            std::ostream& out, std::ostream& err) {
  const auto fail = [&](const Error& error) {
    err << "click2call: " << base::Visible(error.message) << '\n';
    const bool forbidden =
        error.code == Code::kPermissionDenied || error.code == Code::kSameCallerCallee;
    return forbidden ? kExitFailed : kExitUsage;
  };
  if (config.access.link_secret_file.empty()) {
    err << "click2call: " << WayToASecret(ConfigPath(options.config));
    return kExitUsage;
  }
  const base::Status url = CheckUrl(options.url);
  if (!url.Ok()) return fail(url.Why());
  const auto link = ReadLink(options, config, world);
  if (!link.Ok()) return fail(link.Why());
  const auto token = world.links.Sign(link.Value(), world.now);
  if (!token.Ok()) return fail(token.Why());
  const bool has_query = options.url.find('?') != std::string::npos;
  out << options.url << (has_query ? "&" : "?") << "token=" << token.Value() << '\n';
  err << "This link places one call, until " << base::FormatTime(link.Value().expires) << ".\n";
  return 0;
}

}  // namespace click2call::cli
