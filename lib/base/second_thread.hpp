// Threads of our own: few, short-lived, and never needed (decisions 0020, 0034).
#pragma once

#include <functional>
#include <thread>

namespace medchain {

/// Begins `work`, which must not throw, in a thread to be joined.  All signals but its own faults
/// are blocked there: they are for the thread that waits in system calls, which is the one they must
/// interrupt.  Not joinable: it cannot begin (a limit of processes or memory), and the caller does
/// the work.
std::thread start_thread(std::function<void()> work);

}  // namespace medchain
