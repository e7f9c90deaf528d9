// How writers wait for each other with a time limit.
//
// LMDB serialises writers by a robust mutex in lock.mdb, and waiting for that cannot be given up.
// So every writer first takes an open-file-description lock (F_OFD_SETLK) on two single bytes far
// beyond the end of data.mdb:
// - On data.mdb and not lock.mdb, because LMDB's own record locks on lock.mdb vanish when any
// descriptor of that file is
//   closed in the process.  LMDB puts no lock on data.mdb, and open-file-description locks do not
//   vanish that way.
// - No file of its own: the ledger directory holds only what medchain-ledger(5) says.
// - The kernel drops the lock with the descriptor, so that one who was killed never blocks the
// next. Descriptors are shared by the threads of a process, hence the flag under a mutex before the
// file lock.
//
// There is no waiting with a time limit for such a lock, so it is polled.  Two bytes make that fair
// enough: one may ask for the `writer` byte only while holding the `queue` byte.  A process that
// commits batch after batch so finds the next waiter at the head of the queue and has to line up
// behind it; without the queue it would win its lock back each time while the others sleep.  The
// one at the head asks often, all others rarely and evenly.
//
// Programs other than medchain (mdb_load) take LMDB's mutex only: waiting for those has no limit.
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "store/writer_lock_internal.hpp"

namespace medchain::store {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr off_t queue_byte = off_t{1} << 62;
constexpr off_t writer_byte = queue_byte + 1;
/// Time points must not overflow.
constexpr milliseconds longest_wait = std::chrono::hours(24 * 365);

/// 0, or an errno value: EAGAIN if somebody else holds the byte.
int change_lock(int fd, off_t byte, short type) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  int result = 0;
  do {
    result = fcntl(fd, F_OFD_SETLK, &lock);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return 0;
  return errno == EACCES ? EAGAIN : errno;
}

/// Asks for `byte` until it is got, an error other than EAGAIN comes, or the time is over.
int poll_lock(int fd, off_t byte, Clock::time_point deadline, microseconds shortest,
              microseconds longest) {
  microseconds pause = shortest;
  for (;;) {
    const int error = change_lock(fd, byte, F_WRLCK);
    if (error != EAGAIN) return error;
    const Clock::time_point now = Clock::now();
    if (now >= deadline) return EAGAIN;
    // Spread by up to half, so that waiters started together do not ask together.
    const auto spread = microseconds(now.time_since_epoch().count() % (pause.count() / 2 + 1));
    std::this_thread::sleep_until(std::min(deadline, now + pause + spread));
    pause = std::min(longest, pause + pause / 4);
  }
}

}  // namespace

Status WriterLock::acquire_file_lock(Clock::time_point deadline) {
  int error = poll_lock(fd_, queue_byte, deadline, milliseconds(1), milliseconds(5));
  if (error == 0) {
    error = poll_lock(fd_, writer_byte, deadline, microseconds(50), milliseconds(1));
    change_lock(fd_, queue_byte, F_UNLCK);
  }
  if (error == 0) return {};
  if (error == EAGAIN)
    return fail(Code::lock_timeout, "another process holds the writer lock of " + quote(path_));
  return fail_errno(Code::ledger_unavailable, "lock", path_, error);
}

Status WriterLock::acquire(milliseconds wait) {
  const Clock::time_point deadline = Clock::now() + std::clamp(wait, milliseconds(0), longest_wait);
  std::unique_lock lock(mutex_);
  if (!released_.wait_until(lock, deadline, [this] { return !is_held_; }))
    return fail(Code::lock_timeout, "this process already writes to " + quote(path_));
  is_held_ = true;
  lock.unlock();
  Status status = acquire_file_lock(deadline);
  if (!status) {
    lock.lock();
    is_held_ = false;
    lock.unlock();
    released_.notify_one();
  }
  return status;
}

void WriterLock::release() {
  // Unlocking can only fail for a bad descriptor.
  MC_ASSERT(change_lock(fd_, writer_byte, F_UNLCK) == 0);
  {
    const std::lock_guard lock(mutex_);
    is_held_ = false;
  }
  released_.notify_one();
}

}  // namespace medchain::store
