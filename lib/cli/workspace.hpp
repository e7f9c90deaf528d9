// Workspace: what a tool opens by its settings (ledger, host, key directory, vault), with errors
// that say how to give what is missing.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/session.hpp"
#include "entry/card.hpp"
#include "ledger/ledger.hpp"
#include "vault/vault.hpp"

namespace medchain::cli {

/// A key directory (DESIGN 3): NAME.member, sign.key or sign.pub, seal.key, witness.key.
struct KeyDirectory {
  std::string path;
  entry::Card card;
  std::unique_ptr<crypto::Signer> sign;  ///< through ssh-agent when there is only sign.pub

  entry::SignAs as_author() const { return {card.name.get(), sign.get()}; }
};

/// Opens --key.  Fails with usage (not given), key_missing (no or several cards, no key),
/// key_unsafe, key_agent, key_invalid (not the card's key).
Result<KeyDirectory> open_keys(const Session& session);
Result<KeyDirectory> open_keys_at(const Session& session, const std::string& path);
/// Keys are never inside of a ledger directory, which everybody on the host can read, nor of a
/// vault.  Fails with key_unsafe.
Status check_outside_stores(const std::string& path);
/// The card of a key directory, no key read.  Fails with key_missing or as parse_card does.
Result<entry::Card> read_card(const std::string& directory);
/// The private key at PATH, or through ssh-agent when PATH ends in `.pub`.
Result<std::unique_ptr<crypto::Signer>> open_signer(const Session& session,
                                                    const std::string& path);

/// Opens --ledger, honouring --wait.
Result<std::unique_ptr<ledger::Ledger>> open_ledger(const Session& session,
                                                    ledger::OpenOptions options);
/// --host, or LEDGER.host beside the ledger.
std::string host_directory(const Session& session, const std::string& ledger_directory);
/// --packages, or LEDGER.packages beside the ledger.
std::string packages_directory(const Session& session, const std::string& ledger_directory);
Result<std::unique_ptr<ledger::Host>> open_host(const Session& session, ledger::Ledger& ledger);
Result<std::chrono::milliseconds> lock_wait(const Session& session);

/// --id, or 128 random bits.
Result<StatementId> statement_id(Session& session);

/// Appends one signed entry (or prints it with --emit) and prints its receipt.  `what` is for
/// people: "admitted 'clinic-b'".
Status append_entry(Session& session, ledger::Ledger& ledger, const ledger::Prepared& prepared,
                    std::string_view what);
/// {"schema":...,"type":"receipt",...} of an entry that is no anchor.
json::Object receipt_of(const Session& session, const entry::Statement& statement,
                        const ledger::Appended& appended, const EntryHash& hash);
/// `entries 42-44` or `entry 42`.
std::string index_range(EntryIndex first, EntryIndex last);

/// For results that may be anything, also what takes a terminal over.  Fails with usage where they
/// would go to one unasked.
Status check_no_terminal(const Session& session, std::string_view what);

/// Opens --vault.
Result<std::unique_ptr<vault::Vault>> open_vault(const Session& session,
                                                 const vault::OpenOptions& options);
/// Fails with vault_conflict.
Status check_same_ledger(const vault::Vault& vault, const ledger::Snapshot& view);

/// `$XDG_DATA_HOME/medchain` or `~/.local/share/medchain`: where profiles put what has no other
/// place.  Fails with usage where neither is set.
Result<std::string> data_directory(const Session& session);

}  // namespace medchain::cli
