// Signals of a run: noted in a flag and acted on by whoever asks (Session::interrupted).
#pragma once

namespace medchain::cli {

/// SIGINT, SIGTERM and SIGHUP are noted (system calls then fail with EINTR) unless the parent had
/// them ignored, as nohup does; SIGUSR1 asks for a progress line; SIGPIPE is ignored or has its
/// default action.  SIGXFSZ is ignored, so that a file size limit is told like a full disk.
void install_signals(bool ignore_sigpipe);
/// The first of SIGINT, SIGTERM, SIGHUP that arrived, or 0.
int signal_received();
/// Readable from then on: for a poll beside what is waited for, because a signal can arrive just
/// before the waiting begins.  -1 if there is none.
int stop_descriptor();
/// Whether SIGUSR1 arrived since the last call.
bool take_progress_request();
/// Ends the process by `signal`, so that the parent sees what happened.
[[noreturn]] void raise_again(int signal);

}  // namespace medchain::cli
