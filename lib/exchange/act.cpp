#include "exchange/act.hpp"

#include <algorithm>

#include "exchange/named_package.hpp"

namespace medchain::exchange {
namespace {

using vault::Act;
using vault::Acts;
using vault::ActState;

/// Whether after this error of an append something might be on the disk all the same.
bool is_doubtful(Code code) {
  return code == Code::storage_failed || code == Code::store_damaged || code == Code::internal;
}

/// The ledger's no, as against trouble with locks and storage (CLI.md 5).
bool is_refusal(Code code) {
  const int exit = info(code).exit;
  return exit == 3 || exit == 5 || exit == 8 || exit == 9 || exit == 10 ||
         code == Code::grant_too_often;
}

/// Refusals that no later state takes back: keys that ended stay so, an id is taken for ever.
bool is_final(Code code) {
  return code == Code::signature_invalid || code == Code::entry_id_used ||
         code == Code::record_erased || code == Code::request_answered;
}

/// The first error is the one that is told.
void keep_first(Status& first, Status next) {
  if (first && !next) first = std::move(next);
}

Status discard(std::vector<SignedAct>& acts) {
  Status status;
  for (SignedAct& each : acts)
    if (each.package && each.package->staged) keep_first(status, each.package->staged->discard());
  return status;
}

Status finish(vault::Vault& vault, std::vector<SignedAct>& acts,
              const std::vector<ledger::Appended>& entries) {
  for (SignedAct& each : acts)
    if (each.package && each.package->staged) MC_TRY(each.package->staged->publish());
  std::vector<std::pair<StatementId, EntryIndex>> landed;
  for (std::size_t i = 0; i < acts.size(); ++i)
    landed.emplace_back(acts[i].entry.statement.header.id, entries[i].index);
  return Acts(vault).land(landed);
}

struct Standing {
  std::optional<EntryIndex> at;  ///< where the statement is
  bool is_too_late = false;      ///< log time has passed its bound, and never goes back on its own
};

Result<Standing> look_up(ledger::Ledger& ledger, const entry::Entry& entry) {
  const entry::Header& header = entry.statement.header;
  Standing standing;
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto found, rules::statement(view, header.author, header.id));
    if (found && found->statement == EntryHash(entry::statement_hash(entry.text)))
      standing.at = found->index;
    MC_ASSIGN(const auto policy, rules::policy(view));
    MC_ASSIGN(const UnixSeconds log_time, rules::log_time(view));
    const auto bound = static_cast<std::int64_t>(
        std::holds_alternative<entry::Erase>(entry.statement.body) ? policy.max_delay
                                                                   : policy.max_skew);
    standing.is_too_late = header.time.get() < log_time.get() - bound;
    return {};
  }));
  return standing;
}

class Settling {
 public:
  Settling(vault::Vault& vault, ledger::Ledger& ledger, const AppendActs& append)
      : vault_(vault), ledger_(ledger), append_(append) {}

  Status settle(const StatementId& id, const Act& act) {
    MC_ASSIGN(const entry::Entry entry, entry::parse_entry(act.note));
    MC_ASSIGN(Standing standing, look_up(ledger_, entry));
    if (standing.at) return land(id, act, *standing.at, false);
    if (standing.is_too_late) return abandon(id);
    const ledger::Prepared prepared{entry, {}};
    auto appended = append_(std::span(&prepared, 1));
    if (appended && !*appended) return wait(id, act);
    if (appended) return land(id, act, (*appended)->front().index, true);
    const Code refusal = appended.error().code;
    MC_ASSIGN(standing, look_up(ledger_, entry));
    if (standing.at) return land(id, act, *standing.at, false);
    if (standing.is_too_late || is_final(refusal)) return abandon(id);
    if (refusal == Code::entry_time) {
      ++result.early;
      return {};
    }
    if (is_refusal(refusal)) return act.is_given_away ? wait(id, act) : abandon(id);
    return std::move(appended).error().context("an act that was pending in the vault");
  }

  SettledActs result;

 private:
  Status land(const StatementId& id, const Act& act, EntryIndex at, bool appended) {
    const std::pair<StatementId, EntryIndex> landed{id, at};
    MC_TRY(Acts(vault_).land(std::span(&landed, 1)));
    result.completed.push_back({id, at, act.intent, appended});
    return {};
  }
  /// Somebody else may still append it: its package must be there then.
  Status wait(const StatementId& id, const Act& act) {
    result.waiting.push_back({id, act.intent});
    return {};
  }
  Status abandon(const StatementId& id) {
    MC_TRY(Acts(vault_).abandon(std::span(&id, 1)));
    ++result.abandoned;
    return {};
  }

  vault::Vault& vault_;
  ledger::Ledger& ledger_;
  const AppendActs& append_;
};

/// Whether an entry names the package: asked for one that the vault knows nothing of, which is what
/// a run killed before it was noted leaves, or a vault restored from a backup.
Result<bool> is_named(ledger::Ledger& ledger, const PackageHash& hash) {
  bool named = false;
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto entry, entry_that_names(view, hash));
    named = entry.has_value();
    return {};
  }));
  return named;
}

}  // namespace

Result<Done> act(vault::Vault& vault, std::vector<SignedAct> acts, const AppendActs& append,
                 bool given_away) {
  std::vector<std::pair<StatementId, Act>> pending;
  std::vector<StatementId> ids;
  std::vector<ledger::Prepared> prepared;
  for (const SignedAct& each : acts) {
    Act kept;
    if (each.package) kept.package = each.package->ref.hash;
    kept.intent = each.intent;
    kept.is_given_away = given_away;
    kept.note = each.entry.bytes;
    ids.push_back(each.entry.statement.header.id);
    pending.emplace_back(ids.back(), std::move(kept));
    prepared.push_back({each.entry, {}});
  }
  Acts table(vault);
  if (Status status = table.keep(pending); !status) {
    // Whether it is kept is not sure after trouble with storage: then the packages stay as well.
    if (!is_doubtful(status.error().code)) keep_first(status, discard(acts));
    return std::move(status).error();
  }
  auto appended = append(prepared);
  if (!appended) {
    Error error = std::move(appended).error();
    if (is_doubtful(error.code)) return error;
    MC_TRY(table.abandon(ids));
    MC_TRY(discard(acts));
    return error;
  }
  Done done;
  if (!*appended) return done;
  done.entries = std::move(**appended);
  MC_ASSERT(done.entries.size() == acts.size());
  if (Status status = finish(vault, acts, done.entries); !status)
    done.unfinished = std::move(status).error();
  return done;
}

Result<SettledActs> settle_acts(vault::Vault& vault, ledger::Ledger& ledger, package::Store* store,
                                const AppendActs& append) {
  MC_ASSIGN(const auto pending, Acts(vault).pending());
  Settling settling(vault, ledger, append);
  for (const auto& [id, act] : pending) MC_TRY(settling.settle(id, act));
  if (store == nullptr) return std::move(settling.result);
  MC_ASSIGN(settling.result.published,
            store->recover([&](const PackageHash& hash) -> Result<package::Verdict> {
              MC_ASSIGN(const auto known, Acts(vault).find(hash));
              if (!known) {
                MC_ASSIGN(const bool named, is_named(ledger, hash));
                return named ? package::Verdict::publish : package::Verdict::discard;
              }
              switch (known->state) {
                case ActState::pending:
                  return package::Verdict::keep;
                case ActState::anchored:
                  return package::Verdict::publish;
                case ActState::abandoned:
                  break;
              }
              return package::Verdict::discard;
            }));
  return std::move(settling.result);
}

}  // namespace medchain::exchange
