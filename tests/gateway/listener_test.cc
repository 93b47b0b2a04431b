#include "gateway/listener.h"

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_folder.h"
#include "support/unix_socket.h"

namespace click2call::gateway {
namespace {

// A descriptor that closes itself.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int Get() const { return fd_; }

 private:
  int fd_;
};

bool CanConnect(const std::string& path) {
  const Fd client(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = support::UnixAddress(path);
  return connect(client.Get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

// Why an address is refused; empty when it is not.
std::string RefusalOf(const std::string& address) {
  const auto listener = Listener::Open(address);
  if (listener.Ok()) return {};
  EXPECT_EQ(listener.Why().code, base::Code::kInternal);
  return listener.Why().message;
}

class UnixListenerTest : public testing::Test {
 protected:
  const support::TempFolder folder_;
  const std::string path_ = folder_.Path("c2c.sock");
  const std::string address_ = "unix:" + path_;
};

TEST_F(UnixListenerTest, Listens) {
  const auto listener = Listener::Open(address_);
  ASSERT_TRUE(listener.Ok()) << listener.Why().message;
  EXPECT_GE(listener.Value().Fd(), 0);
  EXPECT_TRUE(CanConnect(path_));
}

TEST_F(UnixListenerTest, IsOpenToOwnerAndGroupWhateverTheUmask) {
  for (const mode_t mask : {0000U, 0022U, 0077U, 0777U}) {
    const mode_t before = umask(mask);
    const auto listener = Listener::Open(address_);
    EXPECT_EQ(umask(before), mask);  // and gives the umask back
    struct stat info {};
    ASSERT_EQ(lstat(path_.c_str(), &info), 0);
    EXPECT_TRUE(S_ISSOCK(info.st_mode));
    EXPECT_EQ(info.st_mode & 07777U, 0660U) << "umask " << mask;
  }
}

TEST_F(UnixListenerTest, TakesItsFileWithItAtTheEnd) {
  { const auto listener = Listener::Open(address_); }
  EXPECT_FALSE(Exists(path_));
}

TEST_F(UnixListenerTest, MayBeMoved) {
  auto opened = Listener::Open(address_);
  ASSERT_TRUE(opened.Ok());
  std::optional<Listener> moved(std::move(opened).Value());
  EXPECT_TRUE(CanConnect(path_));
  moved.reset();
  EXPECT_FALSE(Exists(path_));
}

TEST_F(UnixListenerTest, ReplacesASocketThatNobodyListensOnAnyMore) {
  close(support::BoundSocket(path_));
  ASSERT_TRUE(Exists(path_));
  const auto listener = Listener::Open(address_);
  ASSERT_TRUE(listener.Ok()) << listener.Why().message;
  EXPECT_TRUE(CanConnect(path_));
}

TEST_F(UnixListenerTest, RefusesAPlaceWhereAnotherListens) {
  const auto first = Listener::Open(address_);
  ASSERT_TRUE(first.Ok());
  EXPECT_NE(RefusalOf(address_).find("another process is listening there"), std::string::npos);
  EXPECT_TRUE(CanConnect(path_));
}

TEST_F(UnixListenerTest, LeavesALiveSocketOfAnotherTypeAlone) {
  for (const int type : {SOCK_DGRAM, SOCK_SEQPACKET}) {
    const std::string path = folder_.Path("type" + std::to_string(type));
    const Fd other(support::BoundSocket(path, type));
    if (type == SOCK_SEQPACKET) listen(other.Get(), 1);
    struct stat before {};
    struct stat after {};
    ASSERT_EQ(lstat(path.c_str(), &before), 0);
    EXPECT_NE(RefusalOf("unix:" + path), "") << "type " << type;
    EXPECT_EQ(lstat(path.c_str(), &after), 0) << "type " << type << " is gone";
    EXPECT_EQ(before.st_ino, after.st_ino) << "type " << type << " was replaced";
  }
}

TEST_F(UnixListenerTest, LeavesEverythingThatIsNoSocketAlone) {
  const std::string file = folder_.Write("file", "precious");
  const std::string link = folder_.Path("link");
  ASSERT_EQ(symlink(file.c_str(), link.c_str()), 0);
  const std::string dangling = folder_.Path("dangling");
  ASSERT_EQ(symlink("nowhere", dangling.c_str()), 0);
  for (const std::string& path : {file, link, dangling, folder_.Path()}) {
    EXPECT_NE(RefusalOf("unix:" + path).find("no socket"), std::string::npos) << path;
    struct stat info {};
    EXPECT_EQ(lstat(path.c_str(), &info), 0) << path << " is gone";
  }
}

TEST_F(UnixListenerTest, SaysWhyThereCanBeNone) {
  EXPECT_NE(RefusalOf("unix:" + folder_.Path("no/such/folder")).find("No such file or directory"),
            std::string::npos);
}

TEST_F(UnixListenerTest, APathMayHave107Bytes) {
  const std::string longest = folder_.Path(std::string(106 - folder_.Path().size(), 'x'));
  ASSERT_EQ(longest.size(), 107U);
  const auto listener = Listener::Open("unix:" + longest);
  ASSERT_TRUE(listener.Ok()) << listener.Why().message;
  EXPECT_TRUE(CanConnect(longest));
}

TEST_F(UnixListenerTest, ALongerPathIsRefused) {
  for (const std::size_t length : {108U, 109U, 5000U}) {
    EXPECT_NE(RefusalOf("unix:" + std::string(length, 'x')), "") << length;
  }
}

TEST_F(UnixListenerTest, ARefusalNamesThePathAndNoSourceFile) {
  for (const std::string& address : {"unix:" + std::string(108, 'x'), "unix:" + folder_.Path(),
                                     std::string("unix:/no/folder")}) {
    const std::string why = RefusalOf(address);
    EXPECT_TRUE(why.starts_with("--listen ")) << why;
    EXPECT_NE(why.find(address.substr(5) + ": "), std::string::npos) << why;
    EXPECT_EQ(why.find(".cpp"), std::string::npos) << why;
  }
}

// Or it would listen in the abstract namespace, under a name that nobody chose.
TEST_F(UnixListenerTest, AnEmptyPathIsRefused) { EXPECT_NE(RefusalOf("unix:"), ""); }

TEST(TcpListenerTest, Listens) {
  for (const std::string address : {"tcp:127.0.0.1:0", "tcp:[::1]:0"}) {
    const auto listener = Listener::Open(address);
    ASSERT_TRUE(listener.Ok()) << listener.Why().message;
    int listens = 0;
    socklen_t size = sizeof listens;
    getsockopt(listener.Value().Fd(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
    EXPECT_EQ(listens, 1) << address;
  }
}

TEST(TcpListenerTest, ListensOnThisMachineAlone) {
  for (const std::string address : {"tcp:0.0.0.0:0", "tcp:[::]:0", "tcp:192.0.2.1:9000"}) {
    EXPECT_NE(RefusalOf(address).find("loopback"), std::string::npos) << address;
  }
}

TEST(TcpListenerTest, RefusesAPortThatIsTaken) {
  const auto first = Listener::Open("tcp:127.0.0.1:0");
  ASSERT_TRUE(first.Ok());
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ASSERT_EQ(getsockname(first.Value().Fd(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string taken = "tcp:127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  EXPECT_EQ(RefusalOf(taken), "--listen " + taken + ": Address already in use");
}

TEST(ListenerTest, AnAddressThatIsNoneIsRefused) {
  for (const std::string address :
       {"", "unix", "tcp", "/run/c2c.sock", "127.0.0.1:9000", "udp:127.0.0.1:9000", "UNIX:/x",
        "tcp:", "tcp::", "tcp:127.0.0.1", "tcp:127.0.0.1:", "tcp:127.0.0.1:abc",
        "tcp:127.0.0.1:65536", "tcp:127.0.0.1:-1", "tcp:127.0.0.1:80:90", "tcp:[::1:9000",
        "tcp:256.0.0.1:0", "tcp:999.999.999.999:0"}) {
    EXPECT_TRUE(RefusalOf(address).starts_with("--listen " + address + ": ")) << address;
  }
}

TEST(ListenerTest, OnlyNumbersMakeATcpAddress) {
  const support::TempFolder folder;
  for (const std::string& address :
       {std::string("tcp:localhost:0"), std::string("tcp:0"), "tcp:" + folder.Path("socket")}) {
    EXPECT_NE(RefusalOf(address), "") << address;
  }
}

// What a child process makes of the descriptors and the environment that it is given: its exit
// status is the descriptor that it took, or 99.
class InheritedTest : public testing::Test {
 protected:
  static constexpr int kNone = 99;

  void SetUp() override {
    auto opened = Listener::Open("unix:" + folder_.Path("c2c.sock"));
    ASSERT_TRUE(opened.Ok());
    socket_.emplace(std::move(opened).Value());
  }

  // What a child has: the socket as one of its descriptors, and otherwise nothing that listens.
  void PassAs(int fd) const {
    const int kept = fcntl(socket_->Fd(), F_DUPFD, 100);  // it may be one of those that are closed
    PassNothing();
    dup2(kept, fd);
  }
  static void PassNothing() {
    close(STDIN_FILENO);
    close(3);
  }
  [[noreturn]] static void ExitWithInherited() {
    const auto inherited = Listener::Inherited();
    _exit(inherited ? inherited->Fd() : kNone);
  }
  static void SayFds(const char* count, pid_t to = getpid()) {
    setenv("LISTEN_PID", std::to_string(to).c_str(), 1);
    setenv("LISTEN_FDS", count, 1);
  }

  const support::TempFolder folder_;
  std::optional<Listener> socket_;
};

TEST_F(InheritedTest, IsStandardInputWhenThatListens) {
  EXPECT_EXIT((PassAs(0), ExitWithInherited()), testing::ExitedWithCode(0), "");
}

TEST_F(InheritedTest, IsTheThirdWhenSystemdSaysSo) {
  EXPECT_EXIT((PassAs(3), SayFds("1"), ExitWithInherited()), testing::ExitedWithCode(3), "");
}

TEST_F(InheritedTest, IsNothingThatWasMeantForAnotherProcess) {
  EXPECT_EXIT((PassAs(3), SayFds("1", 1), ExitWithInherited()), testing::ExitedWithCode(kNone), "");
}

TEST_F(InheritedTest, IsNothingWhenSystemdPassedNone) {
  EXPECT_EXIT((PassAs(3), SayFds("0"), ExitWithInherited()), testing::ExitedWithCode(kNone), "");
}

TEST_F(InheritedTest, IsNothingThatDoesNotListen) {
  EXPECT_EXIT((PassNothing(), ExitWithInherited()), testing::ExitedWithCode(kNone), "");
  EXPECT_EXIT(
      (PassNothing(), dup2(socket(AF_UNIX, SOCK_STREAM, 0), 3), SayFds("1"), ExitWithInherited()),
      testing::ExitedWithCode(kNone), "");
}

}  // namespace
}  // namespace click2call::gateway
