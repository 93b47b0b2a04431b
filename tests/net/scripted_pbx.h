#ifndef CLICK2CALL_NET_SCRIPTED_PBX_H_
#define CLICK2CALL_NET_SCRIPTED_PBX_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

#include "ami/talk.h"
#include "net/status_talk.h"

namespace click2call::net {

// A PBX on the loopback, in real time, that answers each action as it is told to. By itself it lets
// everybody in, grants all rights and queues every call. Safe in threads.
class ScriptedPbx {
 public:
  struct Action {
    std::string name;
    std::string id;  // ActionID
    std::string text;
  };
  // What is said to an action; "close" and "reset" end the connection instead, "" is silence.
  using Reaction = std::function<std::string(const Action&)>;

  ScriptedPbx() : listener_(Poco::Net::SocketAddress("127.0.0.1", 0)) {
    React("Login", [](const Action& action) { return ami::Success(action.id); });
    React("ListCommands", [](const Action&) { return RightsReply(); });
    React("Originate", [](const Action& action) { return ami::Success(action.id); });
    React("Ping", [](const Action& action) { return ami::Success(action.id); });
    React("Logoff", [](const Action&) { return std::string("close"); });
    acceptor_ = std::thread([this] { Accept(); });
  }
  ~ScriptedPbx() {
    stopping_ = true;
    acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
  }
  ScriptedPbx(const ScriptedPbx&) = delete;
  ScriptedPbx& operator=(const ScriptedPbx&) = delete;

  ScriptedPbx& React(const std::string& name, Reaction reaction) {
    const std::lock_guard lock(mutex_);
    reactions_[name] = std::move(reaction);
    return *this;
  }

  std::uint16_t Port() const { return listener_.address().port(); }
  int Connections() const { return connections_; }

  // The ActionIDs of all whole actions of that name, in order.
  std::vector<std::string> Heard(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = heard_.find(name);
    return found == heard_.end() ? std::vector<std::string>() : found->second;
  }

 private:
  static constexpr long kSliceUs = 20'000;

  void Accept() {
    while (!stopping_) {
      if (!listener_.poll(Poco::Timespan(kSliceUs), Poco::Net::Socket::SELECT_READ)) continue;
      // Moved all the way: the socket is one thread's at a time.
      auto socket = std::make_unique<Poco::Net::StreamSocket>(listener_.acceptConnection());
      threads_.emplace_back([this, own = std::move(socket)] { Serve(*own); });
      ++connections_;
    }
  }

  void Serve(Poco::Net::StreamSocket& socket) try {
    socket.setNoDelay(true);
    socket.sendBytes(ami::kBanner.data(), static_cast<int>(ami::kBanner.size()));
    std::string unread;
    std::array<char, 4096> buffer{};
    while (!stopping_) {
      if (!socket.poll(Poco::Timespan(kSliceUs), Poco::Net::Socket::SELECT_READ)) continue;
      const int count = socket.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
      if (count <= 0) return;
      unread.append(buffer.data(), static_cast<std::size_t>(count));
      for (auto end = unread.find("\r\n\r\n"); end != std::string::npos;
           end = unread.find("\r\n\r\n")) {
        const std::string answer = Answer(unread.substr(0, end + 2));
        unread.erase(0, end + 4);
        if (answer == "reset") socket.setLinger(true, 0);
        if (answer == "reset" || answer == "close") return;
        if (!answer.empty()) socket.sendBytes(answer.data(), static_cast<int>(answer.size()));
      }
    }
  } catch (const Poco::Exception&) {  // the other end is gone
    return;
  }

  std::string Answer(const std::string& text) {
    const Action action{Header(text, "Action"), Header(text, "ActionID"), text};
    Reaction reaction;
    {
      const std::lock_guard lock(mutex_);
      heard_[action.name].push_back(action.id);
      reaction = reactions_[action.name];
    }
    return reaction ? reaction(action) : ErrorTo(action.id, "Invalid/unknown command");
  }

  static std::string Header(const std::string& text, const std::string& name) {
    const auto begin = text.find(name + ": ");
    if (begin == std::string::npos) return "";
    const auto value = begin + name.size() + 2;
    return text.substr(value, text.find("\r\n", value) - value);
  }

  Poco::Net::ServerSocket listener_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, Reaction> reactions_;
  std::map<std::string, std::vector<std::string>> heard_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace click2call::net

#endif  // CLICK2CALL_NET_SCRIPTED_PBX_H_
