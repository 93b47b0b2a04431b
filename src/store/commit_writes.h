#ifndef CLICK2CALL_STORE_COMMIT_WRITES_H_
#define CLICK2CALL_STORE_COMMIT_WRITES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace click2call::store {

// Puts together what SQLite writes to its write-ahead log during one COMMIT: two writes for each
// page, of which one call takes half a dozen, become one for all.
//
// https://www.sqlite.org/fileformat2.html#the_write_ahead_log: a frame is a header of 24 bytes and
// a page. Bytes 4 to 7 of the header are 0, but for the last frame of a commit: with that one, and
// before SQLite tells anybody of them, all frames are written. Nothing else is held back: no page
// without a header, nor what comes after the last frame, when SQLite goes over the headers of what
// it had written before.
class CommitWrites {
 public:
  // Writes all of it, else returns an error of SQLite's.
  using Write = std::function<int(std::string_view bytes, std::int64_t offset)>;

  static constexpr std::size_t kMostHeld = 64 * 1024;

  // In the place of `write`. Where that fails, what was held is gone: then SQLite takes back all
  // of the commit.
  int Take(std::string_view bytes, std::int64_t offset, const Write& write);

  // To be called before the file is used for anything else.
  int Flush(const Write& write);

  // For the next COMMIT. What is held was no whole commit.
  void Begin();

 private:
  enum class Next { kHeader, kPage, kLastPage, kRest };

  bool MoreComes(std::string_view bytes);

  std::string held_;
  std::int64_t offset_ = 0;  // of its first byte
  Next next_ = Next::kHeader;
};

}  // namespace click2call::store

#endif  // CLICK2CALL_STORE_COMMIT_WRITES_H_
