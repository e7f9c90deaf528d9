// Records of one's own vault on a command line, and places on the ledger.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/named_record.hpp"
#include "cli/session.hpp"
#include "ledger/snapshot.hpp"
#include "vault/vault.hpp"

namespace medchain::cli {

/// The operands as named records; files are read for their digests, so before the process is
/// sealed.
Result<std::vector<NamedRecord>> named_records(const Session& session,
                                               std::span<const std::string> names);
/// The newest version of the one record that is meant, not abandoned.  Within Vault::read().  Fails
/// with record_unknown, and with usage if bytes are those of several records.
Result<std::uint64_t> find_own_record(const vault::Vault& vault, const NamedRecord& named);
/// Where a version is anchored.  Within Vault::read().  Fails with entry_state (not on the ledger
/// yet).
Result<ledger::RowPlace> place_of(const vault::Vault& vault, std::uint64_t version,
                                  const std::string& name);

/// `ENTRY:ROW`, two decimal numbers; nothing for all other words.
std::optional<ledger::RowPlace> parse_place(std::string_view text);
std::string to_text(const ledger::RowPlace& place);

/// Tag of the subject of this name.  Fails with record_unknown, record_erased.  Not within
/// Vault::read().
Result<SubjectTag> find_own_subject(vault::Vault& vault, std::string_view name);

}  // namespace medchain::cli
