#ifndef CLICK2CALL_WEB_ASSETS_H_
#define CLICK2CALL_WEB_ASSETS_H_

#include <string_view>

namespace click2call::web {

// The files of www/ that the program answers with, as they were when it was built (the Makefile
// makes assets.cc of them), so that a plain CGI process opens no file for a page.
extern const std::string_view kCallTemplate;     // call.mustache
extern const std::string_view kCallsTemplate;    // calls.mustache
extern const std::string_view kConfirmTemplate;  // confirm.mustache
extern const std::string_view kErrorTemplate;    // error.mustache
extern const std::string_view kStyle;            // style.css

}  // namespace click2call::web

#endif  // CLICK2CALL_WEB_ASSETS_H_
