// Catching faults of damaged pages.  LMDB trusts its file: a wrong offset or page number in it
// becomes a wild read (SIGSEGV), a read past the end of the file (SIGBUS) or a failed assertion.
// Inside of a guard each of these jumps back to the guard of its own thread.  The handlers are
// process-wide, so they are installed by the first FaultHandlers and taken away by the last; a
// fault of a thread without a guard meets the handler that was there before.
#include <array>
#include <atomic>
#include <csetjmp>
#include <csignal>
#include <cstring>
#include <mutex>

#include "store/guard_internal.hpp"
#include "store/store.hpp"

namespace medchain::store {
namespace {

struct Frame {
  sigjmp_buf jump;
  Frame* outer = nullptr;
  int signal = 0;                     // 0: an assertion
  std::array<char, 160> assertion{};  // NUL-terminated
};

thread_local Frame* innermost = nullptr;
std::atomic<bool> caught = false;

constexpr std::array<int, 2> signals = {SIGSEGV, SIGBUS};
std::array<struct sigaction, signals.size()> previous;
std::mutex handlers_mutex;
int handlers_users = 0;

void jump_out(Frame& frame) {
  caught.store(true);
  siglongjmp(frame.jump, 1);
}

/// Only async-signal-safe calls in here.
void on_fault(int signal, siginfo_t* info, void*) {
  // A positive code is a fault raised by the kernel for this thread's own access; others were sent
  // by somebody.
  if (innermost != nullptr && info->si_code > 0) {
    innermost->signal = signal;
    jump_out(*innermost);
  }
  for (std::size_t i = 0; i < signals.size(); ++i)
    if (signals[i] == signal) sigaction(signal, &previous[i], nullptr);
  // A faulting access is repeated on return and meets the previous handler; a sent signal is sent
  // again.
  if (info->si_code <= 0) raise(signal);
}

class PushFrame {
 public:
  explicit PushFrame(Frame& frame) : frame_(frame) { frame.outer = innermost; }
  PushFrame(const PushFrame&) = delete;
  PushFrame& operator=(const PushFrame&) = delete;
  ~PushFrame() { innermost = frame_.outer; }

 private:
  Frame& frame_;
};

[[gnu::noinline]] void call(const std::function<Status()>& work, Status& status) {
  status = work();
}

/// False if the work was left by a jump.  A function of its own with nothing in it that a jump
/// could lose (and kept so: inlining would bring such things in).
[[gnu::noinline]] bool run(Frame& frame, const std::function<Status()>& work, Status& status) {
  if (sigsetjmp(frame.jump, 1) != 0) return false;  // 1: the signal is unblocked again
  innermost = &frame;
  call(work, status);
  return true;
}

}  // namespace

bool damage_was_caught() { return caught.load(); }

FaultHandlers::FaultHandlers() {
  const std::lock_guard lock(handlers_mutex);
  if (handlers_users++ != 0) return;
  struct sigaction action = {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &previous[i]);
}

FaultHandlers::~FaultHandlers() {
  const std::lock_guard lock(handlers_mutex);
  if (--handlers_users != 0) return;
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &previous[i], nullptr);
}

void on_lmdb_assertion(MDB_env*, const char* text) {
  if (innermost == nullptr) return;
  innermost->signal = 0;
  std::strncpy(innermost->assertion.data(), text, innermost->assertion.size() - 1);
  jump_out(*innermost);
}

Status guard_damage(const std::function<Status()>& work) {
  const FaultHandlers handlers;
  Frame frame;
  const PushFrame push(frame);
  Status status;
  if (run(frame, work, status)) return status;
  if (frame.signal == 0)
    return fail(Code::store_damaged,
                "damaged page in data.mdb: LMDB says " + quote(frame.assertion.data()));
  return fail(Code::store_damaged,
              frame.signal == SIGBUS ? "damaged page in data.mdb: it leads past the end of the file"
                                     : "damaged page in data.mdb: it leads outside of the map");
}

}  // namespace medchain::store
