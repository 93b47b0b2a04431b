#include "cli/check_files.h"

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <sys/stat.h>

#include "base/text.h"

namespace click2call::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUsualSocket = "/run/click2call/click2call.sock";  // of conf/systemd

struct Open {
  bool read = false;
  std::string written;  // what everybody may write: the file, or a folder above it; else empty
};

Open ToEverybody(const std::string& path) {
  std::error_code ignored;
  const fs::path whole = fs::weakly_canonical(path, ignored);
  Open open;
  struct stat info {};
  fs::path folder;
  for (const fs::path& part : whole.parent_path()) {
    folder /= part;
    if (stat(folder.c_str(), &info) != 0 || (info.st_mode & S_IXOTH) == 0) return {};
    // In a sticky folder, as /tmp is, only who owns a file may replace it.
    const bool free_for_all = (info.st_mode & S_IWOTH) != 0 && (info.st_mode & S_ISVTX) == 0;
    if (free_for_all && open.written.empty()) open.written = folder.string();
  }
  if (stat(whole.c_str(), &info) != 0) return {};
  open.read = (info.st_mode & S_IROTH) != 0;
  if ((info.st_mode & S_IWOTH) != 0) open.written = path;
  return open;
}

enum class Kind { kPublic, kSecret };

void CheckFile(const std::string& what, const std::string& path, Kind kind, Findings* findings) {
  const Open open = ToEverybody(path);
  if (!open.written.empty()) {
    findings->Fail(what + " " + path + ": everybody on this machine can change it",
                   "run: chmod o-w " + open.written);
  } else if (open.read && kind == Kind::kSecret) {
    findings->Fail(what + " " + path + ": everybody on this machine can read it",
                   "run: chmod o-rwx " + path);
  } else {
    findings->Ok(what + " " + path + ": nobody else on this machine can " +
                 (kind == Kind::kSecret ? "read or change it" : "change it"));
  }
}

}  // namespace

void CheckFiles(const std::string& path, const call::Config& config, Findings* findings) {
  const auto check = [&](const std::string& what, const std::string& name, Kind kind) {
    if (!name.empty()) CheckFile(what, name, kind, findings);
  };
  check("configuration", path, config.HoldsSecret() ? Kind::kSecret : Kind::kPublic);
  for (const call::PbxConfig& pbx : config.pbx) {
    check("secret_file", pbx.secret_file, Kind::kSecret);
    check("ca_file", pbx.tls.ca_file, Kind::kPublic);
    check("cert_file", pbx.tls.cert_file, Kind::kPublic);
    check("key_file", pbx.tls.key_file, Kind::kSecret);
  }
  check("access.jwt.key_file", config.access.jwt_key_file, Kind::kSecret);
  check("access.link_secret_file", config.access.link_secret_file, Kind::kSecret);
  check("store.password_file", config.store.password_file, Kind::kSecret);
  check("web.pages", config.web.pages, Kind::kPublic);
}

void CheckJournalFile(const call::Config& config, Findings* findings) {
  constexpr std::string_view kScheme = "sqlite:/";
  if (!config.store.url.starts_with(kScheme)) return;
  const std::string path = config.store.url.substr(kScheme.size() - 1);
  const Open open = ToEverybody(path);
  if (!open.written.empty()) {
    findings->Warn("journal " + path + ": everybody on this machine can change it",
                   "run: chmod o-w " + open.written);
  } else if (open.read) {
    findings->Warn("journal " + path + ": everybody on this machine can read who called whom",
                   "run: chmod o-rwx " + path);
  }
}

void CheckSocket(const std::string& path, Findings* findings) {
  const std::string socket = path.empty() ? std::string(kUsualSocket) : path;
  struct stat info {};
  if (stat(socket.c_str(), &info) != 0) {
    const int why = errno;
    if (!path.empty()) {
      findings->Fail("socket " + socket + ": " + base::ErrnoText(why),
                     "start the service, or name another with --socket");
    }
    return;
  }
  if (!S_ISSOCK(info.st_mode)) {
    return findings->Fail("socket " + socket + ": is no socket", "name another with --socket");
  }
  if (!ToEverybody(socket).written.empty()) {
    return findings->Warn(
        "socket " + socket +
            ": everybody on this machine can connect, and is believed to be the web server",
        "give it to the web server's group and set its mode to 0660 (systemd: SocketMode=)");
  }
  findings->Ok("socket " + socket + ": open to its owner and group alone");
}

}  // namespace click2call::cli
