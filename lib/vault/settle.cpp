#include "vault/settle.hpp"

#include <algorithm>

#include "vault/layout_internal.hpp"
#include "vault/vault_access.hpp"

namespace medchain::vault {
namespace {

/// Whether a statement of this time can no longer be appended: the lower bound moves up with log
/// time, and with nothing else (DESIGN 12).  A wall clock would not do: it can be wrong, and an
/// emitted statement whose openings are gone can still land.
Result<bool> is_too_late(const ledger::Snapshot& view, UnixSeconds time) {
  MC_ASSIGN(const auto policy, rules::policy(view));
  MC_ASSIGN(const UnixSeconds log_time, rules::log_time(view));
  return time.get() < log_time.get() - static_cast<std::int64_t>(policy.max_delay);
}

/// Refusals that no later state takes back: keys that ended and erased records stay so, an id is
/// taken for ever.
bool is_final(Code code) {
  return code == Code::signature_invalid || code == Code::entry_id_used ||
         code == Code::record_erased;
}

Result<ledger::Prepared> prepared_again(Vault& vault, const Batch& batch, entry::Entry entry) {
  const auto* anchor = std::get_if<entry::Anchor>(&entry.statement.body);
  if (anchor == nullptr)
    return fail(Code::store_damaged, "vault: a pending statement is not an anchor");
  ledger::Prepared prepared;
  MC_TRY(vault.read([&]() -> Status {
    MC_ASSIGN(prepared.rows, rows_of(vault, batch, *anchor));
    return {};
  }));
  prepared.entry = std::move(entry);
  return prepared;
}

}  // namespace

Result<std::vector<entry::Row>> rows_of(const Vault& vault, const Batch& batch,
                                        const entry::Anchor& anchor) {
  std::vector<entry::Row> rows;
  rows.reserve(batch.count);
  for (std::uint32_t i = 0; i < batch.count; ++i) {
    MC_ASSIGN(const Version version, vault.version(batch.first + i));
    MC_ASSIGN(entry::Row row, vault.row(version));
    const auto type =
        std::find_if(anchor.types.begin(), anchor.types.end(),
                     [&](const entry::Word& word) { return word.get() == version.type; });
    if (type == anchor.types.end())
      return fail(Code::store_damaged, "vault: version " + std::to_string(batch.first + i) +
                                           " has a type that its entry has not");
    row.type = static_cast<std::uint16_t>(type - anchor.types.begin());
    rows.push_back(row);
  }
  return rows;
}

Status abandon_batch(Vault& vault, std::uint64_t number) {
  return VaultAccess(vault).abandon(number);
}

Result<Standing> look_up(ledger::Ledger& ledger, const entry::Entry& entry) {
  const entry::Header& header = entry.statement.header;
  Standing standing;
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto found, rules::statement(view, header.author, header.id));
    if (found && found->statement == EntryHash(entry::statement_hash(entry.text)))
      standing.at = found->index;
    MC_ASSIGN(standing.too_late, is_too_late(view, header.time));
    return {};
  }));
  return standing;
}

namespace {

Status settle_one(Vault& vault, ledger::Ledger& ledger, std::uint64_t number, const Batch& batch,
                  const Append& append, Settled& settled) {
  MC_ASSIGN(const entry::Entry entry, entry::parse_entry(batch.note));
  MC_ASSIGN(Standing standing, look_up(ledger, entry));
  bool is_refused_for_ever = standing.too_late;
  if (!standing.at && !standing.too_late) {
    auto prepared = prepared_again(vault, batch, entry);
    if (!prepared && prepared.error().code != Code::record_erased)
      return std::move(prepared).error();
    // Salts go only once the erase entry is on the ledger, which then refuses these rows too.
    const auto index = prepared ? append(*prepared) : std::move(prepared).error();
    if (index && !*index) {
      ++settled.waiting;
      return {};
    }
    if (index) {
      MC_TRY(VaultAccess(vault).land(number, **index));
      ++settled.appended;
      return {};
    }
    const Code refusal = index.error().code;
    MC_ASSIGN(standing, look_up(ledger, entry));
    is_refused_for_ever = standing.too_late || is_final(refusal);
    if (!standing.at && !is_refused_for_ever && refusal == Code::entry_time) {
      ++settled.early;
      return {};
    }
    if (!standing.at && !is_refused_for_ever)
      return Error(index.error()).context("a statement that was pending in the vault");
  }
  if (standing.at) {
    MC_TRY(VaultAccess(vault).land(number, *standing.at));
    ++settled.found;
  } else {
    MC_TRY(VaultAccess(vault).abandon(number));
    ++settled.abandoned;
  }
  return {};
}

}  // namespace

Result<Settled> settle(Vault& vault, ledger::Ledger& ledger, const Append& append) {
  Settled settled;
  std::vector<std::pair<std::uint64_t, Batch>> pending;
  MC_TRY(vault.read([&] {
    return vault.for_each_batch([&](std::uint64_t number, const Batch& batch) -> Status {
      if (batch.state == BatchState::pending) pending.emplace_back(number, batch);
      return {};
    });
  }));
  for (const auto& [number, batch] : pending)
    MC_TRY(settle_one(vault, ledger, number, batch, append, settled));
  return settled;
}

}  // namespace medchain::vault
