#include "store/commit_vfs.h"

#include <cstddef>
#include <string_view>

#include <sqlite3.h>

namespace click2call::store {
namespace {

constexpr const char* kName = "click2call";

// Of the thread that commits; else null, and every write is SQLite's own.
thread_local CommitWrites* writes = nullptr;

// A write-ahead log. SQLite allocates it, and behind it the file as it would be without us.
struct WalFile {
  sqlite3_file file;
};

sqlite3_file* Real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<WalFile*>(file) + 1);
}

CommitWrites::Write WriteTo(sqlite3_file* real) {
  return [real](std::string_view bytes, std::int64_t offset) {
    return real->pMethods->xWrite(real, bytes.data(), static_cast<int>(bytes.size()), offset);
  };
}

// One of the file's own methods, once all that was held is in the file.
template <auto kMethod>
struct Passed;
template <class... Arguments, int (*sqlite3_io_methods::*kMethod)(sqlite3_file*, Arguments...)>
struct Passed<kMethod> {
  static int Call(sqlite3_file* file, Arguments... arguments) {
    sqlite3_file* const real = Real(file);
    const int failed = writes == nullptr ? SQLITE_OK : writes->Flush(WriteTo(real));
    return failed != SQLITE_OK ? failed : (real->pMethods->*kMethod)(real, arguments...);
  }
};

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  const auto write = WriteTo(Real(file));
  const std::string_view all(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  return writes == nullptr ? write(all, offset) : writes->Take(all, offset, write);
}

constexpr sqlite3_io_methods kMethods{
    .iVersion = 1,  // what comes with later ones is not for a write-ahead log
    .xClose = Passed<&sqlite3_io_methods::xClose>::Call,
    .xRead = Passed<&sqlite3_io_methods::xRead>::Call,
    .xWrite = Write,
    .xTruncate = Passed<&sqlite3_io_methods::xTruncate>::Call,
    .xSync = Passed<&sqlite3_io_methods::xSync>::Call,
    .xFileSize = Passed<&sqlite3_io_methods::xFileSize>::Call,
    .xLock = Passed<&sqlite3_io_methods::xLock>::Call,
    .xUnlock = Passed<&sqlite3_io_methods::xUnlock>::Call,
    .xCheckReservedLock = Passed<&sqlite3_io_methods::xCheckReservedLock>::Call,
    .xFileControl = Passed<&sqlite3_io_methods::xFileControl>::Call,
    .xSectorSize = Passed<&sqlite3_io_methods::xSectorSize>::Call,
    .xDeviceCharacteristics = Passed<&sqlite3_io_methods::xDeviceCharacteristics>::Call,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

sqlite3_vfs* Own() { return sqlite3_vfs_find(nullptr); }

int Open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* got) {
  if ((flags & SQLITE_OPEN_WAL) == 0) return Own()->xOpen(Own(), name, file, flags, got);
  const int failed = Own()->xOpen(Own(), name, Real(file), flags, got);
  file->pMethods = Real(file)->pMethods == nullptr ? nullptr : &kMethods;
  return failed;
}

sqlite3_vfs MakeVfs() {
  sqlite3_vfs vfs = *Own();
  vfs.zName = kName;
  vfs.pNext = nullptr;
  vfs.szOsFile += static_cast<int>(sizeof(WalFile));
  vfs.xOpen = Open;
  return vfs;
}

}  // namespace

const char* CommitVfs() {
  static sqlite3_vfs vfs = MakeVfs();
  [[maybe_unused]] static const int registered = sqlite3_vfs_register(&vfs, /*makeDflt=*/0);
  return kName;
}

Committing::Committing(CommitWrites* to) {
  to->Begin();
  writes = to;
}

Committing::~Committing() { writes = nullptr; }

}  // namespace click2call::store
