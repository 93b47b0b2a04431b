#ifndef CLICK2CALL_BASE_RESULT_H_
#define CLICK2CALL_BASE_RESULT_H_

#include <chrono>
#include <string>
#include <utility>
#include <variant>

namespace click2call::base {

// Why something did not happen. One enumerator per thing a caller can do about it; what each one
// is on the web (status and code) stands in web/error_table.h.
enum class Code {
  kInvalidArgument,        // a parameter is missing or malformed
  kUnauthenticated,        // no token, or one that is not good
  kPermissionDenied,       // well-formed, and the rules say no
  kNotFound,               // no such path, or no such call
  kMethodNotAllowed,       // this HTTP method never does anything here
  kPayloadTooLarge,        // body over its limit
  kUriTooLong,             // query over its limit
  kUnsupportedMediaType,   // a body that is not in the form that this path takes
  kConflict,               // the call is over, so there is nothing to end
  kAlreadyExists,          // this caller and callee have a call already
  kKeyReused,              // an idempotency key that stands for another request
  kTooManyRequests,        // more calls than limits allows for a while
  kTooManyCalls,           // more calls at once than limits allows
  kNotDeliberate,          // a prefetch or prerender: nobody has clicked yet
  kInvalidPhoneNumber,     // the text is no number
  kSameCallerCallee,       // a phone would call itself
  kRecordingNotSupported,  // nothing is recorded here
  kCallerNotAvailable,     // the PBX said at once that the first phone cannot be rung
  kCalleeNotAvailable,     // the dialplan has no such extension
  kPbxLoginRefused,        // AMI login failed: wrong user, secret or address
  kPbxOriginateRefused,    // AMI login fine, Originate not allowed or not understood
  kPbxHangupRefused,       // AMI login fine, Hangup not allowed
  kPbxProtocol,            // what answers there does not speak AMI
  kPbxUnavailable,         // nothing was dialled: PBX down, silent, or shutting down
  kOutcomeUnknown,         // the Originate left and no answer came: never sent again
  kStoreUnavailable,       // the journal cannot be read or written: nothing was dialled
  kLookUnavailable,        // the journal cannot be read: calls go on as they are
  kInternal,               // configuration or program: the log says what
};

// An error as a value. `message` is for people: it names the thing, the place and the next step,
// and never holds a secret. It may hold text that came from outside, so whoever prints it escapes.
struct Error {
  Code code = Code::kInternal;
  std::string message;
  std::string call_id = {};               // the call this is about; empty when none was begun
  std::chrono::seconds retry_after = {};  // zero: no advice
};

// A T, or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool Ok() const { return std::holds_alternative<T>(state_); }

  // REQUIRES: Ok().
  const T& Value() const& { return std::get<T>(state_); }
  T&& Value() && { return std::get<T>(std::move(state_)); }

  // REQUIRES: !Ok().
  const Error& Why() const { return std::get<Error>(state_); }

 private:
  std::variant<T, Error> state_;
};

// Success without a value, or the reason for none.
using Status = Result<std::monostate>;
inline Status Done() { return std::monostate(); }

}  // namespace click2call::base

#endif  // CLICK2CALL_BASE_RESULT_H_
