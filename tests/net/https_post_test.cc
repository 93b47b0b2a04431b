// Against a real TLS server on the loopback, with certificates that nothing else trusts.

#include "net/https_post.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include "fakes/results.h"

namespace click2call::net {
namespace {

using base::Code;
using base::Milliseconds;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using Poco::Net::Context;
using Poco::Net::StreamSocket;
using namespace std::chrono_literals;

constexpr char kNoContent[] = "HTTP/1.1 204 No Content\r\n\r\n";

// Takes one connection, and reads one request from it.
class Server {
 public:
  using Script = std::function<void(StreamSocket& peer)>;

  explicit Server(Script script, const std::string& certificate = "localhost")
      : listener_(Poco::Net::SocketAddress("127.0.0.1", 0), 5,
                  new Context(Context::TLS_SERVER_USE, "data/tls/" + certificate + ".pem",
                              "data/tls/" + certificate + ".pem", "", Context::VERIFY_NONE)),
        thread_([this, script = std::move(script)] { Serve(script); }) {}

  std::uint16_t Port() const { return listener_.address().port(); }

  // What was received. Ends the server.
  std::string Request() {
    thread_.join();
    return request_;
  }

 private:
  void Serve(const Script& script) {
    try {
      if (!listener_.poll(Poco::Timespan(10, 0), Poco::Net::Socket::SELECT_READ)) return;
      StreamSocket peer = listener_.acceptConnection();
      std::array<char, 4096> buffer{};
      while (!request_.ends_with("{}")) {
        const int count = peer.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        if (count <= 0) return;
        request_.append(buffer.data(), static_cast<std::size_t>(count));
      }
      script(peer);
    } catch (const Poco::Exception&) {  // the client has gone
    }
  }

  Poco::Net::SecureServerSocket listener_;
  std::string request_;
  std::jthread thread_;
};

Server::Script Say(const std::string& text) {
  return [text](StreamSocket& peer) { peer.sendBytes(text.data(), static_cast<int>(text.size())); };
}

class HttpsPostTest : public testing::Test {
 protected:
  HttpsPostTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as main() does
    setenv("SSL_CERT_FILE", "data/tls/authority.pem", 1);
  }
  ~HttpsPostTest() override { unsetenv("SSL_CERT_FILE"); }

  static HttpsPost To(const std::string& host, std::uint16_t port) {
    return {.to = {host, port, "/hook?a=b"},
            .headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer abc"}},
            .body = "{}",
            .timeout = 10s};
  }

  static base::Result<int> Post(const HttpsPost& post, const std::stop_token& stop = {}) {
    return Must(MakeHttpsPoster())->Post(post, stop);
  }

  // What a server that runs this script is found to have answered.
  static base::Result<int> PostTo(const Server::Script& script) {
    const Server server(script);
    return Post(To("localhost", server.Port()));
  }
};

TEST_F(HttpsPostTest, SendsOneRequestAndGivesTheStatus) {
  Server server(Say("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok"));
  EXPECT_EQ(Must(Post(To("localhost", server.Port()))), 202);
  const std::string request = server.Request();
  EXPECT_TRUE(request.starts_with("POST /hook?a=b HTTP/1.1\r\n")) << request;
  for (const std::string& line :
       {"Host: localhost:" + std::to_string(server.Port()), std::string("Content-Length: 2"),
        std::string("Authorization: Bearer abc"), std::string("Content-Type: application/json"),
        std::string("Connection: Close")}) {
    EXPECT_TRUE(Has(request, "\r\n" + line + "\r\n"));
  }
  EXPECT_TRUE(request.ends_with("\r\n\r\n{}")) << request;
}

TEST_F(HttpsPostTest, ARedirectIsAnAnswerAndNotFollowed) {
  Server target(Say(kNoContent));
  const std::string location = "https://localhost:" + std::to_string(target.Port()) + "/";
  EXPECT_EQ(Must(PostTo(Say("HTTP/1.1 307 Elsewhere\r\nLocation: " + location + "\r\n\r\n"))), 307);
  Must(Post(To("localhost", target.Port())));
  EXPECT_TRUE(Has(target.Request(), "POST /hook"));  // the first to arrive there was ours
}

TEST_F(HttpsPostTest, InterimAnswersAreLeftOut) {
  EXPECT_EQ(
      Must(PostTo(Say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" +
                      std::string(kNoContent)))),
      204);
}

