#include "gateway/fastcgi.h"

#include <chrono>
#include <ctime>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>  // NOLINT: kill
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fakes/fake_log.h"
#include "fiber/condition.h"
#include "gateway/fastcgi_client.h"
#include "gateway/listener.h"
#include "support/temp_folder.h"
#include "support/unix_socket.h"
#include "web/form.h"

namespace click2call::gateway {
namespace {

using std::chrono::milliseconds;
using Client = FastCgiClient;

constexpr std::chrono::seconds kTooLong{5};

// A door that handlers wait at until it is opened, and that counts who waits.
class Door {
 public:
  void Wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.NotifyAll();
    changed_.WaitUntil(lock, Soon(), [&] { return open_; });
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.NotifyAll();
  }
  bool SomebodyWaits(int count = 1) {
    std::unique_lock lock(mutex_);
    return changed_.WaitUntil(lock, Soon(), [&] { return waiting_ >= count; });
  }

 private:
  static base::MonotonicTime Soon() { return std::chrono::steady_clock::now() + kTooLong; }

  std::mutex mutex_;
  fiber::Condition changed_;
  int waiting_ = 0;
  bool open_ = false;
};

// Everything that arrived, in one line.
web::Response Echo(const web::Request& request) {
  std::string text = request.method + " " + request.script_name;
  for (const auto& field : request.fields) text.append(" " + field.name + "=").append(field.value);
  if (request.form_error) text.append(" refused: ").append(request.form_error->message);
  return web::Response(200).SetBody("text/plain", text);
}

std::string Echoed(const std::string& text) {
  return web::Response(200).SetBody("text/plain", text).Serialize();
}

Client::Params Get(std::string query) {
  return {{"REQUEST_METHOD", "GET"}, {"SCRIPT_NAME", "/c"}, {"QUERY_STRING", std::move(query)}};
}

Client::Params Post(std::size_t length) {
  return {{"REQUEST_METHOD", "POST"},
          {"SCRIPT_NAME", "/c"},
          {"CONTENT_TYPE", "application/x-www-form-urlencoded"},
          {"CONTENT_LENGTH", std::to_string(length)}};
}

class Fixture : public testing::Test {
 protected:
  // `folder_`, `listener_` and `log_` outlive the server.
  int Socket() {
    if (!listener_) {
      auto opened = Listener::Open("unix:" + path_);
      if (!opened.Ok()) throw std::runtime_error(opened.Why().message);
      listener_.emplace(std::move(opened).Value());
    }
    return listener_->Fd();
  }

  // What a client that sends `bytes` gets.
  Client::Answer Ask(std::string_view bytes) const {
    const Client client(path_);
    client.Send(bytes);
    return client.Read();
  }
  std::string OutOf(std::string_view bytes) const { return Ask(bytes).out; }

  void ExpectItStillAnswers() const {
    EXPECT_EQ(OutOf(Client::Request(Get("to=1006"))), Echoed("GET /c to=1006"));
  }

