// What Database makes of a server that comes and goes. The server is played by a file of SQLite.

#include "store/server_backend.h"

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fakes/results.h"
#include "store/journal.h"

namespace click2call::store {
namespace {

using base::Code;
using fakes::Fails;
using fakes::Has;
using fakes::Must;
using fakes::Succeeds;
using std::chrono::steady_clock;
using Kind = DatabaseError::Kind;

struct Server {
  std::string path;
  int connections = 0;
  std::function<void()> connect = [] {};
  std::function<void()> begin = [] {};
  std::function<void()> commit = [] {};
  std::function<void()> committed = [] {};
};
Server* server = nullptr;

class ToServer : public SqliteConnection {
 public:
  ToServer() : SqliteConnection(server->path) {}
  void Begin() override {
    server->begin();
    SqliteConnection::Begin();
  }
  void Commit() override {
    server->commit();
    SqliteConnection::Commit();
    server->committed();
  }
};

std::unique_ptr<Connection> Connect(const ServerAddress& /*address*/, Deadline /*deadline*/) {
  ++server->connections;
  server->connect();
  return std::make_unique<ToServer>();
}

class ServerBackendTest : public JournalTest {
 protected:
  ServerBackendTest() {
    server = &server_;
    server_.path = path_;
    std::ofstream(path_).flush();
  }

  static std::unique_ptr<call::CallStore> OpenServer(milliseconds wait = std::chrono::seconds(5)) {
    const auto open = [](const std::string& kind) -> base::Result<ConnectToServer*> {
      EXPECT_EQ(kind, "mysql");
      return &Connect;
    };
    StoreOptions options{.wait = wait, .password = base::Secret("hunter2"), .open_server = open};
    return Must(OpenStore("mysql:host=db.example;port=3307;db=calls;user=c2c", options));
  }
  // Once, with that error.
  static std::function<void()> Fail(Kind kind) {
    return [kind, left = 1]() mutable {
      if (left-- > 0) throw DatabaseError(kind, "the server's own words");
    };
  }
  std::size_t Rows() const {
    return SqliteConnection(path_).Query<std::string>("SELECT call_id FROM calls").size();
  }

  Server server_;
};

TEST_F(ServerBackendTest, AConnectionThatWasEndedMeanwhileIsReplacedAndNobodyNotices) {
  const auto store = OpenServer();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  server_.begin = Fail(Kind::kLost);
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(2), {})));
  EXPECT_EQ(server_.connections, 2);
  EXPECT_EQ(Rows(), 2U);
}

TEST_F(ServerBackendTest, ANewConnectionThatIsLostAtOnceIsAnError) {
  const auto store = OpenServer();
  server_.begin = [] { throw DatabaseError(Kind::kLost, "gone"); };
  const auto inserted = store->Insert(CallOf(1), {});
  ASSERT_TRUE(Fails(inserted, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(inserted.Why().message, "has ended the connection (it says: gone)"));
  EXPECT_EQ(server_.connections, 1);
}

TEST_F(ServerBackendTest, WhatMayHaveBeenDoneIsAnErrorAndNotDoneAgain) {
  const auto store = OpenServer();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  server_.committed = Fail(Kind::kUncertain);
  const auto inserted = store->Insert(CallOf(2), {});
  ASSERT_TRUE(Fails(inserted, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(inserted.Why().message, "whether it did is not known"));
  EXPECT_EQ(Rows(), 2U);
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(3), {})));
}

TEST_F(ServerBackendTest, WhatManyWaitedForTogetherIsNotTriedForEachAloneWhereThatIsInVain) {
  for (const auto kind : {Kind::kUncertain, Kind::kSilent}) {
    const auto store = OpenServer();
    EXPECT_TRUE(Succeeds(store->Find(IdOf(1))));
    int begun = 0;
    server_.begin = [&] {
      if (++begun == 1) std::this_thread::sleep_for(milliseconds(200));
    };
    server_.commit = [&] {
      if (begun > 1) throw DatabaseError(kind, "no answer");
    };
    std::vector<std::thread> threads;
    std::atomic<int> failed = 0;
    for (std::uint32_t i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] { failed += store->SetPbx(IdOf(i), "main").Ok() ? 0 : 1; });
      if (i == 0) std::this_thread::sleep_for(milliseconds(100));
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(failed, 7);
    EXPECT_EQ(begun, 2);
  }
}

TEST_F(ServerBackendTest, WhatALockUndidIsDoneAgain) {
  const auto store = OpenServer();
  EXPECT_TRUE(Succeeds(store->Find(IdOf(1))));
  server_.commit = Fail(Kind::kLocked);
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  EXPECT_EQ(server_.connections, 1);
}