TEST_F(HttpsPostTest, AnAnswerMayComeInPieces) {
  EXPECT_EQ(Must(PostTo([](StreamSocket& peer) {
              for (const char c : std::string_view(kNoContent)) peer.sendBytes(&c, 1);
            })),
            204);
}

TEST_F(HttpsPostTest, AnAuthorityThatIsNotTrustedIsRefused) {
  setenv("SSL_CERT_FILE", "data/tls/elsewhere.pem", 1);
  Server server(Say(kNoContent));
  const auto status = Post(To("localhost", server.Port()));
  EXPECT_TRUE(Fails(status, Code::kInternal));
  EXPECT_TRUE(Has(status.Why().message, "certificate"));
  EXPECT_EQ(server.Request(), "");
}

TEST_F(HttpsPostTest, ACertificateForAnotherHostIsRefusedEvenFromThisMachine) {
  for (const char* host : {"localhost", "127.0.0.1"}) {
    Server server(Say(kNoContent), "elsewhere");
    const auto status = Post(To(host, server.Port()));
    EXPECT_TRUE(Fails(status, Code::kInternal)) << host;
    EXPECT_TRUE(Has(status.Why().message, "ertificate"));
    EXPECT_EQ(server.Request(), "");
  }
}

TEST_F(HttpsPostTest, AnAddressIsNotTheNameInTheCertificate) {
  Server server(Say(kNoContent));
  EXPECT_TRUE(Fails(Post(To("127.0.0.1", server.Port())), Code::kInternal));
  EXPECT_EQ(server.Request(), "");
}

TEST_F(HttpsPostTest, WhatIsNoHttpAnswerIsAnError) {
  for (const std::string& answer :
       {std::string(), std::string("SSH-2.0-OpenSSH_9.2\r\n\r\n"), std::string("HTTP/1.1"),
        std::string("\r\n\r\n"), "HTTP/1.1 200 OK\r\nX: " + std::string(2 * kMaxAnswerHead, 'x')}) {
    EXPECT_TRUE(Fails(PostTo(Say(answer)), Code::kInternal)) << answer.substr(0, 40);
  }
}

TEST_F(HttpsPostTest, NobodyListeningIsAnError) {
  std::uint16_t port = 0;
  {
    const Poco::Net::ServerSocket closed(Poco::Net::SocketAddress("127.0.0.1", 0));
    port = closed.address().port();
  }
  EXPECT_TRUE(Fails(Post(To("localhost", port)), Code::kInternal));
}

class HttpsPostTimeTest : public HttpsPostTest {
 protected:
  // How long it took to fail.
  static Milliseconds Failing(const HttpsPost& post, const std::stop_token& stop = {}) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(Fails(Post(post, stop), Code::kInternal));
    return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
  }

  static void Drip(StreamSocket& peer) {
    for (int i = 0; i < 40; ++i) {
      peer.sendBytes("H", 1);
      std::this_thread::sleep_for(50ms);
    }
  }
};

TEST_F(HttpsPostTimeTest, ItsTimeIsForAllOfIt) {
  Server server(Drip);
  HttpsPost post = To("localhost", server.Port());
  post.timeout = 300ms;
  const Milliseconds took = Failing(post);
  EXPECT_GE(took, 300ms);
  EXPECT_LT(took, 1500ms);  // the drip lasts for two seconds
}

TEST_F(HttpsPostTimeTest, ForAHandshakeThatNobodyAnswersToo) {
  const Poco::Net::ServerSocket silent(Poco::Net::SocketAddress("127.0.0.1", 0));
  HttpsPost post = To("localhost", silent.address().port());
  post.timeout = 100ms;
  EXPECT_LT(Failing(post), 5s);
}

TEST_F(HttpsPostTimeTest, ItStopsWhenItIsTold) {
  const Poco::Net::ServerSocket silent(Poco::Net::SocketAddress("127.0.0.1", 0));
  std::stop_source stop;
  const std::jthread later([&] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  });
  EXPECT_LT(Failing(To("localhost", silent.address().port()), stop.get_token()), 5s);
}

TEST_F(HttpsPostTest, AHeaderThatWouldBeTwoIsNeverSent) {
  HttpsPost post = To("localhost", 1);
  post.headers.emplace_back("Authorization", "Bearer a\r\nX-Evil: 1");
  EXPECT_TRUE(Fails(Post(post), Code::kInvalidArgument));
}

}  // namespace
}  // namespace click2call::net
