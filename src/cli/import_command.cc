#include "cli/import_command.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "call/config.h"
#include "cli/findings.h"
#include "cli/import_page.h"
#include "cli/old_page.h"
#include "cli/php_settings.h"

namespace click2call::cli {
namespace {

using base::Code;
using base::Error;

base::Result<std::string> ReadScript(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return Error{Code::kInternal, path + ": is not a file"};
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string script(kMaxScriptBytes + 1, '\0');  // one more, to see that it is too large
  if (in) in.read(script.data(), static_cast<std::streamsize>(script.size()));
  if (!in.eof() && in.fail()) return Error{Code::kInternal, path + ": " + base::ErrnoText(errno)};
  script.resize(static_cast<std::size_t>(in.gcount()));
  return script;
}

// Into a file of our own making, so that nobody has it open or can read it.
base::Status WriteNew(const std::string& path, std::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return Error{Code::kInternal, path + ": " + base::ErrnoText(errno)};
  int failed = 0;
  while (!text.empty() && failed == 0) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    if (written < 0 && errno != EINTR) failed = errno;
  }
  if (close(file) != 0 && failed == 0) failed = errno;
  if (failed == 0) return base::Done();
  (void)unlink(path.c_str());
  return Error{Code::kInternal, path + ": " + base::ErrnoText(failed)};
}

void PrintNext(const std::string& output, std::ostream& err) {
  const std::string file = output.empty() ? "FILE" : base::Visible(output);
  if (output.empty()) {
    err << "next     keep it in a FILE that nobody else can read, since it holds the secret: "
           "--output FILE makes one\n";
  }
  err << "next     numbers.allow lets internal numbers of 2 to 6 digits through: add what else "
         "people here call\n"
      << "next     click2call check --config " << file << '\n';
}

}  // namespace

int RunImport(const Options& options, std::ostream& out, std::ostream& err) {
  const auto fail = [&](const std::string& message) {
    err << "click2call: " << base::Visible(message) << '\n';
    return kExitUsage;
  };
  const auto script = ReadScript(options.script);
  if (!script.Ok()) return fail(script.Why().message);
  auto settings = ReadPhpSettings(script.Value());
  if (!settings.Ok()) return fail(options.script + ": " + settings.Why().message);

  Findings findings(err);
  const std::string config = ImportPage(OldPage(std::move(settings).Value()), &findings);
  if (findings.ExitStatus() == 0) {
    const auto read = call::ParseConfig(config, "the configuration");
    if (!read.Ok()) findings.Fail(read.Why().message);
  }
  if (options.output.empty()) {
    out << config << std::flush;
    if (!out) return fail("the configuration cannot be written");
  } else {
    const base::Status written = WriteNew(options.output, config);
    if (!written.Ok()) return fail(written.Why().message);
  }
  PrintNext(options.output, err);
  return findings.ExitStatus();
}

}  // namespace click2call::cli
