#ifndef CLICK2CALL_WEB_CREATE_CALL_H_
#define CLICK2CALL_WEB_CREATE_CALL_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace click2call::web {

inline constexpr std::size_t kMaxAccessTokenBytes = 4096;

// What the body of createCall says (CAMARA Click to Dial, CreateCallRequest). Every string is UTF-8
// without control characters.
struct CreateCall {
  std::string caller;      // as given, not yet judged
  std::string callee;      // likewise
  std::string sink;        // a URL that ParseSink() takes (web/sink.h), or empty
  std::string sink_token;  // visible ASCII; empty without a sinkCredential
};

// Reads the body strictly: what is not in the published schema is refused, at any level, and so are
// a property given twice and JSON that is not well-formed. Whether the two numbers are numbers, and
// whether the sink may be notified, is for the caller to say.
//
// A token that has expired by `now` is refused. When a later one will is not kept: it is sent until
// the call's last notification, expired or not, and the sink is the one who says no.
//
// Errors: kUnsupportedMediaType where `content_type` is not application/json (parameters are fine),
// kRecordingNotSupported where all is well but recordingEnabled, and kInvalidArgument, naming the
// property.
base::Result<CreateCall> ReadCreateCall(std::string_view content_type, std::string_view body,
                                        base::WallTime now);

// "+" and 5 to 15 digits, the first not 0: CAMARA's PhoneNumber.
bool IsE164(std::string_view text);

// What `[api] extensions` allows beside it: 1 to 32 of the digits, * and #.
bool IsPlainExtension(std::string_view text);

// What may be sent back as x-correlator (CAMARA's XCorrelator): up to 256 of the letters, the
// digits and -_:;./<>{}. The empty string is one.
bool IsCorrelator(std::string_view text);

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_CREATE_CALL_H_
