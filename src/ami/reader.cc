#include "ami/reader.h"

#include <utility>

namespace click2call::ami {

void Reader::Feed(std::string_view bytes) {
  if (!problem_.empty()) return;
  buffer_.erase(0, start_);
  scanned_ -= start_;
  start_ = 0;
  buffer_.append(bytes);
}

Reader::Outcome Reader::NextLine(std::string* line) {
  if (!problem_.empty()) return Outcome::kBroken;
  const std::size_t end = buffer_.find('\n', scanned_);
  const std::size_t length = (end == std::string::npos ? buffer_.size() : end) - start_;
  if (length > kMaxReceivedLineBytes) {
    return Break("a line of more than " + std::to_string(kMaxReceivedLineBytes) + " bytes");
  }
  if (end == std::string::npos) {
    scanned_ = buffer_.size();
    return Outcome::kNeedMore;
  }
  line->assign(buffer_, start_, length);
  if (line->ends_with('\r')) line->pop_back();
  start_ = scanned_ = end + 1;
  return Outcome::kDone;
}

Reader::Outcome Reader::NextMessage(Message* message) {
  std::string line;
  for (;;) {
    const Outcome outcome = NextLine(&line);
    if (outcome != Outcome::kDone) return outcome;
    if (line.empty()) {
      if (partial_.Headers().empty()) continue;
      *message = std::exchange(partial_, Message());
      return Outcome::kDone;
    }
    if (partial_.Headers().size() == kMaxReceivedHeaders) {
      return Break("a message of more than " + std::to_string(kMaxReceivedHeaders) + " headers");
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) {
      partial_.Add(line, "");
      continue;
    }
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    partial_.Add(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
  }
}

Reader::Outcome Reader::Break(std::string problem) {
  problem_ = std::move(problem);
  buffer_.clear();
  buffer_.shrink_to_fit();
  start_ = scanned_ = 0;
  partial_ = Message();
  return Outcome::kBroken;
}

}  // namespace click2call::ami
