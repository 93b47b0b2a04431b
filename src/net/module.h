#ifndef CLICK2CALL_NET_MODULE_H_
#define CLICK2CALL_NET_MODULE_H_

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

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

// The one thing that a module of the running program makes of its configuration, made when it is
// first needed. May be used from several threads at once. REQUIRES: Factory is the type of the
// module's factory, and gives a Result<std::unique_ptr<…>>.
template <class Factory>
class FromModule;

template <class Made, class... Config>
class FromModule<base::Result<std::unique_ptr<Made>>(Config...)> {
 public:
  explicit FromModule(std::string name, std::decay_t<Config>... config)
      : name_(std::move(name)), config_(std::move(config)...) {}

  // Opens the module and makes it, unless that was done. An error is the module's or its factory's;
  // then the next need tries again.
  base::Status Open() const {
    const std::lock_guard lock(mutex_);
    if (made_ != nullptr) return base::Done();
    const auto make = OpenModule<base::Result<std::unique_ptr<Made>>(Config...)>(name_);
    if (!make.Ok()) return make.Why();
    auto made = std::apply(make.Value(), config_);
    if (!made.Ok()) return made.Why();
    made_ = std::move(made).Value();
    return base::Done();
  }

  // REQUIRES: Open() has succeeded, in this thread.
  Made* operator->() const { return made_.get(); }

 private:
  const std::string name_;
  const std::tuple<std::decay_t<Config>...> config_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<Made> made_;  // set under mutex_, once
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_MODULE_H_
