#include "crypto/two_threads_internal.hpp"

#include "base/result.hpp"
#include "base/second_thread.hpp"

namespace medchain::crypto {

TwoThreads::~TwoThreads() {
  if (!helper_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  helper_.join();
}

bool TwoThreads::start() {
  if (helper_.joinable()) return true;
  if (cannot_start_) return false;
  helper_ = start_thread([this] { serve(); });
  cannot_start_ = !helper_.joinable();
  return !cannot_start_;
}

/// Takes one part and does it, the lock let go meanwhile.
void TwoThreads::take(std::unique_lock<std::mutex>& lock) {
  const std::size_t i = next_++;
  lock.unlock();
  work_(i);  // stays as it is until the last part is done
  lock.lock();
  --pending_;
}

void TwoThreads::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return next_ < count_ || ending_; });
    if (ending_) return;
    take(lock);
    if (pending_ == 0) changed_.notify_all();
  }
}

void TwoThreads::begin(std::size_t count, std::function<void(std::size_t)> work) {
  {
    const std::lock_guard lock(mutex_);
    MC_ASSERT(pending_ == 0);
    work_ = std::move(work);
    next_ = 0;
    count_ = pending_ = count;
  }
  if (count >= 2 && start()) changed_.notify_all();
}

void TwoThreads::finish() {
  std::unique_lock lock(mutex_);
  while (next_ < count_) take(lock);
  changed_.wait(lock, [this] { return pending_ == 0; });
}

}  // namespace medchain::crypto
