#ifndef CLICK2CALL_NET_TLS_CLIENT_H_
#define CLICK2CALL_NET_TLS_CLIENT_H_

#include <functional>
#include <string>
#include <string_view>

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>

#include "base/result.h"
#include "call/config.h"

namespace click2call::net {

// What all TLS of ours has in common. Part of the modules, never of the program.

// TLS 1.2 or later. Trusted are the authorities in tls.ca_file, else the system's or those of
// $SSL_CERT_FILE and $SSL_CERT_DIR, as they are now; with tls.verify = false everybody is. Throws
// POCO's exceptions where a file is not good.
Poco::Net::Context::Ptr MakeTlsContext(const call::TlsConfig& tls);

// Before each call of a TLS socket: what others left on this thread would be taken for its own, and
// POCO tries for ever where it finds an old EINTR.
void ForgetErrors();

// Drives the handshake to its end. `wait` waits for room to write, or else for something to read;
// its error ends the handshake. Throws POCO's exceptions.
base::Status CompleteHandshake(Poco::Net::SecureStreamSocket& socket,
                               const std::function<base::Status(bool to_write)>& wait);

// The same for any call that gave `result` < 0.
inline bool WantsToWrite(int result) {
  return result == Poco::Net::SecureStreamSocket::ERR_SSL_WANT_WRITE;
}

// What POCO and OpenSSL say, in the fewest words.
std::string TlsReason(const Poco::Exception& error);

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_TLS_CLIENT_H_
