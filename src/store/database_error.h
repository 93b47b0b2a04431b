#ifndef CLICK2CALL_STORE_DATABASE_ERROR_H_
#define CLICK2CALL_STORE_DATABASE_ERROR_H_

#include <stdexcept>
#include <string>

namespace click2call::store {

// What a database says no with; the text is its own.
class DatabaseError : public std::runtime_error {
 public:
  enum class Kind {
    kLocked,       // somebody else holds a lock, and nothing of the transaction was done
    kFull,         // its disk
    kDamaged,      // or not a database at all
    kForbidden,    // no right to do this
    kInputOutput,  // reading or writing its files
    kNoTable,
    kThere,  // what was to be made is there already, or what was to go is gone
    kOther,
    // Of a server:
    kUnknownHost,  // its name leads nowhere
    kUnreachable,  // nobody listens there
    kLogin,        // this user with this password is not let in
    kNoDatabase,   // there is none of that name
    kCrowded,      // it takes no more connections
    kNoTls,        // the connection cannot be made safe as it has to be
    kValue,        // a value that it cannot hold: too long, or not UTF-8
    kReadOnly,     // it takes no changes: a replica, or it is being looked after
    kSilent,       // no answer in time; the connection is of no use any more
    kLost,         // the connection is gone, and with it the transaction
    kUncertain,    // gone while it was told to commit: done or not, nobody knows
  };

  DatabaseError(Kind kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}

  Kind Why() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_DATABASE_ERROR_H_
