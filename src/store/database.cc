#include "store/database.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "fiber/fibers.h"

namespace click2call::store {
namespace {

using std::chrono::steady_clock;

// Who was alone so often tries again whether there is a crowd: to look costs a switch of threads.
constexpr unsigned kTryCrowd = 16;

base::Error Unavailable(std::string_view purpose, const std::string& why) {
  return {base::Code::kStoreUnavailable, "cannot " + std::string(purpose) + ": " + why};
}

// Which the work is not to blame for: so what was to be done with it has nothing to be tried alone.
bool InVain(DatabaseError::Kind kind) {
  using enum DatabaseError::Kind;
  return kind == kSilent || kind == kLost || kind == kUncertain;
}

// After somebody has waited in vain for as long as one may: a request asks more than once.
constexpr std::chrono::seconds kSpared{1};

// Too short to know what it was that did not come.
constexpr std::chrono::milliseconds kLastMoment{110};

// Not the same for all, so that those who wait for each other do not stay in step.
std::chrono::microseconds Pause() {
  return std::chrono::microseconds(500 + steady_clock::now().time_since_epoch().count() % 3000);
}

}  // namespace

Database::~Database() {
  if (writer_.connection) backend_->AtTheEnd(writer_.connection.get());
}

base::Status Database::Read(std::string_view purpose, const Work& work) {
  const Deadline deadline = steady_clock::now() + wait_;
  while (Line* const line = TakeTurnToRead(deadline)) {
    const auto done = Try(line, work, deadline).ResultOf(purpose);
    GiveTurn(line);
    if (done) return *done;
    if (steady_clock::now() >= deadline) break;
    fiber::SleepFor(Pause());
  }
  return TooLong(purpose);
}

Database::Line* Database::TakeTurnToRead(Deadline deadline) {
  std::unique_lock lock(mutex_);
  Line* line = nullptr;
  const auto find = [&] {
    const bool alone = !writer_.taken && !reader_.taken && !reader_.connection;
    line = backend_->OneForAll() || alone ? &writer_ : &reader_;
    return !line->taken;
  };
  // Not a timed mutex: the thread sanitizer of g++ 12 does not know how that locks.
  if (!changed_.WaitUntil(lock, deadline, find)) return nullptr;
  line->taken = true;
  return line;
}

void Database::GiveTurn(Line* line) {
  {
    const std::lock_guard lock(mutex_);
    line->taken = false;
    WakeNext();
  }
  changed_.NotifyAll();
}

// One is enough: it does what the others wait for, too.
void Database::WakeNext() {
  if (!writer_.taken && !waiting_.empty()) waiting_.front()->changed.NotifyOne();
}

base::Status Database::Change(std::string_view purpose, const Work& work) {
  const Deadline deadline = steady_clock::now() + wait_;
  const auto job = std::make_shared<Job>(purpose, work, deadline);
  std::unique_lock lock(mutex_);
  waiting_.push_back(job);
  while (!job->result) {
    if (!writer_.taken) {
      if (DoWaiting(lock, *job)) return *std::move(job->result);
      if (steady_clock::now() < deadline) fiber::SleepFor(Pause());
      lock.lock();
    } else {
      job->changed.WaitUntil(lock, deadline, [&] { return job->result || !writer_.taken; });
    }
    if (job->result || steady_clock::now() < deadline) continue;
    // Whoever does it uses it until it is done.
    job->changed.Wait(lock, [&] { return !job->running; });
    if (job->result) break;
    std::erase(waiting_, job);
    WakeNext();
    return TooLong(purpose);
  }
  return *std::move(job->result);
}

bool Database::DoWaiting(std::unique_lock<std::mutex>& lock, const Job& mine) {
  writer_.taken = true;
  if (crowd_ % kTryCrowd == 0) {
    // Whoever is about to come is let in: a commit costs as much for many as for one.
    lock.unlock();
    fiber::Yield();
    lock.lock();
  }
  const Jobs jobs = std::exchange(waiting_, {});
  crowd_ = jobs.size() > 1 ? 0 : crowd_ + 1;
  for (const auto& job : jobs) job->running = true;
  lock.unlock();
  DoTogether(jobs);
  lock.lock();
  writer_.taken = false;
  if (writer_.connection) backend_->AfterWriting(*writer_.connection);
  for (const auto& job : jobs) {
    job->running = false;
    job->result = std::move(job->outcome);
    if (!job->result) waiting_.push_back(job);
  }
  const bool done = mine.result.has_value();
  // Else this thread tries again soon.
  const auto next = done && !waiting_.empty() ? waiting_.front() : nullptr;
  lock.unlock();
  // Not under the lock, which those who wake want at once.
  if (next) next->changed.NotifyOne();
  for (const auto& job : jobs) {
    if (job.get() != &mine) job->changed.NotifyOne();
  }
  changed_.NotifyAll();
  return done;
}

void Database::DoTogether(const Jobs& jobs) {
  const auto& first =
      *std::ranges::min_element(jobs, {}, [](const auto& job) { return job->deadline; });
  const auto write = [&](Connection& connection) {
    InTransaction(connection, [&](Connection& begun) {
      for (const auto& job : jobs) job->work(begun);
    });
  };
  const Tried all = Try(&writer_, write, first->deadline);
  if (all.locked) return;
  if (all.why.empty() || all.in_vain || jobs.size() == 1) {
    for (const auto& job : jobs) job->outcome = all.ResultOf(job->purpose);
    return;
  }
  // What one of them cannot do shall not harm the others.
  for (const auto& job : jobs) DoTogether({job});
}

base::Status Database::TooLong(std::string_view purpose) const {
  return Unavailable(purpose, backend_->ExplainLocked());
}

std::optional<base::Status> Database::Tried::ResultOf(std::string_view purpose) const {
  if (locked) return std::nullopt;
  return why.empty() ? base::Done() : Unavailable(purpose, why);
}

Database::Tried Database::Try(Line* line, const Work& work, Deadline deadline) {
  const bool known = line->connection && backend_->StillThere(*line->connection);
  const bool late = deadline - steady_clock::now() < kLastMoment;
  bool connecting = !known;
  try {
    if (connecting) {
      line->connection.reset();
      if (const std::string trouble = Trouble(); !trouble.empty())
        return {.why = trouble, .in_vain = true};
      auto connected = backend_->Connect(deadline);
      if (!connected.Ok()) return Fail(connected.Why().message, true, deadline);
      line->connection = std::move(connected).Value();
      connecting = false;
    }
    line->connection->MustEndBy(deadline);
    work(*line->connection);
    return {};
  } catch (const DatabaseError& error) {
    using enum DatabaseError::Kind;
    if (error.Why() == kLocked) return {.locked = true, .why = {}};
    if (!backend_->OneForAll()) line->connection.reset();
    // A server ends a connection that was not used for long: a new one may be better. And who had
    // so little time had waited for a lock before.
    const bool again = (error.Why() == kLost && known) || (error.Why() == kSilent && late);
    if (again) return {.locked = true, .why = {}};
    return Fail(backend_->Explain(error), connecting || InVain(error.Why()), deadline);
  } catch (const std::exception& error) {
    if (!backend_->OneForAll()) line->connection.reset();
    return Fail(backend_->Explain(error.what()), connecting, deadline);
  }
}

Database::Tried Database::Fail(std::string why, bool in_vain, Deadline deadline) {
  const auto now = steady_clock::now();
  if (in_vain && now >= deadline) {
    const std::lock_guard lock(mutex_);
    trouble_ = why;
    trouble_until_ = now + kSpared;
  }
  return {.why = std::move(why), .in_vain = in_vain};
}

std::string Database::Trouble() {
  const std::lock_guard lock(mutex_);
  return steady_clock::now() < trouble_until_ ? trouble_ : "";
}

}  // namespace click2call::store
