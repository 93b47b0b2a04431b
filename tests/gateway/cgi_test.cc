#include "gateway/cgi.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdio_ext.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fakes/fake_log.h"
#include "support/temp_folder.h"

namespace click2call::gateway {
namespace {

constexpr const char* kVariables[] = {"GATEWAY_INTERFACE", "REQUEST_METHOD", "QUERY_STRING",
                                      "CONTENT_LENGTH", "CONTENT_TYPE"};

// No test leaves a variable of CGI behind.
class CgiTest : public testing::Test {
 protected:
  CgiTest() { Clear(); }
  ~CgiTest() override { Clear(); }

  static void Set(const char* name, const std::string& value) { setenv(name, value.c_str(), 1); }
  static void Clear() {
    for (const char* name : kVariables) unsetenv(name);
  }

  // What arrives, as an answer.
  static web::Response Echo(const web::Request& request) {
    std::string text = request.method;
    for (const auto& field : request.fields) text.append(" ").append(field.value);
    return web::Response(200).SetBody("text/plain", text);
  }

  fakes::FakeLog log_;
};

int OpenFile(const std::string& path) { return open(path.c_str(), O_RDWR | O_CLOEXEC); }

// Puts `file`, which becomes its own, in the place of a standard stream until it goes.
class Redirect {
 public:
  Redirect(int fd, int file) : fd_(fd), kept_(dup(fd)) {
    std::fflush(stdout);
    dup2(file, fd_);
    close(file);
  }
  ~Redirect() {
    dup2(kept_, fd_);
    close(kept_);
    for (FILE* stream : {stdin, stdout}) {
      __fpurge(stream);
      clearerr(stream);
    }
  }
  Redirect(const Redirect&) = delete;
  Redirect& operator=(const Redirect&) = delete;

 private:
  int fd_;
  int kept_;
};

TEST_F(CgiTest, IsAProcessWithAVariableOfCgi) {
  EXPECT_FALSE(IsCgiProcess());
  for (const char* name : {"GATEWAY_INTERFACE", "REQUEST_METHOD", "QUERY_STRING"}) {
    Set(name, "");  // an empty query is one, too
    EXPECT_TRUE(IsCgiProcess()) << name;
    Clear();
  }
}

TEST_F(CgiTest, AnswersTheRequestOfItsEnvironmentOnStdout) {
  Set("REQUEST_METHOD", "GET");
  Set("QUERY_STRING", "to=1006");
  testing::internal::CaptureStdout();
  const int status = RunCgi(Echo, log_);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\nGET 1006");
  EXPECT_EQ(status, EXIT_SUCCESS);
}

TEST_F(CgiTest, TakesTheBodyFromStdin) {
  const support::TempFolder folder;
  const std::string body = "to=1006&from=1003";
  const Redirect redirect(STDIN_FILENO, OpenFile(folder.Write("body", body)));
  Set("REQUEST_METHOD", "POST");
  Set("CONTENT_LENGTH", std::to_string(body.size()));
  Set("CONTENT_TYPE", "application/x-www-form-urlencoded");
  testing::internal::CaptureStdout();
  EXPECT_EQ(RunCgi(Echo, log_), EXIT_SUCCESS);
  EXPECT_TRUE(testing::internal::GetCapturedStdout().ends_with("\r\n\r\nPOST 1006 1003"));
}

TEST_F(CgiTest, SaysWhenItsAnswerCouldNotBeWritten) {
  Set("REQUEST_METHOD", "GET");
  const Redirect redirect(STDOUT_FILENO, OpenFile("/dev/full"));
  EXPECT_EQ(RunCgi(Echo, log_), EXIT_FAILURE);
}

// Under Apache's mod_cgid stdin and stdout are one socket, and closing that with bytes unread would
// reset it: the answer would be lost on its way.
TEST_F(CgiTest, ABodyThatIsRefusedUnreadDoesNotCostTheAnswer) {
  const std::string body(300'000, 'x');
  Set("REQUEST_METHOD", "POST");
  Set("CONTENT_LENGTH", std::to_string(body.size()));
  Set("CONTENT_TYPE", "application/x-www-form-urlencoded");
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  // A web server gives up on an answer when it cannot write the body, or reads a reset.
  auto answer = std::async(std::launch::async, [&body, server = ends[0]]() -> std::string {
    const ssize_t sent = send(server, body.data(), body.size(), MSG_NOSIGNAL);
    std::string got;
    std::array<char, 1024> buffer{};
    ssize_t count = 0;
    while ((count = read(server, buffer.data(), buffer.size())) > 0) {
      got.append(buffer.data(), static_cast<std::size_t>(count));
    }
    close(server);
    if (sent != static_cast<ssize_t>(body.size())) return "the body was not taken";
    return count == 0 ? got : "the connection was reset";
  });
  int status = -1;
  const auto begin = std::chrono::steady_clock::now();
  {
    const Redirect in(STDIN_FILENO, dup(ends[1]));
    const Redirect out(STDOUT_FILENO, ends[1]);
    status = RunCgi(
        [](const web::Request& request) {
          return web::Response(request.form_error ? 413 : 200).SetBody("text/plain", "whole");
        },
        log_);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  EXPECT_EQ(status, EXIT_SUCCESS);
  const std::string got = answer.get();
  EXPECT_TRUE(got.ends_with("\r\n\r\nwhole")) << got;
}

}  // namespace
}  // namespace click2call::gateway
