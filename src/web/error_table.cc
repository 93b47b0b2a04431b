#include "web/error_table.h"

#include <array>

namespace click2call::web {
namespace {

using base::Code;

constexpr std::string_view kConnection = "AMI connection failed";
constexpr std::string_view kAuthentication = "AMI authentication failed";
constexpr std::string_view kOriginate = "Call originate failed";

constexpr std::string_view kCheckLink =
    "The link or form that brought you here is not right. Tell whoever looks after that page.";
constexpr std::string_view kTellAdministrator =
    "Trying again will not help. Show this page to whoever looks after the telephone system.";
constexpr std::string_view kTryLater =
    "No call was placed. Try again in a minute; if it stays like this, tell whoever looks after "
    "the telephone system.";

constexpr std::string_view kWait =
    "No call was placed. Wait a while, then click the link again, or dial the number on your "
    "phone.";

constexpr std::array kRows = {
    ErrorRow{Code::kInvalidArgument, 400, "INVALID_ARGUMENT", "", "This link cannot be dialled",
             kCheckLink},
    ErrorRow{
        Code::kUnauthenticated, 401, "UNAUTHENTICATED", "", "Who are you?",
        "The program that asked has to send a good bearer token. Tell whoever looks after it."},
    ErrorRow{Code::kPermissionDenied, 403, "PERMISSION_DENIED", "", "This call is not allowed",
             "Dial the number on your phone, or ask whoever looks after the telephone system to "
             "open it for links."},
    ErrorRow{Code::kNotFound, 404, "NOT_FOUND", "", "There is no such page", kCheckLink},
    ErrorRow{Code::kMethodNotAllowed, 405, "METHOD_NOT_ALLOWED", "", "This request places no call",
             kCheckLink},
    ErrorRow{Code::kPayloadTooLarge, 413, "PAYLOAD_TOO_LARGE", "", "That is too long", kCheckLink},
    ErrorRow{Code::kUriTooLong, 414, "URI_TOO_LONG", "", "That is too long", kCheckLink},
    ErrorRow{Code::kUnsupportedMediaType, 415, "UNSUPPORTED_MEDIA_TYPE", "",
             "This address takes JSON only", kCheckLink},
    ErrorRow{Code::kConflict, 409, "CONFLICT", "", "This call is over",
             "There is nothing left to hang up."},
    ErrorRow{Code::kAlreadyExists, 409, "ALREADY_EXISTS", "", "These two have a call already",
             "Look at your phone: it may be ringing, or in that call."},
    ErrorRow{Code::kKeyReused, 409, "CONFLICT", "", "This key stands for another call",
             "The program that asked has to use a new key for each call. Tell whoever looks after "
             "it."},
    ErrorRow{Code::kTooManyRequests, 429, "TOO_MANY_REQUESTS", "", "Too many calls", kWait},
    ErrorRow{Code::kTooManyCalls, 429, "TOO_MANY_REQUESTS", "", "Too many calls at once",
             "End another call first, then click the link again."},
    ErrorRow{Code::kNotDeliberate, 503, "UNAVAILABLE", "", "Nothing was dialled",
             "Click the link to place the call."},
    ErrorRow{Code::kInvalidPhoneNumber, 422, "INVALID_PHONE_NUMBER", "", "That is no phone number",
             "Check the number, and dial it on your phone if it is right."},
    ErrorRow{Code::kSameCallerCallee, 422, "SAME_CALLER_CALLEE", "", "That is your own phone",
             "Choose another number."},
    ErrorRow{Code::kRecordingNotSupported, 422, "RECORDING_NOT_SUPPORTED", "",
             "Calls are not recorded here", "Ask for the call without a recording."},
    ErrorRow{Code::kCallerNotAvailable, 422, "CALLER_NOT_AVAILABLE", kOriginate,
             "Your phone cannot be reached",
             "Check that your phone is switched on, connected and not busy, then click the link "
             "again."},
    ErrorRow{Code::kCalleeNotAvailable, 422, "CALLEE_NOT_AVAILABLE", kOriginate,
             "The telephone system does not know that number",
             "Check the number. If it is right, tell whoever looks after the telephone system."},
    ErrorRow{Code::kPbxLoginRefused, 502, "PBX_REFUSED", kAuthentication,
             "The telephone system refused us", kTellAdministrator},
    ErrorRow{Code::kPbxOriginateRefused, 502, "PBX_REFUSED", kOriginate,
             "The telephone system refused the call", kTellAdministrator},
    ErrorRow{Code::kPbxHangupRefused, 502, "PBX_REFUSED", "",
             "The telephone system would not end the call",
             "Hang up your phone. Show this page to whoever looks after the telephone system."},
    ErrorRow{Code::kPbxProtocol, 502, "PBX_REFUSED", kConnection,
             "The telephone system gave no sensible answer", kTellAdministrator},
    ErrorRow{Code::kPbxUnavailable, 503, "PBX_UNAVAILABLE", kConnection,
             "The telephone system does not answer", kTryLater},
    ErrorRow{Code::kOutcomeUnknown, 504, "OUTCOME_UNKNOWN", kOriginate,
             "It is not known whether the call was placed",
             "Look at your phone first: it may be ringing. The call was not sent twice, and will "
             "not be. Click the link again only if nothing rings."},
    ErrorRow{Code::kStoreUnavailable, 503, "UNAVAILABLE", "", "The call cannot be recorded",
             kTryLater},
    ErrorRow{Code::kLookUnavailable, 503, "UNAVAILABLE", "", "Calls cannot be looked up now",
             "A call that was placed goes on all the same. Try again in a minute; if it stays like "
             "this, tell whoever looks after the telephone system."},
    ErrorRow{Code::kInternal, 500, "INTERNAL", "", "Something is wrong on this server",
             kTellAdministrator},
};

}  // namespace

const ErrorRow& RowOf(Code code) {
  for (const ErrorRow& row : kRows) {
    if (row.code == code) return row;
  }
  return kRows.back();
}

std::span<const ErrorRow> ErrorRows() { return kRows; }

}  // namespace click2call::web
