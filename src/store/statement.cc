#include "store/statement.h"

#include <Poco/Exception.h>

namespace click2call::store {

void InTransaction(Poco::Data::Session& session,
                   const std::function<void(Poco::Data::Session&)>& work) {
  Execute(session, "BEGIN IMMEDIATE");
  try {
    work(session);
    Execute(session, "COMMIT");
  } catch (...) {
    try {
      Execute(session, "ROLLBACK");
    } catch (const Poco::Exception&) {
      // SQLite has done it by itself: so it does when a disk is full.
      (void)0;
    }
    throw;
  }
}

}  // namespace click2call::store
