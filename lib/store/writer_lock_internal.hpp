// The lock in front of LMDB's writer mutex, which knows no time limit.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

#include "base/result.hpp"

namespace medchain::store {

class WriterLock {
 public:
  WriterLock() = default;
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

  /// `fd`: data.mdb open for reading and writing, for as long as this object.  `path` is for
  /// messages.
  void use(int fd, std::string path) {
    fd_ = fd;
    path_ = std::move(path);
  }
  /// Fails with lock_timeout after `wait`, with ledger_unavailable where the file system has no
  /// such locks.
  Status acquire(std::chrono::milliseconds wait);
  /// Precondition: acquired.
  void release();

 private:
  Status acquire_file_lock(std::chrono::steady_clock::time_point deadline);

  int fd_ = -1;
  std::string path_;
  std::mutex mutex_;
  std::condition_variable released_;
  bool is_held_ = false;  // by a thread of this process
};

}  // namespace medchain::store