TEST_F(ServerBackendTest, LocksThatLastAreAnErrorOnceTheWaitIsOver) {
  const auto store = OpenServer(milliseconds(100));
  EXPECT_TRUE(Succeeds(store->Find(IdOf(1))));
  server_.begin = [] { throw DatabaseError(Kind::kLocked, "locked"); };
  const auto begun = steady_clock::now();
  const auto inserted = store->Insert(CallOf(1), {});
  EXPECT_LT(steady_clock::now() - begun, milliseconds(1000));
  ASSERT_TRUE(Fails(inserted, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(inserted.Why().message, "others keep the database calls on the mysql server"));
}

TEST_F(ServerBackendTest, EveryTroubleNamesTheServerAndWhatToDoAndNeverThePassword) {
  const std::vector<std::pair<Kind, std::string>> all = {
      {Kind::kUnreachable, "see that it runs and listens there"},
      {Kind::kUnknownHost, "see host in store.url"},
      {Kind::kLogin, "the user c2c in: see the password in store.password_file"},
      {Kind::kNoDatabase, "create it, as the README says"},
      {Kind::kForbidden, "give the rights that the README names"},
      {Kind::kCrowded, "see max_connections"},
      {Kind::kNoTls, "see its certificate"},
      {Kind::kReadOnly, "name the one that does"},
      {Kind::kFull, "make room on it"},
      {Kind::kSilent, "see whether it is overloaded"},
      {Kind::kOther, "the database calls on the mysql server db.example, port 3307, fails"},
  };
  const auto store = OpenServer();
  for (const auto& [kind, advice] : all) {
    server_.connect = Fail(kind);
    const auto inserted = store->Insert(CallOf(1), {});
    ASSERT_TRUE(Fails(inserted, Code::kStoreUnavailable));
    const std::string& message = inserted.Why().message;
    EXPECT_TRUE(message.starts_with("cannot record the call: ")) << message;
    EXPECT_TRUE(Has(message, "the mysql server db.example, port 3307,")) << message;
    EXPECT_TRUE(Has(message, advice)) << message;
    EXPECT_EQ(message.find("hunter2"), std::string::npos) << message;
  }
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {}))) << "what was mended needs no restart";
}

