#ifndef CLICK2CALL_NET_TLS_FIXTURE_H_
#define CLICK2CALL_NET_TLS_FIXTURE_H_

#include <string>

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SocketAddress.h>

namespace click2call::net {

// Listens for TLS on the loopback, with a certificate of tests/data/tls.
inline Poco::Net::ServerSocket Listener(const std::string& certificate,
                                        bool asks_for_ours = false) {
  using Poco::Net::Context;
  const std::string file = "data/tls/" + certificate + ".pem";
  Context::Ptr context(new Context(Context::TLS_SERVER_USE, file, file, "data/tls/client.pem",
                                   asks_for_ours ? Context::VERIFY_STRICT : Context::VERIFY_NONE));
  context->enableExtendedCertificateVerification(false);  // of the client's host name
  return Poco::Net::SecureServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0), 5, context);
}

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_TLS_FIXTURE_H_
