// Work that falls into independent parts, done by two threads.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace medchain::crypto {

/// Each thread takes the next part when it is done with one, so that on a busy machine nobody waits
/// for a thread that has not woken up.  The second thread starts when there is work for it, sleeps
/// between calls and ends with the object.  Where it cannot start, the caller does everything.
class TwoThreads {
 public:
  TwoThreads() = default;
  TwoThreads(const TwoThreads&) = delete;
  TwoThreads& operator=(const TwoThreads&) = delete;
  ~TwoThreads();

  /// Has work(i) called once for every i below `count`; the second thread begins at once, if there
  /// are two parts or more.  Work must not throw, and two calls with different i touch nothing in
  /// common.  Precondition: finish() was called after the last begin().
  void begin(std::size_t count, std::function<void(std::size_t)> work);
  /// Takes part in it, and returns when all calls have returned.
  void finish();
  void run(std::size_t count, std::function<void(std::size_t)> work) {
    begin(count, std::move(work));
    finish();
  }

 private:
  bool start();
  void serve();
  void take(std::unique_lock<std::mutex>& lock);

  std::thread helper_;
  bool cannot_start_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  // All of these under mutex_.
  std::function<void(std::size_t)> work_;
  std::size_t next_ = 0;     ///< the first part that nobody has taken
  std::size_t count_ = 0;    ///< how many there are
  std::size_t pending_ = 0;  ///< how many have not returned
  bool ending_ = false;
};

}  // namespace medchain::crypto
