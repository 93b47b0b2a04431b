#include "store/database.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

#include "store/schema.h"

namespace click2call::store {
namespace {

using std::chrono::steady_clock;

// Who was alone so often tries again whether there is a crowd: to look costs a switch of threads.
constexpr unsigned kTryCrowd = 16;

std::string Explain(const std::string& path, const DatabaseError& error) {
  const std::string journal = "the journal " + path;
  switch (error.Why()) {
    using enum DatabaseError::Kind;
    case kFull:
      return "the disk of " + journal + " is full: make room on it";
    case kDamaged:
      return journal +
             " is not a database of SQLite, or it is damaged: move it away, and a new one is made";
    case kForbidden:
      return journal +
             " cannot be opened for writing: give it, the files beside it and its folder to the "
             "user that this program runs as";
    case kInputOutput:
      return "reading or writing " + journal +
             " failed: see whether its disk is full or broken (dmesg)";
    case kLocked:
    case kOther:
      break;
  }
  return journal + " fails: " + error.what();
}

// Not the same for all, so that those who wait for each other do not stay in step.
std::chrono::microseconds Pause() {
  return std::chrono::microseconds(500 + steady_clock::now().time_since_epoch().count() % 3000);
}

}  // namespace

Database::Database(std::string path, std::chrono::milliseconds wait)
    : path_(std::move(path)), wait_(wait), upkeep_(path_) {}

Database::~Database() {
  if (writer_.connection) upkeep_.AtTheEnd(writer_.connection.get());
}

base::Status Database::Read(std::string_view purpose, const Work& work) {
  const Deadline deadline = steady_clock::now() + wait_;
  while (Line* const line = TakeTurnToRead(deadline)) {
    auto done = Try(line, purpose, work);
    GiveTurn(line);
    if (done) return *std::move(done);
    if (steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(Pause());
  }
  return TooLong(purpose);
}

Database::Line* Database::TakeTurnToRead(Deadline deadline) {
  std::unique_lock lock(mutex_);
  Line* line = nullptr;
  const auto find = [&] {
    const bool alone = !writer_.taken && !reader_.taken && !reader_.connection;
    line = InMemory() || alone ? &writer_ : &reader_;
    return !line->taken;
  };
  // Not a timed mutex: the thread sanitizer of g++ 12 does not know how that locks.
  if (!changed_.wait_until(lock, deadline, find)) return nullptr;
  line->taken = true;
  return line;
}

void Database::GiveTurn(Line* line) {
  {
    const std::lock_guard lock(mutex_);
    line->taken = false;
  }
  changed_.notify_all();
}

base::Status Database::Change(std::string_view purpose, const Work& work) {
  const Deadline deadline = steady_clock::now() + wait_;
  Job job{purpose, work};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&job);
  while (!job.result) {
    if (!writer_.taken) {
      DoWaiting(lock);
      if (job.result) break;
      lock.unlock();
      if (steady_clock::now() < deadline) std::this_thread::sleep_for(Pause());
      lock.lock();
    } else {
      changed_.wait_until(lock, deadline, [&] { return job.result || !writer_.taken; });
    }
    if (job.result || steady_clock::now() < deadline) continue;
    // Whoever does it uses it until it is done.
    changed_.wait(lock, [&] { return !job.running; });
    if (job.result) break;
    std::erase(waiting_, &job);
    return TooLong(purpose);
  }
  return *std::move(job.result);
}

void Database::DoWaiting(std::unique_lock<std::mutex>& lock) {
  writer_.taken = true;
  if (crowd_ % kTryCrowd == 0) {
    // Whoever is about to come is let in: a commit costs as much for many as for one.
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
  }
  const Jobs jobs = std::exchange(waiting_, {});
  crowd_ = jobs.size() > 1 ? 0 : crowd_ + 1;
  for (Job* job : jobs) job->running = true;
  lock.unlock();
  DoTogether(jobs);
  lock.lock();
  writer_.taken = false;
  if (writer_.connection) upkeep_.AfterWriting(*writer_.connection);
  for (Job* job : jobs) {
    job->running = false;
    job->result = std::move(job->outcome);
    if (!job->result) waiting_.push_back(job);
  }
  changed_.notify_all();
}

void Database::DoTogether(const Jobs& jobs) {
  const auto all = Try(&writer_, jobs.front()->purpose, [&](Connection& connection) {
    InTransaction(connection, [&](Connection& begun) {
      for (const Job* job : jobs) job->work(begun);
    });
  });
  if (!all) return;
  if (all->Ok() || jobs.size() == 1) {
    for (Job* job : jobs) job->outcome = all;
    return;
  }
  // What one of them cannot do shall not harm the others.
  for (Job* job : jobs) DoTogether({job});
}

base::Status Database::TooLong(std::string_view purpose) const {
  return base::Error{base::Code::kStoreUnavailable,
                     "cannot " + std::string(purpose) + ": another program keeps the journal " +
                         path_ + " locked: see which one has it open (fuser " + path_ + ")"};
}

std::optional<base::Status> Database::Try(Line* line, std::string_view purpose, const Work& work) {
  std::string why;
  try {
    if (!line->connection || (!InMemory() && FileAt(path_) != line->file)) {
      const base::Status connected = Connect(line);
      if (!connected.Ok()) why = connected.Why().message;
    }
    if (why.empty()) {
      work(*line->connection);
      return base::Done();
    }
  } catch (const DatabaseError& error) {
    if (error.Why() == DatabaseError::Kind::kLocked) return std::nullopt;
    why = Explain(path_, error);
  } catch (const std::exception& error) {
    why = "the journal " + path_ + " fails: " + error.what();
  }
  if (!InMemory()) line->connection.reset();
  return base::Error{base::Code::kStoreUnavailable, "cannot " + std::string(purpose) + ": " + why};
}

base::Status Database::Connect(Line* line) const {
  line->connection.reset();
  if (!InMemory()) {
    // Before SQLite opens it: a file that comes in between is then seen as another one.
    const auto file = PrepareFile(path_);
    if (!file.Ok()) return file.Why();
    line->file = file.Value();
  }

  // SQLite's own wait is 0: it does not cover everything that can be locked, and ours does.
  auto opened = std::make_unique<Connection>(path_);
  Connection& connection = *opened;
  connection.Execute("PRAGMA synchronous=NORMAL");
  int version = SchemaVersion(connection);
  if (version < kSchemaVersion) {
    // A call touches a dozen pages, and each is written as a whole. It only goes for a new file.
    connection.Execute("PRAGMA page_size=1024");
    connection.Execute("PRAGMA journal_mode=WAL");
    version = Migrate(connection);
  }
  if (version > kSchemaVersion) {
    return base::Error{base::Code::kStoreUnavailable,
                       "the journal " + path_ + " was made by a newer click2call (version " +
                           std::to_string(version) + " of its tables, and this one knows " +
                           std::to_string(kSchemaVersion) +
                           "): upgrade the program, or name another file in store.url"};
  }
  if (!InMemory()) CloseToOthers(path_);
  line->connection = std::move(opened);
  return base::Done();
}

}  // namespace click2call::store
