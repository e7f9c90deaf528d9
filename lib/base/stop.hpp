// Whether the process was told to end, for calls that may wait without end: opening a FIFO that
// nobody writes to, reading from who says nothing.  Set by who handles signals, for good.
#pragma once

namespace medchain {

/// May be called by a signal handler.
void stop_waiting() noexcept;
bool is_stopping() noexcept;

}  // namespace medchain
