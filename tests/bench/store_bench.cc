// What the journal costs, in its parts. Figures of a disk that others use swing: compare within one
// run. By itself:
//   g++ -std=c++20 -O2 -Isrc -o /tmp/store_bench tests/bench/store_bench.cc src/store/*.cc
//     src/call/call.cc src/base/{call_id,clock,log,text}.cc -lbenchmark -lbenchmark_main
//     -lPocoFoundation -lsqlite3 -lmariadb -lpq -lpthread

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include "call/call.h"
#include "call/call_store.h"
#include "store/open_store.h"

namespace click2call {
namespace {

// A folder of its own, which goes at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = "/tmp/click2call-bench-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string Url() const { return "sqlite:" + path_ + "/calls.db"; }

 private:
  std::string path_;
};

std::unique_ptr<call::CallStore> Open(const Folder& folder) {
  auto store = store::OpenStore(folder.Url());
  if (!store.Ok()) std::abort();
  return std::move(store).Value();
}

// 50 askers call 500 callees, far enough apart that none of them is the same click again.
call::Call NewCall() {
  static std::atomic<std::uint32_t> calls = 0;
  const std::uint32_t number = ++calls;
  const base::WallTime now{std::chrono::milliseconds(1'700'000'000'000 + 11LL * number)};
  call::Call call{.id = base::CallId::Make(now, {static_cast<std::uint8_t>(number * 37)})};
  call.caller = call.caller_exten = std::to_string(1000 + number % 50);
  call.callee = call.callee_exten = std::to_string(2000 + number * 31 % 500);
  call.user = "user" + std::to_string(number % 50);
  call.address = "10.0.0.15";
  call.pbx = "main";
  call.token = "0123456789abcdefghijklmnopqrstuv";
  call.created_at = now;
  return call;
}

#ifdef CLICK2CALL_BEFORE
void Insert(call::CallStore& store, const call::Call& call) {
  if (!store.Insert(call, false).Ok()) std::abort();
}
#else
// Every check is made, and passed.
const call::Admission kAll{
    .limits = {.asker = {100'000, 100'000, 100'000}, .duplicate = std::chrono::seconds(5)}};

void Insert(call::CallStore& store, const call::Call& call) {
  const auto inserted = store.Insert(call, kAll);
  if (!inserted.Ok()) {
    std::fprintf(stderr, "%s\n", inserted.Why().message.c_str());
    std::abort();
  }
}
#endif

void Advance(call::CallStore& store, const call::Call& call, call::CallStatus status) {
  call::CallState state{.status = status};
  if (call::IsOver(status)) {
    state.reason = call::CallReason::kHangUp;
    state.ended_at = call.created_at;
  }
  if (!store.Advance(call.id, state, call.created_at).Ok()) std::abort();
}

// A journal of so many calls that are over, and a few that are not.
struct Journal {
  explicit Journal(std::int64_t rows) {
    for (std::int64_t row = 0; row < rows; ++row) {
      const call::Call call = NewCall();
      Insert(*store, call);
      Advance(*store, call, call::CallStatus::kDisconnected);
    }
  }
  Folder folder;
  std::unique_ptr<call::CallStore> store = Open(folder);
};

std::unique_ptr<Journal> journal;
void OpenJournal(const benchmark::State& state) {
  journal = std::make_unique<Journal>(state.range(0));
}
void CloseJournal(const benchmark::State&) { journal.reset(); }

// What a click does: the row, and its first state, which is what the row says already.
void BM_Click(benchmark::State& state) {
  for (auto _ : state) {
    const call::Call call = NewCall();
    Insert(*journal->store, call);
    Advance(*journal->store, call, call::CallStatus::kInitiating);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Click)
    ->Setup(OpenJournal)
    ->Teardown(CloseJournal)
    ->Arg(0)
    ->ThreadRange(1, 16)
    ->UseRealTime();

// A call's whole life.
void BM_Life(benchmark::State& state) {
  for (auto _ : state) {
    const call::Call call = NewCall();
    Insert(*journal->store, call);
    for (const auto status : {call::CallStatus::kInitiating, call::CallStatus::kCallingCaller,
                              call::CallStatus::kConnected, call::CallStatus::kDisconnected}) {
      Advance(*journal->store, call, status);
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Life)
    ->Setup(OpenJournal)
    ->Teardown(CloseJournal)
    ->Arg(0)
    ->ThreadRange(1, 16)
    ->UseRealTime();

void BM_Find(benchmark::State& state) {
  const call::Call call = NewCall();
  Insert(*journal->store, call);
  for (auto _ : state) benchmark::DoNotOptimize(journal->store->Find(call.id).Ok());
}
BENCHMARK(BM_Find)->Setup(OpenJournal)->Teardown(CloseJournal)->Arg(0)->Arg(10'000);

void BM_ListOfUser(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(journal->store->List({.user = "user7", .limit = 50}).Ok());
  }
}
BENCHMARK(BM_ListOfUser)->Setup(OpenJournal)->Teardown(CloseJournal)->Arg(1000)->Arg(10'000);

// What a CGI process does, but for its start: it opens the journal, writes, and closes it.
void BM_OpenClickClose(benchmark::State& state) {
  for (auto _ : state) {
    const auto store = Open(journal->folder);
    const call::Call call = NewCall();
    Insert(*store, call);
    Advance(*store, call, call::CallStatus::kInitiating);
  }
}
// Nobody else has it open meanwhile, so each is the first and the last.
void LeaveJournal(const benchmark::State& state) {
  OpenJournal(state);
  journal->store.reset();
}
BENCHMARK(BM_OpenClickClose)->Setup(LeaveJournal)->Teardown(CloseJournal)->Arg(1000)->UseRealTime();

}  // namespace
}  // namespace click2call
