#ifndef CLICK2CALL_NET_MODULE_H_
#define CLICK2CALL_NET_MODULE_H_

#include <filesystem>
#include <string>

#include "base/result.h"

namespace click2call::net {

// What is heavy and optional is a module: a shared object that is opened when it is first needed,
// so that a plain CGI process pays for none that it does not use.
//
// The module NAME is the file NAME.so. It exports one function,
//     extern "C" void* click2call_NAME(const char* version);
// which gives the module's factory, or null where `version` is not the one that the module was
// built with. Modules stay open until the program ends.

// That factory. The file is modules/NAME.so in the folder of `program`, else
// ../lib/click2call/NAME.so from there. kInternal, naming the path, where the module is missing or
// does not fit.
base::Result<void*> OpenModule(const std::string& name, const std::filesystem::path& program);

// The same for the running program. REQUIRES: Function is the type of the module's factory.
template <class Function>
base::Result<Function*> OpenModule(const std::string& name) {
  const auto factory = OpenModule(name, "/proc/self/exe");
  if (!factory.Ok()) return factory.Why();
  return reinterpret_cast<Function*>(factory.Value());
}

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_MODULE_H_
