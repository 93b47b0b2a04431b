// Who gets the next connection.

#include "gateway/acceptor.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fakes/results.h"
#include "fiber/fibers.h"
#include "support/temp_folder.h"
#include "support/unix_socket.h"

namespace click2call::gateway {
namespace {

using fakes::Fails;
using fakes::Must;
using std::chrono::milliseconds;

class AcceptorTest : public testing::Test {
 protected:
  ~AcceptorTest() override { close(socket_); }

  void Listen() const { listen(socket_, 8); }

  // Connects, and gives everybody the time to lie down again.
  void Click() const {
    const int client = support::ConnectedSocket(path_);
    std::this_thread::sleep_for(milliseconds(20));
    close(client);
  }

  const support::TempFolder folder_;
  const std::string path_ = folder_.Path("c2c.sock");
  const int socket_ = support::BoundSocket(path_);
};

// Threads that take what there is, until they are stopped.
class Takers {
 public:
  Takers(Acceptor& acceptor, std::size_t count) : acceptor_(acceptor) {
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { Take(); });
    std::this_thread::sleep_for(milliseconds(20));
  }
  ~Takers() {
    acceptor_.Stop();
    for (std::thread& thread : threads_) thread.join();
  }
  Takers(const Takers&) = delete;
  Takers& operator=(const Takers&) = delete;

  // Who took them, in order.
  std::vector<std::thread::id> Taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  void Take() {
    for (;;) {
      const int connection = Must(acceptor_.Accept());
      if (connection == Acceptor::kStopped) return;
      close(connection);
      const std::lock_guard lock(mutex_);
      taken_.push_back(std::this_thread::get_id());
    }
  }

  Acceptor& acceptor_;
  mutable std::mutex mutex_;
  std::vector<std::thread::id> taken_;
  std::vector<std::thread> threads_;
};

TEST_F(AcceptorTest, TheThreadThatWaitedLastGetsTheNext) {
  Listen();
  Acceptor acceptor(socket_);
  const Takers takers(acceptor, 4);
  for (int i = 0; i < 5; ++i) Click();
  const auto taken = takers.Taken();
  EXPECT_EQ(taken, std::vector(5, taken.at(0)));
}

TEST_F(AcceptorTest, ManyAtOnceAreAllTaken) {
  Listen();
  Acceptor acceptor(socket_);
  const Takers takers(acceptor, 4);
  std::vector<int> clients(200);
  for (int& client : clients) client = support::ConnectedSocket(path_);
  Click();
  EXPECT_EQ(takers.Taken().size(), 201U);
  for (const int client : clients) close(client);
}

TEST_F(AcceptorTest, WhatAnotherProcessTookIsNotWaitedForInVain) {
  Listen();
  Acceptor ours(socket_);
  Acceptor theirs(socket_);
  const Takers us(ours, 2);
  const Takers them(theirs, 2);
  for (int i = 0; i < 10; ++i) Click();
  EXPECT_EQ(us.Taken().size() + them.Taken().size(), 10U);
}

TEST_F(AcceptorTest, WhereTheSystemHasNoRoomNobodyGetsAnotherBeforeItIsTold) {
  Acceptor acceptor(socket_);
  EXPECT_TRUE(Fails(acceptor.Accept(), base::Code::kInternal)) << "it does not listen yet";
  Listen();
  const int client = support::ConnectedSocket(path_);
  acceptor.GoOn();
  const int connection = Must(acceptor.Accept());
  EXPECT_GE(connection, 0);
  close(connection);
  close(client);
}

TEST_F(AcceptorTest, StopIsForThoseWhoComeLaterToo) {
  Listen();
  Acceptor acceptor(socket_);
  acceptor.Stop();
  EXPECT_EQ(Must(acceptor.Accept()), Acceptor::kStopped);
  EXPECT_EQ(Must(acceptor.Accept()), Acceptor::kStopped);
}

// Or a process could not be ended while the clicks keep coming.
TEST_F(AcceptorTest, StopIsForThoseWhoWouldFindTheNextOneThere) {
  Listen();
  Acceptor acceptor(socket_);
  const int client = support::ConnectedSocket(path_);
  acceptor.Stop();
  EXPECT_EQ(Must(acceptor.Accept()), Acceptor::kStopped);
  fiber::Fibers fibers;
  int stopped = 0;
  for (int i = 0; i < 3; ++i) {
    fibers.Add([&] { stopped += Must(acceptor.Accept()) == Acceptor::kStopped ? 1 : 0; });
  }
  fibers.Run();
  EXPECT_EQ(stopped, 3);
  close(client);
}

}  // namespace
}  // namespace click2call::gateway
