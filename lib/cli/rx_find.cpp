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

void record_rx_refusal(ActSession& act, const entry::Prescription& body, const Error& refusal) {
  if (!takes(body.act)) return;
  entry::Denied denied;
  denied.actor = act.member();
  denied.asker = body.person;
  denied.object = body.prescription;
  act.record_refusal(std::move(denied), refusal, is_rx_refusal);
}

Result<int> finish_rx(ActSession& act, Draft draft) {
  const auto body = std::get<entry::Prescription>(draft.body);
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  auto done = act.finish(std::move(drafts));
  if (!done) record_rx_refusal(act, body, done.error());
  return done;
}

}  // namespace medchain::cli
