#include "net/module.h"

#include <system_error>

#include <dlfcn.h>

#include "base/version.h"

namespace click2call::net {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Error;

using Entry = void*(const char* version);

Error DoesNotFit(const fs::path& path, const std::string& why) {
  return {Code::kInternal, path.string() + ": this module does not fit the program (" + why +
                               "); install both from the same build"};
}

std::string LoaderError() {
  const char* text = dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps one per thread
  return text == nullptr ? "unknown error" : text;
}

}  // namespace

base::Result<void*> OpenModule(const std::string& name, const fs::path& program) {
  std::error_code ignored;
  const fs::path folder = fs::canonical(program, ignored).parent_path();
  const fs::path beside = folder / "modules" / (name + ".so");
  const fs::path installed = folder.parent_path() / "lib" / "click2call" / (name + ".so");
  const fs::path& path = fs::exists(beside, ignored) ? beside : installed;
  if (!fs::exists(path, ignored)) {
    return Error{Code::kInternal,
                 path.string() + ": this module is missing (nor is there " + beside.string() + ")"};
  }
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return DoesNotFit(path, LoaderError());
  const std::string symbol = "click2call_" + name;
  const auto entry = reinterpret_cast<Entry*>(dlsym(handle, symbol.c_str()));
  if (entry == nullptr) return DoesNotFit(path, "it has no " + symbol);
  void* factory = entry(base::kVersion);
  if (factory == nullptr) {
    return DoesNotFit(path, std::string("it is not of version ") + base::kVersion);
  }
  return factory;
}

}  // namespace click2call::net
