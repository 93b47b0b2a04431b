#include "net/tls_client.h"

#include <cerrno>

#include <Poco/Net/SSLException.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace click2call::net {

using Poco::Net::Context;
using Poco::Net::SecureStreamSocket;

Context::Ptr MakeTlsContext(const call::TlsConfig& tls) {
  // Strict: anything less takes every certificate for a host that is this machine.
  Context::Ptr context(new Context(
      Context::TLS_CLIENT_USE, tls.key_file, tls.cert_file, tls.ca_file,
      tls.verify ? Context::VERIFY_STRICT : Context::VERIFY_NONE, /*verificationDepth=*/9,
      /*loadDefaultCAs=*/tls.ca_file.empty()));
  context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
  // What could not be written is tried again later, from wherever it stands by then.
  SSL_CTX_set_mode(context->sslContext(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // A peer that just closes has closed.
  SSL_CTX_set_options(context->sslContext(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  return context;
}

void ForgetErrors() {
  ERR_clear_error();
  errno = 0;
}

base::Status CompleteHandshake(SecureStreamSocket& socket,
                               const std::function<base::Status(bool to_write)>& wait) {
  for (;;) {
    ForgetErrors();
    const int done = socket.completeHandshake();
    if (done > 0) return base::Done();
    if (done == 0) throw Poco::Net::SSLConnectionUnexpectedlyClosedException();
    base::Status ready = wait(WantsToWrite(done));
    if (!ready.Ok()) return ready;
  }
}

std::string TlsReason(const Poco::Exception& error) {
  const auto* cause = error.nested();
  const std::string& text =
      error.message().empty() && cause != nullptr ? cause->message() : error.message();
  return text.empty() ? error.name() : text.substr(text.rfind(':') + 1);
}

}  // namespace click2call::net
