// What the acts of medchain-rx share.
#pragma once

#include <string_view>

#include "cli/act_session.hpp"
#include "rules/prescription_state.hpp"

namespace medchain::cli {

/// A prescription that is on the ledger.
struct RxFound {
  EntryHash hash;
  rules::PrescriptionState state;
};

/// By its issue, as entries are named.  Fails as find_entry() does.
Result<RxFound> find_prescription(const ledger::Snapshot& view, std::string_view text);

/// A no to an acceptance, dispensing, cancel or claim is recorded, so that who tried it is on
/// record with it.
void record_rx_refusal(ActSession& act, const entry::Prescription& body, const Error& refusal);
/// ActSession::finish() of one draft of an act on a prescription; the ledger's no is recorded.
Result<int> finish_rx(ActSession& act, Draft draft);

}  // namespace medchain::cli
