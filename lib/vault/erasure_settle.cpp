// What an interrupted erasure still needs.
#include "vault/erasing.hpp"

namespace medchain::vault {
namespace {

/// The ledger's no, which is not trouble with storage or locks.
bool is_refusal(const Error& error) {
  const int exit = info(error.code).exit;
  return exit == 3 || exit == 5 || exit == 8 || exit == 9 || exit == 10;
}

/// On the ledger: carried out.
Status complete(Erasing& erasing, std::uint64_t number, Erasure erasure, SettledErasures& settled) {
  MC_TRY(erasing.destroy(number));
  erasure.state = ErasureState::done;
  settled.completed.emplace_back(number, std::move(erasure));
  return {};
}

Status settle_intent(Vault& vault, ledger::Ledger& ledger, std::uint64_t number, Erasure erasure,
                     const Append& append, SettledErasures& settled) {
  Erasing erasing(vault);
  MC_ASSIGN(const entry::Entry entry, entry::parse_entry(erasure.note));
  MC_ASSIGN(Standing standing, look_up(ledger, entry));
  if (!standing.at && !standing.too_late) {
    const auto index = append({entry, {}});
    if (index && !*index) {
      ++settled.waiting;
      return {};
    }
    if (index) {
      standing.at = **index;
      ++settled.appended;
    } else {
      MC_ASSIGN(standing, look_up(ledger, entry));
      // Nobody else has the statement: an erasure that was refused has not happened, and is asked
      // for anew.  One that was given away can still land.
      if (!standing.at && !standing.too_late && erasure.is_given_away) {
        ++settled.waiting;
        return {};
      }
      if (!standing.at && !standing.too_late && !is_refusal(index.error()))
        return Error(index.error()).context("an erasure that was pending in the vault");
      if (!standing.at && !standing.too_late) settled.refused = index.error();
    }
  }
  if (!standing.at) {
    ++settled.abandoned;
    return erasing.abandon({number});
  }
  erasure.entry = *standing.at;
  MC_TRY(erasing.state({{number, *standing.at}}));
  return complete(erasing, number, std::move(erasure), settled);
}

}  // namespace

Result<SettledErasures> settle_erasures(Vault& vault, ledger::Ledger& ledger,
                                        const Append& append) {
  SettledErasures settled;
  Erasing erasing(vault);
  MC_ASSIGN(auto unfinished, erasing.unfinished());
  for (auto& [number, erasure] : unfinished) {
    if (erasure.state == ErasureState::stated)
      MC_TRY(complete(erasing, number, std::move(erasure), settled));
    else
      MC_TRY(settle_intent(vault, ledger, number, std::move(erasure), append, settled));
  }
  MC_TRY(ledger.read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(settled.redone, erasing.redo(view));
    return {};
  }));
  return settled;
}

}  // namespace medchain::vault
