#include "cli/load.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "base/text.h"

namespace click2call::cli {
namespace {

using base::Code;
using base::Error;
using base::Result;

struct File {
  std::string text;
  bool open_to_all = false;  // everybody on this machine can read or change it
};

Result<File> ReadFile(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    return Error{Code::kInternal, path + ": " + base::ErrnoText(errno)};
  }
  if (!S_ISREG(info.st_mode)) return Error{Code::kInternal, path + ": is not a file"};
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{Code::kInternal, path + ": " + base::ErrnoText(errno)};
  return File{std::string(std::istreambuf_iterator<char>(in), {}),
              (info.st_mode & (S_IROTH | S_IWOTH)) != 0};
}

Error OpenToAll(const std::string& path) {
  return {Code::kInternal, path +
                               ": holds a secret, and everybody on this machine can read it; run: "
                               "chmod o-rw " +
                               path};
}

std::string Beside(const std::string& config, const std::string& name) {
  return (std::filesystem::path(config).parent_path() / name).string();
}

// The text of a file that holds a secret, without the end of its last line. Makes its name whole.
Result<std::string> ReadSecretFile(const std::string& config_path, std::string_view key,
                                   std::string* name) {
  *name = Beside(config_path, *name);
  auto file = ReadFile(*name);
  if (!file.Ok()) return Error{Code::kInternal, std::string(key) + " " + file.Why().message};
  if (file.Value().open_to_all) return OpenToAll(*name);
  std::string secret = std::move(file).Value().text;
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) return Error{Code::kInternal, *name + ": there is no secret in it"};
  return secret;
}

base::Status ReadPbxSecrets(const std::string& config_path, std::vector<call::PbxConfig>* pbxs) {
  for (call::PbxConfig& pbx : *pbxs) {
    if (pbx.secret_file.empty()) continue;
    auto secret = ReadSecretFile(config_path, "secret_file", &pbx.secret_file);
    if (!secret.Ok()) return secret.Why();
    const auto value = ami::FieldValue::From(secret.Value());
    if (!value.Ok()) {
      return Error{Code::kInternal, pbx.secret_file + ": the secret " + value.Why().message};
    }
    pbx.credentials.secret = base::Secret(std::move(secret).Value());
  }
  return base::Done();
}

base::Status ReadKeys(const std::string& config_path, call::AccessConfig* access) {
  if (access->jwt) {
    auto key = ReadSecretFile(config_path, "access.jwt.key_file", &access->jwt_key_file);
    if (!key.Ok()) return key.Why();
    access->jwt->key = base::Secret(std::move(key).Value());
  }
  if (!access->link_secret_file.empty()) {
    auto key = ReadSecretFile(config_path, "access.link_secret_file", &access->link_secret_file);
    if (!key.Ok()) return key.Why();
    access->link_secret = base::Secret(std::move(key).Value());
  }
  return base::Done();
}

base::Status ReadStorePassword(const std::string& config_path, call::StoreConfig* store) {
  if (store->password_file.empty()) return base::Done();
  auto password = ReadSecretFile(config_path, "store.password_file", &store->password_file);
  if (!password.Ok()) return password.Why();
  store->password = base::Secret(std::move(password).Value());
  return base::Done();
}

// Makes the names of a PBX's files whole. What is in them is read when it is connected to; here it
// is only seen that they can be, and that the key is ours alone.
base::Status FindTlsFiles(const std::string& config_path, call::TlsConfig* tls) {
  for (auto [key, name] : {std::pair{"ca_file", &tls->ca_file},
                           {"cert_file", &tls->cert_file},
                           {"key_file", &tls->key_file}}) {
    if (name->empty()) continue;
    *name = Beside(config_path, *name);
    const auto file = ReadFile(*name);
    if (!file.Ok()) return Error{Code::kInternal, std::string(key) + " " + file.Why().message};
    if (name == &tls->key_file && file.Value().open_to_all) return OpenToAll(*name);
  }
  return base::Done();
}

base::Status ReadPages(const std::string& folder, web::Pages* pages) {
  for (auto [name, page] : {std::pair{"call.mustache", &pages->call},
                            {"calls.mustache", &pages->calls},
                            {"confirm.mustache", &pages->confirm},
                            {"error.mustache", &pages->error}}) {
    auto file = ReadFile(folder + "/" + name);
    if (!file.Ok()) return Error{Code::kInternal, "web.pages: " + file.Why().message};
    *page = web::PageTemplate(file.Value().text);
  }
  base::Status valid = pages->Check();
  if (!valid.Ok())
    return Error{Code::kInternal, "web.pages: " + folder + ": " + valid.Why().message};
  return base::Done();
}

}  // namespace

std::string ConfigPath(const std::string& option) {
  if (!option.empty()) return option;
  const char* named = std::getenv("CLICK2CALL_CONFIG");  // NOLINT(concurrency-mt-unsafe)
  if (named != nullptr && *named != '\0') return named;
  return "/etc/click2call/click2call.toml";
}

Result<Setup> LoadSetup(const std::string& path) {
  auto file = ReadFile(path);
  if (!file.Ok()) {
    return Error{Code::kInternal,
                 file.Why().message +
                     " (the configuration; name another with --config or $CLICK2CALL_CONFIG, and "
                     "see conf/click2call.toml for one to begin with)"};
  }
  auto config = call::ParseConfig(file.Value().text, path);
  if (!config.Ok()) return config.Why();
  if (config.Value().HoldsSecret() && file.Value().open_to_all) return OpenToAll(path);

  Setup setup{std::move(config).Value(), web::Pages::BuiltIn()};
  const base::Status secrets = ReadPbxSecrets(path, &setup.config.pbx);
  if (!secrets.Ok()) return secrets.Why();
  const base::Status keys = ReadKeys(path, &setup.config.access);
  if (!keys.Ok()) return keys.Why();
  const base::Status password = ReadStorePassword(path, &setup.config.store);
  if (!password.Ok()) return password.Why();
  for (call::PbxConfig& pbx : setup.config.pbx) {
    const base::Status files = FindTlsFiles(path, &pbx.tls);
    if (!files.Ok()) return files.Why();
  }
  std::string& folder = setup.config.web.pages;
  if (!folder.empty()) {
    folder = Beside(path, folder);
    const base::Status pages = ReadPages(folder, &setup.pages);
    if (!pages.Ok()) return pages.Why();
  }
  return setup;
}

}  // namespace click2call::cli
