#include "vault/settle.hpp"

#include <algorithm>

#include "vault/layout_internal.hpp"
#include "vault/vault_access.hpp"

namespace medchain::vault {
namespace {

/// Whether a statement of this time can still be appended at log time T, or at any later one: the lower bound only moves up.
Result<bool> is_too_late(const ledger::Snapshot& view, UnixSeconds time, UnixSeconds now) {
  MC_ASSIGN(const auto policy, rules::policy(view));
  MC_ASSIGN(const UnixSeconds log_time, rules::log_time(view));
  const std::int64_t reference = std::max(log_time.get(), now.get());
  return time.get() < reference - static_cast<std::int64_t>(policy.max_delay);
}

}  // namespace

Result<std::vector<entry::Row>> rows_of(const Vault& vault, const Batch& batch, const entry::Anchor& anchor) {
  std::vector<entry::Row> rows;
  rows.reserve(batch.count);
  for (std::uint32_t i = 0; i < batch.count; ++i) {
    MC_ASSIGN(const Version version, vault.version(batch.first + i));
    MC_ASSIGN(entry::Row row, vault.row(version));
    const auto type = std::find_if(anchor.types.begin(), anchor.types.end(),
                                   [&](const entry::Word& word) { return word.get() == version.type; });
    if (type == anchor.types.end())
      return fail(Code::store_damaged, "vault: version " + std::to_string(batch.first + i) + " has a type that its entry has not");
    row.type = static_cast<std::uint16_t>(type - anchor.types.begin());
    rows.push_back(row);
  }
  return rows;
}

Status abandon_batch(Vault& vault, std::uint64_t number) { return VaultAccess(vault).abandon(number); }

Result<Settled> settle(Vault& vault, ledger::Ledger& ledger, UnixSeconds now, const Append& append) {
  Settled settled;
  std::vector<std::pair<std::uint64_t, Batch>> pending;
  MC_TRY(vault.read([&] {
    return vault.for_each_batch([&](std::uint64_t number, const Batch& batch) -> Status {
      if (batch.state == BatchState::pending) pending.emplace_back(number, batch);
      return {};
    });
  }));
  for (const auto& [number, batch] : pending) {
    MC_ASSIGN(entry::Entry entry, entry::parse_entry(batch.note));
    const entry::Header& header = entry.statement.header;
    std::optional<EntryIndex> at;
    bool too_late = false;
    MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const auto found, rules::statement(view, header.author, header.id));
      if (found && found->statement == EntryHash(entry::statement_hash(entry.text))) at = found->index;
      MC_ASSIGN(too_late, is_too_late(view, header.time, now));
      return {};
    }));
    VaultAccess access(vault);
    if (at) {
      MC_TRY(access.land(number, *at));
      ++settled.found;
    } else if (too_late) {
      MC_TRY(access.abandon(number));
      ++settled.abandoned;
    } else if (!append) {
      ++settled.waiting;
    } else {
      const auto* anchor = std::get_if<entry::Anchor>(&entry.statement.body);
      if (anchor == nullptr) return fail(Code::store_damaged, "vault: a pending statement is not an anchor");
      ledger::Prepared prepared;
      MC_TRY(vault.read([&]() -> Status {
        MC_ASSIGN(prepared.rows, rows_of(vault, batch, *anchor));
        return {};
      }));
      prepared.entry = std::move(entry);
      auto index = append(prepared);
      if (!index) return std::move(index).error().context("a statement that was pending in the vault");
      MC_TRY(access.land(number, *index));
      ++settled.appended;
    }
  }
  return settled;
}

}  // namespace medchain::vault
