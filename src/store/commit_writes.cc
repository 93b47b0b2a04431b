#include "store/commit_writes.h"

namespace click2call::store {
namespace {

constexpr std::size_t kFrameHeader = 24;

bool EndsCommit(std::string_view header) {
  return header.substr(4, 4) != std::string_view("\0\0\0\0", 4);
}

}  // namespace

int CommitWrites::Take(std::string_view bytes, std::int64_t offset, const Write& write) {
  if (offset != offset_ + static_cast<std::int64_t>(held_.size())) {
    if (const int failed = Flush(write)) return failed;
  }
  if (held_.empty()) offset_ = offset;
  held_.append(bytes);
  return MoreComes(bytes) ? 0 : Flush(write);
}

bool CommitWrites::MoreComes(std::string_view bytes) {
  switch (next_) {
    case Next::kHeader:
      if (bytes.size() != kFrameHeader) return false;
      next_ = EndsCommit(bytes) ? Next::kLastPage : Next::kPage;
      return true;
    case Next::kPage:
      next_ = Next::kHeader;
      return held_.size() < kMostHeld;
    case Next::kLastPage:
      next_ = Next::kRest;
      return false;
    case Next::kRest:
      break;
  }
  return false;
}

int CommitWrites::Flush(const Write& write) {
  if (held_.empty()) return 0;
  const int failed = write(held_, offset_);
  held_.clear();
  const bool last = next_ == Next::kLastPage || next_ == Next::kRest;
  next_ = last ? Next::kRest : Next::kHeader;
  return failed;
}

void CommitWrites::Begin() {
  held_.clear();
  next_ = Next::kHeader;
}

}  // namespace click2call::store
