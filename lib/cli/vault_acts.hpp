// The verbs of medchain-vault but `put`, which is an anchoring run (anchor_run.hpp).
#pragma once

#include "cli/session.hpp"
#include "ledger/ledger.hpp"

namespace medchain::cli {

/// One record's bytes out of the vault, after they and their place on the ledger were checked.
/// Fails with record_unknown, record_erased, copy_missing, copy_damaged, entry_missing (pending),
/// store_damaged (the ledger does not hold what the vault says).
Result<int> vault_get(Session& session);

/// Versions of records, by subject, type, time and state.
Result<int> vault_list(Session& session);
/// A copy of the vault in a new directory.  Status 1: but for copies that are lost.
Result<int> vault_backup(Session& session);
/// A vault out of a backup, without what was erased since.
Result<int> vault_restore(Session& session);
/// Erases what the ledger says was erased, in a vault that was restored and not used yet.
Status finish_restore(Session& session, ledger::Ledger& ledger, const std::string& directory);
void add_backup_places(const Session& session, Places& places);
void add_restore_places(const Session& session, Places& places);
/// Sources, copies and, with --packages, packages against the ledger.  Status 0, 1, 9 and 10 as
/// medchain-verify vault.
Result<int> vault_check(Session& session);
/// Packages of one's own entries that nobody needs any more are deleted.
Verb prune_verb();

}  // namespace medchain::cli
