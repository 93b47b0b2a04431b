#ifndef CLICK2CALL_STORE_UPKEEP_H_
#define CLICK2CALL_STORE_UPKEEP_H_

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "base/log.h"
#include "store/sqlite_connection.h"

namespace click2call::store {

// Brings what was written ahead into the database file, where nobody waits for it: beside the
// others in a thread of its own, which only a process that stays ever starts, or at the end.
class Upkeep {
 public:
  // As many pages as the next process to open the file reads in a tenth of a millisecond or two.
  static constexpr int kMostLeft = 250;
  // And as many as a busy process writes in a second or so.
  static constexpr int kMostAhead = 10'000;
  static constexpr int kTooFarAhead = 40'000;

  // `log` may be null.
  Upkeep(std::string path, base::Log* log) : path_(std::move(path)), log_(log) {}
  ~Upkeep();
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  // Does not wait.
  void AfterWriting(const SqliteConnection& connection);
  // REQUIRES: nobody writes any more.
  void AtTheEnd(SqliteConnection* connection);

 private:
  void Work();
  void Stop();
  void BringIn(SqliteConnection* connection, bool to_the_end);
  void Say(const std::string& trouble);

  const std::string path_;
  base::Log* const log_;
  std::string trouble_;  // as it was said last, by whoever brings in
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wanted_ = false;
  int asked_at_ = 0;  // so many pages ahead
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_UPKEEP_H_
