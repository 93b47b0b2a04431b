#include "net/tls_stream.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include "ami/foreign.h"
#include "net/certificate.h"
#include "net/tls_client.h"

namespace click2call::net {
namespace {

constexpr const char* kTlsHint =
    "; AMI over TLS is usually on port 5039 (manager.conf: tlsenable, "
    "tlsbindaddr), without TLS it is transport = \"tcp\"";

// What poll() has to see.
short Needs(int result) { return WantsToWrite(result) ? POLLOUT : POLLIN; }

}  // namespace

TlsStream::TlsStream(std::string host, std::uint16_t port, const call::TlsConfig& tls,
                     Poco::Net::Context::Ptr context)
    : SocketStream(std::move(host), port),
      own_authorities_(!tls.ca_file.empty()),
      context_(std::move(context)) {
  SSL_CTX_set_msg_callback(context_->sslContext(), See);
  SSL_CTX_set_msg_callback_arg(context_->sslContext(), this);
  if (tls.verify) SSL_CTX_set_cert_verify_callback(context_->sslContext(), Verify, this);
}

int TlsStream::Verify(X509_STORE_CTX* store, void* stream) {
  auto* self = static_cast<TlsStream*>(stream);
  self->refusal_ = VerifyCertificate(store, self->Host(), self->own_authorities_);
  return self->refusal_.empty() ? 1 : 0;
}

base::Status TlsStream::Open(base::MonotonicTime until) {
  base::Status connected = SocketStream::Open(until);
  return connected.Ok() ? Handshake(until) : connected;
}

base::Status TlsStream::Handshake(base::MonotonicTime until) {
  std::optional<Poco::Net::SecureStreamSocket> secure;  // closes the connection when it ends
  try {
    secure = Poco::Net::SecureStreamSocket::attach(socket_, Host(), context_);
    base::Status done = CompleteHandshake(*secure, [&](bool to_write) -> base::Status {
      if (to_write ? WaitToWrite(until) : WaitToRead(until)) return base::Done();
      return Failed(std::string("the PBX did not finish the TLS handshake in time") + kTlsHint);
    });
    if (done.Ok()) socket_ = *secure;
    return done;
  } catch (const Poco::Net::SSLConnectionUnexpectedlyClosedException&) {
    return Failed(std::string("the PBX closed the connection during the TLS handshake") + kTlsHint);
  } catch (const Poco::Net::SSLException& error) {
    return Failed(WhyNot(TlsReason(error)));
  } catch (const Poco::Exception& error) {
    return Failed("during the TLS handshake: " + Failed(error).message);
  } catch (const BrokenStream& error) {
    return Failed(error.what());
  }
}

// OpenSSL would only say that the version is wrong.
std::string TlsStream::WhyNot(const std::string& reason) {
  if (!refusal_.empty()) return refusal_;
  if (first_bytes_.empty() || ami::BeginsTls(first_bytes_)) {
    return "the TLS handshake with the PBX failed: " + reason;
  }
  std::array<char, 64> more{};
  const ssize_t count = recv(Fd(), more.data(), more.size(), MSG_DONTWAIT);
  if (count > 0) first_bytes_.append(more.data(), static_cast<std::size_t>(count));
  return ami::DescribeAnswer(first_bytes_) + " instead of TLS" + kTlsHint;
}

void TlsStream::See(int sent, int /*version*/, int type, const void* bytes, std::size_t count,
                    SSL* /*ssl*/, void* stream) {
  auto* self = static_cast<TlsStream*>(stream);
  if (sent != 0 || type != SSL3_RT_HEADER || !self->first_bytes_.empty()) return;
  self->first_bytes_.assign(static_cast<const char*>(bytes), count);
}

int TlsStream::Read(std::span<char> buffer) {
  ForgetErrors();
  try {
    const int count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
    if (count >= 0) return count;
    read_needs_ = Needs(count);
    return kNothing;
  } catch (const Poco::Net::SSLException& error) {
    throw BrokenStream("the PBX broke the TLS connection: " + TlsReason(error));
  }
}

int TlsStream::Write(std::string_view bytes) {
  ForgetErrors();
  try {
    const int count = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    if (count >= 0) return count;
    write_needs_ = Needs(count);
    return kNothing;
  } catch (const Poco::Net::SSLException& error) {
    throw BrokenStream("the PBX broke the TLS connection: " + TlsReason(error));
  }
}

}  // namespace click2call::net
