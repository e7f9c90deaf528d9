// Held records: what a member can release of its own vault, and what it can pass on of releases to
// it: place and row on the ledger, opening, and the bytes.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/stream.hpp"
#include "crypto/secret.hpp"
#include "ledger/ledger.hpp"
#include "package/openings.hpp"
#include "package/store.hpp"
#include "rules/decide.hpp"
#include "vault/vault.hpp"

namespace medchain::exchange {

/// Begins to give the bytes of a record as they were anchored.  Works outside of Vault::read() too.
using Opener = std::function<Result<ByteSource>()>;

struct HeldRecord {
  ledger::RowPlace place;
  entry::Row row;
  entry::Word type;
  package::RecordOpening opening;  ///< but for the name of the file
  std::string file;                ///< a name for it, `Observation-9.json`: no two need differ
  std::uint64_t size = 0;          ///< of the bytes
  Opener open;                     ///< fails with copy_missing, copy_damaged, record_erased
};

/// Numbers of the versions at these places, ascending; what is not in the vault is left out.
/// Within Vault::read().
Result<std::vector<std::uint64_t>> versions_at(const vault::Vault& vault,
                                               const std::vector<entry::RecordSet>& places);

/// By place: the versions of these numbers; else those on the ledger and not erased, as far as the
/// scope's types and subjects allow: of its places, or of the whole vault the newest.  Fails with
/// entry_missing if a wanted one is pending, with record_erased.  Within Vault::read().
Result<std::vector<HeldRecord>> own_records(
    const vault::Vault& vault, const ledger::Snapshot& view, const entry::Scope& scope,
    const std::optional<std::vector<std::uint64_t>>& wanted);

/// The grant, and those that it replaced one after another: its uses count on.
Result<std::set<EntryHash>> with_replaced(const rules::View& view, const EntryHash& grant);

/// By place: what releases by these grants have brought to `member`, as far as types, subjects and
/// places of the scope allow.  The packages are opened and compared with the ledger, in private
/// directories within `scratch` that are gone when the last opener is.  Fails as open_release().
Result<std::vector<HeldRecord>> received_records(
    const ledger::Snapshot& view, const package::Store& store, const crypto::Secret& identity,
    const MemberName& member, const std::set<EntryHash>& grants, const entry::Scope& scope,
    const std::string& scratch);

/// Instant at which a FHIR date, dateTime or instant begins, UTC where it names no offset; nothing
/// for what is none.
std::optional<UnixSeconds> begin_of_date(std::string_view text);

/// What the bytes say.  Nothing: they are not FHIR JSON, so that their codes, labels and authors
/// are not known.  Fails as the opener does.
Result<std::optional<rules::Facts>> facts_of(const HeldRecord& record);

}  // namespace medchain::exchange
