// Refusals of acts that are recorded on the ledger (`denied`, DESIGN 5).
#pragma once

#include "base/error.hpp"

namespace medchain::cli {

/// Refusals of the act itself; mistakes in a command, and what says nothing of the act, are not.
bool is_refusal(Code code);
/// The same of acts on a prescription, where a wrong state is one too: somebody was first.
bool is_rx_refusal(Code code);

}  // namespace medchain::cli
