#ifndef CLICK2CALL_STORE_BACKEND_H_
#define CLICK2CALL_STORE_BACKEND_H_

#include <memory>
#include <string>

#include "base/result.h"
#include "store/connection.h"

namespace click2call::store {

// Where the journal is kept: all that Database has to know of it beside SQL. May be used from
// several threads at once.
class Backend {
 public:
  Backend() = default;
  virtual ~Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  // A new connection, to tables of this version. Errors are kStoreUnavailable and say what to do;
  // where there is more to say than what went wrong, it throws DatabaseError.
  virtual base::Result<std::unique_ptr<Connection>> Connect(Deadline deadline) = 0;

  // Whether all have to share one connection.
  virtual bool OneForAll() const { return false; }

  // REQUIRES of these three: the connection is of this backend.
  //
  // Whether that is what a new one would be connected to.
  virtual bool StillThere(const Connection& /*connection*/) const { return true; }
  // Does not wait.
  virtual void AfterWriting(const Connection& /*connection*/) {}
  // REQUIRES: nobody writes any more.
  virtual void AtTheEnd(Connection* /*connection*/) {}

  // What went wrong, as "cannot <purpose>: …" goes on, and what to do.
  virtual std::string Explain(const DatabaseError& error) const = 0;
  // Locks were held by others for as long as one waits.
  virtual std::string ExplainLocked() const = 0;
  // Whatever else.
  virtual std::string Explain(const std::string& text) const = 0;
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_BACKEND_H_
