#ifndef CLICK2CALL_GATEWAY_READ_REQUEST_H_
#define CLICK2CALL_GATEWAY_READ_REQUEST_H_

#include <functional>

#include <cgicc/CgiInput.h>

#include "base/log.h"
#include "web/request.h"
#include "web/response.h"

namespace click2call::gateway {

// What answers requests; called from several threads at once under FastCGI.
using Handler = std::function<web::Response(const web::Request&)>;

// Reads a request from a CGI environment: `input` is cgicc's own seam, and ours: its getenv() gives
// the meta-variables of RFC 3875 §4.1, its read() the body. GET, POST and DELETE have a
// query, and only POST has a body. cgicc parses the form; what is too long
// (web::kMaxQueryBytes, kMaxBodyBytes) is refused before it is read, what is too much (kMaxFields)
// before anybody sees it. A body that is no form is handed on as it is.
//
// ";" separates no fields here, though cgicc would have it so: it belongs to the parameters of a
// tel: URI.
web::Request ReadRequest(cgicc::CgiInput& input);

// handler(ReadRequest(input)); an exception that got this far becomes a 500 and a line in the log.
web::Response Answer(cgicc::CgiInput& input, const Handler& handler, base::Log& log);

}  // namespace click2call::gateway

#endif  // CLICK2CALL_GATEWAY_READ_REQUEST_H_
