#include "cli/rx_find.hpp"

#include "cli/entry_operand.hpp"
#include "cli/refusal.hpp"

namespace medchain::cli {

Result<RxFound> find_prescription(const ledger::Snapshot& view, std::string_view text) {
  MC_ASSIGN(const EntryHash hash, find_entry(view, "prescription", text));
  MC_ASSIGN(auto state, rules::prescription(view, hash));
  if (!state) return fail(Code::store_damaged, "a prescription is gone");
  return RxFound{hash, std::move(*state)};
}

namespace {

/// Acts by which somebody takes what is not theirs; others out of turn are mistakes.
bool takes(entry::RxAct act) {
  using enum entry::RxAct;
  return act == accept || act == dispense || act == cancel || act == claim;
}

}  // namespace

Result<int> finish_rx(ActSession& act, Draft draft, const EntryHash& prescription) {
  entry::Denied denied;
  const auto& body = std::get<entry::Prescription>(draft.body);
  const bool is_told = takes(body.act);
  denied.actor = act.member();
  denied.asker = body.person;
  denied.object = prescription;
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  auto done = act.finish(std::move(drafts));
  if (!done && is_told) act.record_refusal(std::move(denied), done.error(), is_rx_refusal);
  return done;
}

}  // namespace medchain::cli
