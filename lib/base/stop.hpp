// Whether the process was told to end, for calls that may wait without end: opening a FIFO that
// nobody writes to, reading from who says nothing.  Set by who handles signals, for good.
#pragma once

namespace medchain {

/// May be called by a signal handler.
void stop_waiting() noexcept;
bool is_stopping() noexcept;

/// Held over a call that may wait without end, is_stopping() being asked within.  A signal may
/// still come between that question and the call: who handles signals sends another, until this is
/// gone.
class MayWait {
 public:
  MayWait() noexcept;
  MayWait(const MayWait&) = delete;
  MayWait& operator=(const MayWait&) = delete;
  ~MayWait();
};
/// Whether there is one.  May be called by a signal handler.
bool may_be_waiting() noexcept;

}  // namespace medchain
