#include "journal.h"

#include <string>

#include "net/module.h"
#include "store/open_store.h"

namespace click2call {

base::Result<std::unique_ptr<call::CallStore>> OpenJournal(const call::StoreConfig& config,
                                                           base::Log* log) {
  store::StoreOptions options;
  options.password = config.password;
  options.open_server = [](const std::string& kind) {
    return net::OpenModule<store::ConnectToServer>(kind);
  };
  options.log = log;
  return store::OpenStore(config.url, options);
}

}  // namespace click2call
