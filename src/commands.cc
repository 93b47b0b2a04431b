#include "commands.h"

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/check_command.h"
#include "cli/load.h"
#include "cli/sign_command.h"
#include "journal.h"
#include "net/ami_client.h"
#include "net/https_module.h"
#include "net/jwt_module.h"
#include "net/links_module.h"
#include "net/numbers_module.h"
#include "net/open_transport.h"
#include "net/system.h"

namespace click2call {
namespace {

web::LinkConfig LinksOf(const call::Config& config) {
  return {config.access.link_secret, config.store.keep};
}

std::vector<std::pair<std::string, base::Status>> OpenModules(const call::Config& config) {
  std::vector<std::pair<std::string, base::Status>> opened;
  const call::AccessConfig& access = config.access;
  if (access.jwt) opened.emplace_back("jwt", net::JwtModule(*access.jwt).Open());
  if (!access.link_secret_file.empty()) {
    opened.emplace_back("links", net::LinksModule(LinksOf(config)).Open());
  }
  if (!access.sinks.empty()) opened.emplace_back("https", net::HttpsModule().Open());
  if (!config.numbers.region.empty()) {
    opened.emplace_back("numbers", net::NumbersModule(config.numbers.region).Open());
  }
  return opened;
}

base::Status TryJournal(const call::Config& config) {
  const auto store = OpenJournal(config.store, nullptr);
  if (!store.Ok()) return store.Why();
  const auto read = store.Value()->List({.limit = 1});
  if (!read.Ok()) return read.Why();
  // Of a call that there never was.
  return store.Value()->Explain(base::CallId::FirstOf({}), "");
}

std::vector<call::PbxHealth> AskPbxs(const call::Config& config) {
  const net::SystemClock clock;
  const auto log = net::OpenLog("stderr", base::LogLevel::kError);
  net::AmiClient client(config.pbx, {}, clock, *log.Value(), net::OpenTransport);
  return client.Health();
}

}  // namespace

int Check(const cli::Options& options) {
  const cli::Tryout tryout{OpenModules, TryJournal, AskPbxs, [](const std::string& region) {
                             return std::make_unique<net::NumbersModule>(region);
                           }};
  return cli::RunCheck(options, tryout, std::cout);
}

int Sign(const cli::Options& options) {
  const auto setup = cli::LoadSetup(cli::ConfigPath(options.config));
  if (!setup.Ok()) return cli::PrintError(setup.Why());
  const call::Config& config = setup.Value().config;
  const net::LinksModule links(LinksOf(config));
  std::optional<net::NumbersModule> numbers;
  if (!config.numbers.region.empty()) numbers.emplace(config.numbers.region);
  return cli::RunSign(
      options, config,
      {links, numbers ? &*numbers : nullptr, net::SystemClock().WallNow(), net::NewToken()},
      std::cout, std::cerr);
}

}  // namespace click2call
