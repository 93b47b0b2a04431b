#ifndef CLICK2CALL_NET_HTTPS_POST_H_
#define CLICK2CALL_NET_HTTPS_POST_H_

#include <memory>

#include "base/result.h"
#include "net/https_poster.h"

namespace click2call::net {

// The longest head of an answer that is read.
inline constexpr std::size_t kMaxAnswerHead = 16384;

// A poster on POCO NetSSL. Part of the module "https": the program itself has it from
// net/https_module.h.
//
// TLS 1.2 or later. Trusted are the system's authorities, or those of $SSL_CERT_FILE and
// $SSL_CERT_DIR, as they are now. REQUIRES: SIGPIPE is ignored.
base::Result<std::unique_ptr<HttpsPoster>> MakeHttpsPoster();

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_HTTPS_POST_H_