  const support::TempFolder folder_;
  const std::string path_ = folder_.Path("c2c.sock");
  std::optional<Listener> listener_;
  fakes::FakeLog log_;
  std::optional<FastCgiServer> server_;
};

// The same promises with threads and with fibers.
class FastCgiTest : public Fixture, public testing::WithParamInterface<bool> {
 protected:
  void Start(int workers, Handler handler) {
    server_.emplace(Socket(), Workers{workers, GetParam()}, std::move(handler), log_);
  }
};

std::string NameOf(const testing::TestParamInfo<bool>& param) {
  return param.param ? "Fibers" : "Threads";
}

INSTANTIATE_TEST_SUITE_P(As, FastCgiTest, testing::Bool(), NameOf);

TEST_P(FastCgiTest, AnswersAndCloses) {
  Start(1, Echo);
  const Client::Answer answer = Ask(Client::Request(Get("to=1006")));
  EXPECT_EQ(answer.out, Echoed("GET /c to=1006"));
  EXPECT_TRUE(answer.ended);
  EXPECT_TRUE(answer.closed);
  EXPECT_EQ(log_.Text(), "");
}

TEST_P(FastCgiTest, OneWorkerAnswersOneRequestAfterTheOther) {
  Start(1, Echo);
  for (int i = 0; i < 20; ++i) {
    const std::string query = "to=" + std::to_string(i);
    EXPECT_EQ(OutOf(Client::Request(Get(query))), Echoed("GET /c " + query));
  }
}

TEST_P(FastCgiTest, WhatTheClientWantsToKeepIsClosedAllTheSame) {
  Start(1, Echo);
  const Client::Answer answer = Ask(Client::Request(Get("to=1006"), "", /*keep=*/true));
  EXPECT_EQ(answer.out, Echoed("GET /c to=1006"));
  EXPECT_TRUE(answer.ended);
  EXPECT_TRUE(answer.closed);
  ExpectItStillAnswers();
}

TEST_P(FastCgiTest, EveryWorkerHasARequestUnderWayAtTheSameTime) {
  constexpr int kWorkers = 8;
  Door door;
  Start(kWorkers, [&](const web::Request& request) {
    door.Wait();
    return Echo(request);
  });
  std::vector<std::future<std::string>> answers;
  for (int i = 0; i < kWorkers; ++i) {
    answers.push_back(std::async(std::launch::async, [this, i] {
      return OutOf(Client::Request(Get("to=" + std::to_string(i))));
    }));
  }
  EXPECT_TRUE(door.SomebodyWaits(kWorkers));
  door.Open();
  for (int i = 0; i < kWorkers; ++i) {
    EXPECT_EQ(answers[static_cast<std::size_t>(i)].get(), Echoed("GET /c to=" + std::to_string(i)));
  }
}

TEST_P(FastCgiTest, ManyRequestsInParallelGetEachTheirOwnAnswer) {
  Start(4, Echo);
  std::vector<std::future<int>> clients;
  for (int c = 0; c < 8; ++c) {
    clients.push_back(std::async(std::launch::async, [this, c] {
      int right = 0;
      for (int i = 0; i < 25; ++i) {
        const std::string to = "to=" + std::to_string(100 * c + i);
        right += OutOf(Client::Request(Post(to.size()), to)) == Echoed("POST /c " + to) ? 1 : 0;
      }
      return right;
    }));
  }
  for (auto& client : clients) EXPECT_EQ(client.get(), 25);
}

TEST_P(FastCgiTest, ARequestMayComeInRecordsOfAnySize) {
  Start(1, Echo);
  const std::string body = "to=1006&note=" + std::string(300, 'x');
  auto params = Post(body.size());
  params["HTTP_COOKIE"] = std::string(200, 'c');  // its length takes four bytes
  for (const std::size_t size : {1U, 7U, 8U, 127U, 128U, 1000U}) {
    EXPECT_EQ(OutOf(Client::Request(params, body, false, size)),
              Echoed("POST /c to=1006 note=" + std::string(300, 'x')))
        << size;
  }
}

TEST_P(FastCgiTest, ABodyMayBeLargerThanOneRecord) {
  Start(1, Echo);
  const std::string value(web::kMaxBodyBytes - 3, 'x');
  EXPECT_EQ(OutOf(Client::Request(Post(web::kMaxBodyBytes), "to=" + value)),
            Echoed("POST /c to=" + value));
}

TEST_P(FastCgiTest, ABodyThatIsTooLargeIsRefusedWithoutWaitingForIt) {
  Start(1, Echo);
  const std::string body(800'000, 'x');
  const std::string without_body =
      Client::Begin(false) + Client::Stream(Client::kParams, Client::Encode(Post(body.size())));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(OutOf(without_body), Echoed("POST /c refused: the body is over 65536 bytes"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  Ask(Client::Request(Post(body.size()), body));
  ExpectItStillAnswers();
}

// An administrator sets one, and behind it has "include fastcgi_params", which names it again.
TEST_P(FastCgiTest, OfEqualParametersTheFirstCounts) {
  Start(1, [](const web::Request& request) {
    return web::Response(200).SetBody("text/plain", request.remote_user + ".");
  });
  auto unchecked = Get("");
  unchecked["REMOTE_USER"] = "mallory";
  const auto ask = [&](const std::string& first) {
    const std::string params = Client::Encode({{"REMOTE_USER", first}}) + Client::Encode(unchecked);
    return OutOf(Client::Begin(false) + Client::Stream(Client::kParams, params) +
                 Client::Stream(Client::kStdin, ""));
  };
  EXPECT_EQ(ask("alice"), Echoed("alice."));
  EXPECT_EQ(ask(""), Echoed("."));
}

TEST_P(FastCgiTest, ParametersOfAnyNameHideNoOther) {
  Start(1, [](const web::Request& request) {
    return web::Response(200).SetBody("text/plain", request.remote_user + "." + request.accept);
  });
  auto params = Get("");
  params["REMOTE_USER"] = "a=b";
  params["HTTP_ACCEPT"] = "";
  for (const char* name : {"", "=", "REMOTE_USERS", "REMOTE_USE", "remote_user", "HTTP_ACCEPT ",
                           "\xff\xfe", "HTTP_\r\nACCEPT"}) {
    params[name] = "mallory";
  }
  for (int i = 0; i < 1000; ++i) params["HTTP_X_" + std::to_string(i)] = "mallory";
  EXPECT_EQ(OutOf(Client::Request(params)), Echoed("a=b."));
}

TEST_P(FastCgiTest, AnAnswerMayBeLargerThanOneRecord) {
  const std::string large(300'000, 'x');
  Start(1, [&](const web::Request&) { return web::Response(200).SetBody("text/plain", large); });
  const Client::Answer answer = Ask(Client::Request(Get("")));
  EXPECT_EQ(answer.out, Echoed(large));
  EXPECT_TRUE(answer.ended);
}

TEST_P(FastCgiTest, HalfAHeaderKeepsNobodyElseWaiting) {
  Start(2, Echo);
  const Client half(path_);
  half.Send(Client::Begin(false).substr(0, 4));
  std::this_thread::sleep_for(milliseconds(20));  // so that a worker has it
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) ExpectItStillAnswers();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST_P(FastCgiTest, ARequestThatIsCutOffReachesNoHandlerAsAWholeOne) {
  Start(1, Echo);
  const std::string whole = Client::Request(Post(7), "to=1006");
  const std::size_t params_end = whole.size() - Client::Stream(Client::kStdin, "to=1006").size();
  for (std::size_t length = 0; length < params_end; length += 5) {
    const Client client(path_);
    client.Send(whole.substr(0, length));
  }
  ExpectItStillAnswers();
}

TEST_P(FastCgiTest, ABodyThatIsCutOffIsRefused) {
  Start(1, Echo);
  auto params = Post(100);
  EXPECT_EQ(OutOf(Client::Request(params, "to=1006")),
            Echoed("POST /c refused: the body ended before its Content-Length"));
}

TEST_P(FastCgiTest, WhatIsNoFastCgiStopsNothing) {
  Start(1, Echo);
  const std::string get = Client::Begin(false) + Client::Stream(Client::kParams, "");
  for (const std::string& garbage : {
           std::string(),
           std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
           std::string(64, '\0'),
           std::string(64, '\xff'),
           std::string(8, '\x01'),
           Client::Begin(false, /*role=*/9),
           Client::Record(Client::kStdin, "early"),
           Client::Record(Client::kParams, "early"),
           Client::Begin(false) + Client::Begin(false),
           std::string("\x02") + get.substr(1),
       }) {
    const Client client(path_);
    client.Send(garbage);
  }
  ExpectItStillAnswers();
}

TEST_P(FastCgiTest, AClientThatHasGoneStopsNothing) {
  Door door;
  Start(1, [&](const web::Request& request) {
    door.Wait();
    return Echo(request);
  });
  {
    const Client client(path_);
    client.Send(Client::Request(Get("to=1006")));
    EXPECT_TRUE(door.SomebodyWaits());
  }
  door.Open();
  ExpectItStillAnswers();
}

TEST_P(FastCgiTest, AHandlerThatThrowsStopsNothing) {
  Start(1, [&](const web::Request& request) -> web::Response {
    if (request.method == "POST") throw std::runtime_error("secret");
    return Echo(request);
  });
  const std::string out = OutOf(Client::Request(Post(0)));
  EXPECT_TRUE(out.starts_with("Status: 500 ")) << out;
  EXPECT_EQ(out.find("secret"), std::string::npos);
  ExpectItStillAnswers();
}

TEST_P(FastCgiTest, TheEndWaitsForTheRequestsUnderWay) {
  Door door;
  Start(2, [&](const web::Request& request) {
    door.Wait();
    return Echo(request);
  });
  auto answer =
      std::async(std::launch::async, [this] { return Ask(Client::Request(Get("to=1006"))); });
  ASSERT_TRUE(door.SomebodyWaits());
  auto end = std::async(std::launch::async, [this] { server_.reset(); });
  EXPECT_EQ(end.wait_for(milliseconds(50)), std::future_status::timeout);
  door.Open();
  const Client::Answer got = answer.get();
  EXPECT_EQ(got.out, Echoed("GET /c to=1006"));
  EXPECT_TRUE(got.ended);
  EXPECT_EQ(end.wait_for(kTooLong), std::future_status::ready);
}

TEST_P(FastCgiTest, AnIdleServerEndsAtOnce) {
  Start(8, Echo);
  ExpectItStillAnswers();
  const auto begin = std::chrono::steady_clock::now();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST_P(FastCgiTest, ANewHandlerIsForTheRequestsThatBeginAfterIt) {
  Door door;
  Start(2, [&](const web::Request&) {
    door.Wait();
    return web::Response(200).SetBody("text/plain", "old");
  });
  const Client client(path_);
  client.Send(Client::Request(Get("")));
  ASSERT_TRUE(door.SomebodyWaits());
  server_->SetHandler(Echo);
  ExpectItStillAnswers();
  door.Open();
  EXPECT_EQ(client.Read().out, Echoed("old"));
}

TEST_P(FastCgiTest, AHandlerThatNobodyUsesAnyMoreIsTakenDown) {
  Door door;
  auto used = std::make_shared<int>(0);
  const std::weak_ptr<int> old = used;
  Start(2, [&door, used = std::move(used)](const web::Request& request) {
    door.Wait();
    return Echo(request);
  });
  auto first = std::async(std::launch::async, [&] { return OutOf(Client::Request(Get("to=1"))); });
  ASSERT_TRUE(door.SomebodyWaits());
  server_->SetHandler(Echo);
  EXPECT_TRUE(server_->TakeDownUnused());
  EXPECT_FALSE(old.expired());
  door.Open();
  EXPECT_EQ(first.get(), Echoed("GET /c to=1"));
  for (int i = 0; i < 100 && server_->TakeDownUnused(); ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_TRUE(old.expired());
}

TEST_P(FastCgiTest, WhoeverHasNothingToDoSleeps) {
  const auto wakeups = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nvcsw;
  };
  Start(32, Echo);
  ExpectItStillAnswers();
  std::this_thread::sleep_for(milliseconds(50));  // until all have lain down
  const auto before = wakeups();
  std::this_thread::sleep_for(milliseconds(400));
  EXPECT_LE(wakeups() - before, 5);
  ExpectItStillAnswers();
}

// As when there are no descriptors left, which UBSan could not bear: accept fails on a socket that
// is bound and does not listen yet.
TEST_P(FastCgiTest, WhileAcceptFailsItPausesAndThenGoesOn) {
  const int socket = support::BoundSocket(path_);
  const std::clock_t begin = std::clock();
  server_.emplace(socket, Workers{1, GetParam()}, Echo, log_);
  std::this_thread::sleep_for(milliseconds(250));
  EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC / 20) << "it spins instead of pausing";
  listen(socket, 1);
  ExpectItStillAnswers();
  EXPECT_EQ(log_.Text(), "event=\"accept failed\" why=\"Invalid argument\"\n");
  EXPECT_EQ(log_.Lines().at(0).level, base::LogLevel::kError);
  server_.reset();
  close(socket);
}

// RunFastCgi() in a process of its own, since it is signals that it is about.
class RunFastCgiTest : public Fixture {
 protected:
  void Run(const std::function<base::Result<Service>()>& reload) {
    const int socket = Socket();
    child_ = fork();
    if (child_ != 0) return;
    BlockSignals();
    RunFastCgi(socket, {Saying("first"), {2, true}}, reload, log_);
    _exit(0);
  }
  ~RunFastCgiTest() override {
    if (child_ > 0) kill(child_, SIGKILL);
    if (child_ > 0) waitpid(child_, nullptr, 0);
  }

  static Handler Saying(const std::string& text) {
    return [text](const web::Request&) { return web::Response(200).SetBody("text/plain", text); };
  }
  std::string Said() const { return OutOf(Client::Request(Get(""))); }

  void Signal(int signal) const { kill(child_, signal); }
  int ExitStatus() {
    int status = -1;
    waitpid(std::exchange(child_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  // From two fibers.
  void ExpectItBecomes(const Workers& workers) {
    Run([&]() -> base::Result<Service> { return Service{Saying("second"), workers}; });
    EXPECT_EQ(Said(), Echoed("first"));
    Signal(SIGHUP);
    for (int i = 0; i < 100 && Said() == Echoed("first"); ++i) {
      std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_EQ(Said(), Echoed("second"));
    Signal(SIGTERM);
    EXPECT_EQ(ExitStatus(), 0);
  }

  pid_t child_ = 0;
};

TEST_F(RunFastCgiTest, SighupGivesItTheHandlerOfANewConfiguration) { ExpectItBecomes({2, true}); }

TEST_F(RunFastCgiTest, SighupGivesItOtherWorkers) { ExpectItBecomes({3, false}); }

TEST_F(RunFastCgiTest, AConfigurationThatIsRefusedLeavesItTheHandlerItHas) {
  Run([]() -> base::Result<Service> { return base::Error{base::Code::kInternal, "is wrong"}; });
  EXPECT_EQ(Said(), Echoed("first"));
  Signal(SIGHUP);
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(Said(), Echoed("first"));
  Signal(SIGINT);
  EXPECT_EQ(ExitStatus(), 0);
}

}  // namespace
}  // namespace click2call::gateway
