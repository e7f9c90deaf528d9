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

Result<int> finish_rx(ActSession& act, Draft draft, const EntryHash& prescription) {
  entry::Denied denied;
  denied.actor = act.member();
  denied.asker = std::get<entry::Prescription>(draft.body).person;
  denied.object = prescription;
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  auto done = act.finish(std::move(drafts));
  if (!done) act.record_refusal(std::move(denied), done.error(), is_rx_refusal);
  return done;
}

}  // namespace medchain::cli
