#ifndef CLICK2CALL_JOURNAL_H_
#define CLICK2CALL_JOURNAL_H_

#include <memory>

#include "base/log.h"
#include "base/result.h"
#include "call/call_store.h"
#include "call/config.h"

namespace click2call {

// store::OpenStore() with the modules of the running program. `log` may be null.
base::Result<std::unique_ptr<call::CallStore>> OpenJournal(const call::StoreConfig& config,
                                                           base::Log* log);

}  // namespace click2call

#endif  // CLICK2CALL_JOURNAL_H_
