#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "base/stop.hpp"
#include "cli/signals_internal.hpp"

namespace medchain::cli {
namespace {

// Lock-free atomics may be touched in a handler and, unlike sig_atomic_t, by other threads.
std::atomic<int> received{0};
std::atomic<bool> progress_requested{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

// A pipe that nobody reads: one byte in it says that it is time to stop.
int stop_pipe[2] = {-1, -1};

extern "C" void note_end(int signal) {
  const int error_number = errno;
  int none = 0;
  received.compare_exchange_strong(none, signal);
  stop_waiting();
  if (may_be_waiting()) alarm(1);
  // Full is as good as written.
  if (write(stop_pipe[1], "", 1) < 0) errno = error_number;
}
// What began to wait just as the signal came is waiting yet.
extern "C" void note_alarm(int) {
  if (may_be_waiting()) alarm(1);
}
extern "C" void note_progress(int) { progress_requested.store(true); }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

bool is_ignored(int signal) {
  struct sigaction action = {};
  return sigaction(signal, nullptr, &action) == 0 && (action.sa_flags & SA_SIGINFO) == 0 &&
         action.sa_handler == SIG_IGN;
}

}  // namespace

void install_signals(bool ignore_sigpipe) {
  if (stop_pipe[0] < 0 && pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
    stop_pipe[0] = stop_pipe[1] = -1;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (!is_ignored(signal)) handle(signal, note_end);
  handle(SIGALRM, note_alarm);
  handle(SIGUSR1, note_progress);
  handle(SIGPIPE, ignore_sigpipe ? SIG_IGN : SIG_DFL);
  handle(SIGXFSZ, SIG_IGN);
}

int signal_received() { return received.load(); }

int stop_descriptor() { return stop_pipe[0]; }

bool take_progress_request() { return progress_requested.exchange(false); }

void raise_again(int signal) {
  handle(signal, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  raise(signal);
  _exit(128 + signal);
}

}  // namespace medchain::cli
