#ifndef CLICK2CALL_STORE_COMMIT_VFS_H_
#define CLICK2CALL_STORE_COMMIT_VFS_H_

#include "store/commit_writes.h"

namespace click2call::store {

// How SQLite gets at its files: its own way (https://www.sqlite.org/vfs.html), with CommitWrites in
// between. For sqlite3_open_v2(), whose errors say it where there is none. Safe in threads.
const char* CommitVfs();

// While it lives, what its thread commits goes through `writes`. One at a time in a thread; none
// around anything but one COMMIT, without which nobody else sees what was held.
class Committing {
 public:
  explicit Committing(CommitWrites* writes);
  ~Committing();
  Committing(const Committing&) = delete;
  Committing& operator=(const Committing&) = delete;
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_COMMIT_VFS_H_
