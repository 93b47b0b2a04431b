#include "store/database_file.h"

#include <cerrno>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

namespace click2call::store {
namespace {

constexpr mode_t kMode = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;

base::Error Unavailable(std::string message) {
  return {base::Code::kStoreUnavailable, std::move(message)};
}

std::string FolderOf(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

base::Error WhyNotCreated(const std::string& path, int error_number) {
  const std::string folder = FolderOf(path);
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return Unavailable("there is no folder " + folder +
                         " for the journal: create it for the user that this program runs as");
    case EACCES:
    case EPERM:
    case EROFS:
      return Unavailable("this program may not write in " + folder +
                         ": give the folder to the user that it runs as");
    case ENOSPC:
    case EDQUOT:
      return Unavailable("the disk of the journal " + path + " is full: make room on it");
    default:
      return Unavailable("the journal " + path +
                         " cannot be created: " + base::ErrnoText(error_number));
  }
}

// What root creates (click2call on a shell) shall not shut out whoever runs the program else: the
// folder is theirs. Where it cannot be given away, the next one who may not use it says so.
void GiveToOwnerOf(const std::string& folder, int fd) {
  struct stat owned {};
  if (geteuid() != 0 || stat(folder.c_str(), &owned) != 0) return;
  (void)!fchown(fd, owned.st_uid, owned.st_gid);
}

bool MayUse(const std::string& path, int how) {
  return faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) == 0;
}

}  // namespace

std::optional<FileId> FileAt(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return std::nullopt;
  return FileId{found.st_dev, found.st_ino};
}

base::Result<FileId> PrepareFile(const std::string& path) {
  {
    // Closing a file drops all locks that this process has on it, SQLite's too. So it is opened
    // here only when it is new, and while no other thread can have gone on to lock it.
    static std::mutex creating;
    const std::lock_guard lock(creating);
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
    if (fd >= 0) {
      GiveToOwnerOf(FolderOf(path), fd);
      (void)close(fd);
    } else if (errno != EEXIST) {
      return WhyNotCreated(path, errno);
    }
  }
  struct stat found {};
  if (stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) {
    return Unavailable("the journal " + path + " is not a file: move away what stands there");
  }
  if (!MayUse(path, R_OK | W_OK)) {
    return Unavailable("this program may not read and write the journal " + path +
                       ": give the file to the user that it runs as");
  }
  if (!MayUse(FolderOf(path), W_OK | X_OK)) return WhyNotCreated(path, EACCES);
  return FileId{found.st_dev, found.st_ino};
}

void CloseToOthers(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0 || (found.st_mode & S_IRWXO) == 0) return;
  (void)chmod(path.c_str(), found.st_mode & ~S_IRWXO & ALLPERMS);
}

}  // namespace click2call::store
