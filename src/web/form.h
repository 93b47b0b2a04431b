#ifndef CLICK2CALL_WEB_FORM_H_
#define CLICK2CALL_WEB_FORM_H_

#include <cstddef>
#include <optional>
#include <string>

#include "base/result.h"
#include "web/format.h"
#include "web/request.h"

namespace click2call::web {

inline constexpr std::size_t kMaxQueryBytes = 8 * 1024;
inline constexpr std::size_t kMaxBodyBytes = 64 * 1024;
inline constexpr std::size_t kMaxFields = 64;

// The parameters of a request, as they were sent. What is not among them is not input.
struct Form {
  std::optional<std::string> to;
  std::optional<std::string> from;
  std::optional<std::string> back;    // `return`
  std::optional<std::string> token;   // what a button of our pages sends, or a signed link
  std::optional<std::string> key;     // of idempotency
  std::optional<std::string> before;  // of a list: the callId to go on from
  std::optional<std::string> limit;   // of a list
};

// Picks the parameters by their names and the aliases that legacy pages use; the name itself goes
// before an alias, an alias before those that stand later in the table; an empty value counts as
// none. kInvalidArgument when one name is given twice with different values (which is meant?), or
// when a value holds a control character, when the body is no form, or when `format` is none that
// the subject has.
base::Result<Form> ReadForm(const Request& request, Subject subject = Subject::kOne);

inline constexpr std::size_t kMaxListLimit = 200;

// The parameters of a list.
struct ListForm {
  std::string before;      // not checked; empty: from the newest on
  std::size_t limit = 50;  // 1 to kMaxListLimit
};

// What ReadForm() refuses, and a `limit` that is no number from 1 to kMaxListLimit.
base::Result<ListForm> ReadListForm(const Request& request);

// The form of the answer that the parameter `format` asks for; empty when it names none. It counts
// even where ReadForm() refuses another parameter: the refusal comes in that form.
std::optional<Format> AskedFormat(const Request& request, Subject subject = Subject::kOne);

// The form of a list: what `format` asks for, else what Accept likes best, else `otherwise`.
Format ListFormatFor(const Request& request, Format otherwise);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_FORM_H_
