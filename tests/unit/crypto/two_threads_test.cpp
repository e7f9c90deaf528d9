#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <vector>

#include "crypto/two_threads_internal.hpp"

using namespace medchain::crypto;

TEST_CASE("every part is done once, however many there are, call after call") {
  TwoThreads threads;
  for (std::size_t call = 0; call < 2000; ++call) {
    const std::size_t count = call % 17;
    std::vector<int> done(count, 0);  // each element is touched by one thread
    threads.run(count, [&done](std::size_t i) { ++done[i]; });
    CHECK(done == std::vector<int>(count, 1));
  }
}

TEST_CASE("the second thread helps, and is not waited for where it is not needed") {
  TwoThreads threads;
  std::atomic<int> inside{0};
  // Ends only if two threads are in it at a time.
  threads.run(2, [&inside](std::size_t) {
    ++inside;
    while (inside.load() < 2) std::this_thread::yield();
  });
  CHECK(inside == 2);
  std::set<std::thread::id> who;
  threads.run(1, [&who](std::size_t) { who.insert(std::this_thread::get_id()); });
  CHECK(who == std::set<std::thread::id>{std::this_thread::get_id()});
}

TEST_CASE("work goes on between begin and finish, and finish without work is nothing") {
  TwoThreads threads;
  threads.finish();
  for (int call = 0; call < 200; ++call) {
    std::atomic<int> done{0};
    threads.begin(5, [&done](std::size_t) { ++done; });
    while (done.load() == 0) std::this_thread::yield();  // by the second thread alone
    threads.finish();
    threads.finish();
    CHECK(done == 5);
  }
}
