#include "base/second_thread.hpp"

#include <doctest/doctest.h>
#include <signal.h>

using namespace medchain;

TEST_CASE("a thread of ours leaves signals to the others, but for its own faults") {
  sigset_t before, there, after;
  REQUIRE(pthread_sigmask(SIG_SETMASK, nullptr, &before) == 0);
  std::thread thread = start_thread([&] { pthread_sigmask(SIG_SETMASK, nullptr, &there); });
  REQUIRE(thread.joinable());
  thread.join();
  REQUIRE(pthread_sigmask(SIG_SETMASK, nullptr, &after) == 0);
  for (const int left : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGPIPE})
    CHECK(sigismember(&there, left) == 1);
  // Blocked, a damaged page of a store would end the process.
  for (const int fault : {SIGSEGV, SIGBUS}) CHECK(sigismember(&there, fault) == 0);
  for (const int any : {SIGTERM, SIGSEGV, SIGBUS})
    CHECK(sigismember(&before, any) == sigismember(&after, any));
}
