#ifndef CLICK2CALL_NET_TLS_STREAM_H_
#define CLICK2CALL_NET_TLS_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <Poco/Net/Context.h>
#include <openssl/ssl.h>

#include "call/config.h"
#include "net/socket_stream.h"

namespace click2call::net {

// TLS over TCP. Opened is it only once the peer's certificate was found good, and for that host
// name or address.
class TlsStream : public SocketStream {
 public:
  // REQUIRES: `context` is of MakeTlsContext(tls), and nobody else's.
  TlsStream(std::string host, std::uint16_t port, const call::TlsConfig& tls,
            Poco::Net::Context::Ptr context);

  base::Status Open(base::MonotonicTime until) override;
  int Read(std::span<char> buffer) override;
  int Write(std::string_view bytes) override;

 private:
  // OpenSSL's callbacks.
  static int Verify(X509_STORE_CTX* store, void* stream);
  static void See(int sent, int version, int type, const void* bytes, std::size_t count, SSL* ssl,
                  void* stream);

  base::Status Handshake(base::MonotonicTime until);
  std::string WhyNot(const std::string& reason);

  const bool own_authorities_;  // those of ca_file
  Poco::Net::Context::Ptr context_;
  std::string first_bytes_;  // of the peer: what it took for the head of a record
  std::string refusal_;      // why the peer's certificate is not good
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_TLS_STREAM_H_
