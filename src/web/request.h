#ifndef CLICK2CALL_WEB_REQUEST_H_
#define CLICK2CALL_WEB_REQUEST_H_

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace click2call::web {

// What is asked of us, whichever way it arrived. Every string is as the client or the web server
// sent it: not trusted, not checked.
struct Request {
  struct Field {
    std::string name;
    std::string value;  // decoded
  };

  std::string method;       // REQUEST_METHOD
  std::string script_name;  // SCRIPT_NAME; web servers split the path from PATH_INFO each their way
  std::string path_info;    // PATH_INFO
  std::string remote_addr;  // REMOTE_ADDR
  std::string remote_user;  // REMOTE_USER: only to be believed with access.remote_user
  std::string accept;       // HTTP_ACCEPT
  std::string host;         // HTTP_HOST; nginx in Debian leaves the port out
  std::string referer;      // HTTP_REFERER
  std::string authorization;    // HTTP_AUTHORIZATION: passed on by few web servers unasked
  std::string correlator;       // HTTP_X_CORRELATOR
  std::string content_type;     // CONTENT_TYPE
  std::string origin;           // HTTP_ORIGIN
  std::string accept_language;  // HTTP_ACCEPT_LANGUAGE
  std::string user_agent;       // HTTP_USER_AGENT
  std::string idempotency_key;  // HTTP_IDEMPOTENCY_KEY

  // What browsers say of whence and for what they ask (Fetch Metadata). On plain http they say
  // none of it.
  std::string fetch_site;  // HTTP_SEC_FETCH_SITE
  std::string fetch_mode;  // HTTP_SEC_FETCH_MODE
  std::string fetch_dest;  // HTTP_SEC_FETCH_DEST
  std::string fetch_user;  // HTTP_SEC_FETCH_USER

  // The headers by which browsers say that nobody has clicked yet, one after the other:
  // Sec-Purpose, Purpose, X-Purpose, X-Moz.
  std::string purpose;

  std::vector<Field> fields;  // of a form in the body, then of the query, in their order

  // The body of a POST that is no form (JSON, say), byte by byte, at most kMaxBodyBytes.
  std::string body;

  // Set when the form could not be read (too long, malformed): then `fields` and `body` are empty.
  std::optional<base::Error> form_error;
};

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_REQUEST_H_
