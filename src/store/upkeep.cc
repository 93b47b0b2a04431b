#include "store/upkeep.h"

#include <system_error>

namespace click2call::store {
Upkeep::~Upkeep() { Stop(); }

void Upkeep::AfterWriting(const SqliteConnection& connection) {
  const int ahead = connection.PagesAhead();
  {
    const std::lock_guard lock(mutex_);
    if (ahead < asked_at_) asked_at_ = 0;  // it was begun anew
    if (ahead - asked_at_ < kMostAhead) return;
    asked_at_ = ahead;
    wanted_ = true;
    if (!thread_.joinable()) {
      try {
        thread_ = std::thread([this] { Work(); });
      } catch (const std::system_error&) {
        return;  // the file grows until there is one, or until the end
      }
    }
  }
  woken_.notify_one();
}

void Upkeep::AtTheEnd(SqliteConnection* connection) {
  Stop();
  // Emptied, since who opens it alone has to read all of it again, brought in or not.
  if (connection->PagesAhead() >= kMostLeft) BringIn(connection, /*to_the_end=*/true);
}

void Upkeep::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    woken_.wait(lock, [this] { return wanted_ || stopped_; });
    if (stopped_) return;
    wanted_ = false;
    const bool long_ago = asked_at_ > kTooFarAhead;
    lock.unlock();
    try {
      SqliteConnection connection(path_);
      connection.Execute("PRAGMA synchronous=NORMAL");
      BringIn(&connection, /*to_the_end=*/false);
      // Only when nobody writes for a moment does that begin anew by itself.
      if (long_ago) BringIn(&connection, /*to_the_end=*/true);
    } catch (const DatabaseError& error) {
      if (error.Why() != DatabaseError::Kind::kLocked) Say(error.what());
    }
    lock.lock();
  }
}

// What cannot be done now, since others do it or hold a lock, is done the next time.
void Upkeep::BringIn(SqliteConnection* connection, bool to_the_end) {
  try {
    connection->BringIn(to_the_end);
    Say("");
  } catch (const DatabaseError& error) {
    if (error.Why() != DatabaseError::Kind::kLocked) Say(error.what());
  }
}

void Upkeep::Say(const std::string& trouble) {
  if (log_ == nullptr || trouble == trouble_) return;
  trouble_ = trouble;
  if (trouble.empty()) {
    log_->Write(base::LogLevel::kInfo, base::LogLine("journal shortened again").Add("file", path_));
    return;
  }
  log_->Write(
      base::LogLevel::kWarning,
      base::LogLine("journal grows")
          .Add("file", path_ + "-wal")
          .Add("why", "what stands in it cannot be brought into " + path_ + ": " + trouble));
}

void Upkeep::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

}  // namespace click2call::store
