// The acts of medchain-rx.  Each prints receipts, or with --emit the signed entries.
#pragma once

#include "cli/places.hpp"
#include "cli/session.hpp"

namespace medchain::cli {

/// The redeem token is on the disk before the prescription can be on the ledger.
Result<int> rx_issue(Session& session);
Result<int> rx_approve(Session& session);
/// Opens the prescription with the token, compares it with the entry, and writes it.
Result<int> rx_accept(Session& session);
Result<int> rx_return(Session& session);
Result<int> rx_dispense(Session& session);
Result<int> rx_deliver(Session& session);
Result<int> rx_close(Session& session);
Result<int> rx_cancel(Session& session);
Result<int> rx_extend(Session& session);
Result<int> rx_claim(Session& session);
/// Nothing is written.  1 if --undispensed found something.
Result<int> rx_list(Session& session);
Verb rx_list_verb();

/// The prescription of --token-file, for who holds it; or that of the operand and the notes that
/// came back, for who prescribed it.  Nothing is written.
Result<int> rx_show(Session& session);
Verb rx_show_verb();
/// The token of --token-file as text, or as what qrencode(1) makes of it.
Result<int> rx_token(Session& session);
Verb rx_token_verb();

std::vector<Option> issue_options();
void issue_opens(const Session& session, Places& places);

}  // namespace medchain::cli
