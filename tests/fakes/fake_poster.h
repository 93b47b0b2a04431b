#ifndef CLICK2CALL_FAKES_FAKE_POSTER_H_
#define CLICK2CALL_FAKES_FAKE_POSTER_H_

#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "net/https_poster.h"

namespace click2call::fakes {

// Keeps what is posted. It answers with what was told, in turn, and with 204 after that.
class FakePoster : public net::HttpsPoster {
 public:
  void Answer(base::Result<int> answer) { answers_.push_back(std::move(answer)); }
  static base::Error NoAnswer() { return {base::Code::kInternal, "no answer in time"}; }

  // Runs at each post, before its answer.
  std::function<void(const std::stop_token&)> on_post = [](const std::stop_token&) {};

  base::Result<int> Post(const net::HttpsPost& post, const std::stop_token& stop) override {
    on_post(stop);
    const std::lock_guard lock(mutex_);
    posts_.push_back(post);
    if (answers_.empty()) return 204;
    auto answer = answers_.front();
    answers_.pop_front();
    return answer;
  }

  std::vector<net::HttpsPost> Posts() const {
    const std::lock_guard lock(mutex_);
    return posts_;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<base::Result<int>> answers_;
  std::vector<net::HttpsPost> posts_;
};

}  // namespace click2call::fakes

#endif  // CLICK2CALL_FAKES_FAKE_POSTER_H_
