#include "base/second_thread.hpp"

#include <pthread.h>
#include <signal.h>

#include <system_error>

namespace medchain {

std::thread start_thread(std::function<void()> work) {
  sigset_t all, before;
  sigfillset(&all);
  // Faults of the thread's own: one that is blocked ends the process, past any handler.
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigdelset(&all, fault);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread;
  try {
    thread = std::thread(std::move(work));
  } catch (const std::system_error&) {
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace medchain
