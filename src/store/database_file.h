#ifndef CLICK2CALL_STORE_DATABASE_FILE_H_
#define CLICK2CALL_STORE_DATABASE_FILE_H_

#include <optional>
#include <string>

#include <sys/types.h>

#include "base/result.h"

namespace click2call::store {

// Which file it is, whatever its name.
struct FileId {
  dev_t device = 0;
  ino_t inode = 0;

  friend bool operator==(const FileId&, const FileId&) = default;
};

// The file that stands at `path` now; nothing when there is none.
std::optional<FileId> FileAt(const std::string& path);

// Creates the file of a database, empty, where there is none yet: for its owner and their group,
// since it holds who called whom. What root creates is the folder's owner's and group's. SQLite
// gives what it puts beside it the same mode and owner. Errors say what is wrong with the file or
// its folder, and what to do.
base::Result<FileId> PrepareFile(const std::string& path);

// Takes the rights of everybody else away from a file that was made by other means.
void CloseToOthers(const std::string& path);

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_DATABASE_FILE_H_