TEST_F(ServerBackendTest, AModuleThatCannotBeOpenedIsNamedWithItsPackage) {
  const auto open = [](const std::string& /*kind*/) -> base::Result<ConnectToServer*> {
    return base::Error{Code::kInternal, "libpq.so.5: cannot open"};
  };
  const auto store = Must(OpenStore("postgresql:dbname=a user=b", {.open_server = open}));
  const auto found = store->Find(IdOf(1));
  ASSERT_TRUE(Fails(found, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(found.Why().message, "needs the module postgresql"));
  EXPECT_TRUE(Has(found.Why().message, "apt-get install libpq5"));
}

TEST_F(ServerBackendTest, ADatabaseOfANewerProgramIsRefused) {
  EXPECT_TRUE(Succeeds(OpenServer()->Find(IdOf(1))));
  SqliteConnection(path_).Execute("UPDATE schema_version SET version = 1000");
  const auto found = OpenServer()->Find(IdOf(1));
  ASSERT_TRUE(Fails(found, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(found.Why().message, "made by a newer click2call (version 1000"));
}

// The modules themselves, where there is no server.

class NoServerTest : public testing::TestWithParam<std::string> {
 protected:
  // Takes connections, and says nothing.
  NoServerTest() {
    const int on = 1;
    (void)setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_, generic, size) != 0 || getsockname(socket_, generic, &size) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
  }
  ~NoServerTest() override { close(socket_); }

  std::unique_ptr<call::CallStore> OpenServer(milliseconds wait) const {
    const bool mysql = GetParam() == "mysql";
    const std::string port = std::to_string(port_);
    return Must(OpenAt(
        mysql ? "mysql:host=127.0.0.1;port=" + port + ";db=a;user=b;password=hunter2"
              : "postgresql:host=127.0.0.1 port=" + port + " dbname=a user=b password=hunter2",
        wait));
  }

  const int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  int port_ = 0;
};

TEST_P(NoServerTest, WhereNobodyListensThatIsSaidAtOnce) {
  const auto begun = steady_clock::now();
  const auto inserted = OpenServer(std::chrono::seconds(5))->Insert(CallOf(1), {});
  ASSERT_TRUE(Fails(inserted, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(inserted.Why().message, "cannot be reached")) << inserted.Why().message;
  EXPECT_LT(steady_clock::now() - begun, std::chrono::seconds(2));
}

TEST_P(NoServerTest, WhoSaysNothingIsNotWaitedForLongerThanTheWait) {
  ASSERT_EQ(listen(socket_, 10), 0);
  const auto begun = steady_clock::now();
  const auto inserted = OpenServer(milliseconds(300))->Insert(CallOf(1), {});
  const auto took = steady_clock::now() - begun;
  ASSERT_TRUE(Fails(inserted, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(inserted.Why().message, "cannot be reached")) << inserted.Why().message;
  EXPECT_GE(took, milliseconds(290));
  EXPECT_LT(took, std::chrono::seconds(2));
}

INSTANTIATE_TEST_SUITE_P(Modules, NoServerTest, testing::Values("mysql", "postgresql"),
                         [](const auto& of) { return of.param; });

// With a server: see ServerUnderTest().

class ServerTest : public testing::TestWithParam<std::string> {
 protected:
  ServerTest() { EmptyServerUnderTest(); }
  static std::unique_ptr<call::CallStore> Open(milliseconds wait = std::chrono::seconds(5)) {
    return Must(OpenAt(GetParam(), wait));
  }
};

std::vector<std::string> ServersUnderTest() {
  if (ServerUnderTest().empty()) return {};
  return {ServerUnderTest()};
}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ServerTest);
INSTANTIATE_TEST_SUITE_P(Real, ServerTest, testing::ValuesIn(ServersUnderTest()),
                         [](const auto& /*of*/) { return "Here"; });

TEST_P(ServerTest, WhatOtherHostsDoIsWaitedForAndSeen) {
  const auto store = Open();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  const auto other = ConnectToServerUnderTest();
  other->Begin();
  other->Execute("UPDATE calls SET pbx = 'second', created_at = 5");
  std::thread release([&] {
    std::this_thread::sleep_for(milliseconds(1500));  // for longer than one turn
    other->Commit();
  });
  const auto begun = steady_clock::now();
  EXPECT_TRUE(Fails(store->Insert(CallOf(2), kOnce), Code::kAlreadyExists));
  EXPECT_GE(steady_clock::now() - begun, milliseconds(1400));
  EXPECT_EQ(Must(store->Find(IdOf(1)))->pbx, "second");
  release.join();
}

TEST_P(ServerTest, ALockThatLastsIsAnErrorOnceTheWaitIsOverAndWhoReadsIsNotStopped) {
  const auto store = Open(milliseconds(1500));
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  const auto other = ConnectToServerUnderTest();
  other->Begin();
  const auto begun = steady_clock::now();
  EXPECT_TRUE(Must(store->Find(IdOf(1))).has_value());
  EXPECT_LT(steady_clock::now() - begun, milliseconds(500));
  const auto inserted = store->Insert(CallOf(2), {});
  EXPECT_LT(steady_clock::now() - begun, milliseconds(3000));
  ASSERT_TRUE(Fails(inserted, Code::kStoreUnavailable));
  EXPECT_TRUE(Has(inserted.Why().message, "locked"));
  other->Rollback();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(2), {})));
}

TEST_P(ServerTest, WhoDiesInTheMiddleLeavesNothingAndHoldsNoLock) {
  const auto store = Open();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  auto other = ConnectToServerUnderTest();
  other->Begin();
  other->Execute("UPDATE calls SET pbx = 'second'");
  other.reset();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(2), {})));
  EXPECT_EQ(Must(store->Find(IdOf(1)))->pbx, "main");
}

TEST_P(ServerTest, TextsAreTheSameWhenTheirBytesAre) {
  const auto store = Open();
  std::uint32_t number = 0;
  for (const std::string user : {"alice", "Alice", "alice ", "alic\xc3\xa9", "alice\xcc\x81"}) {
    call::Call call = CallOf(++number);
    call.user = user;
    call.key = "key";
    const auto inserted = store->Insert(call, {.limits = {.asker = {.per_day = 1}}});
    EXPECT_TRUE(Succeeds(inserted)) << user;
    EXPECT_EQ(Must(store->List({.user = user})).size(), 1U) << user;
  }
  EXPECT_EQ(Must(store->SharedKey("a", "1")), "1");
  EXPECT_EQ(Must(store->SharedKey("A", "2")), "2");
  EXPECT_EQ(Must(store->SharedKey("a ", "3")), "3");
}

TEST_P(ServerTest, AnUpdateThatChangesNothingCountsItsRows) {
  const auto store = Open();
  EXPECT_TRUE(Succeeds(store->Insert(CallOf(1), {})));
  const auto own = ConnectToServerUnderTest();
  EXPECT_EQ(own->Execute("UPDATE calls SET pbx = pbx"), 1U);
}

}  // namespace
}  // namespace click2call::store
