#include "cli/close_case.hpp"

#include "base/text.hpp"
#include "cli/entry_operand.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {

Result<int> close_case(DataAct& act, const std::string& opened,
                       const std::optional<Digest>& document) {
  entry::Case body;
  std::string what;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const EntryHash hash, find_entry(view, opened));
    MC_ASSIGN(const auto state, rules::case_of(view, hash));
    if (!state) return fail(Code::entry_missing, "entry " + quote(opened) + " is not a case");
    body.closes = hash;
    body.of = state->body.of;
    body.custodian = state->body.custodian;
    body.witnesses = state->body.witnesses;
    what = "end of the " + std::string(entry::word_of(body.of)) + " of entry " +
           std::to_string(state->index.get());
    return {};
  }));
  MC_ASSIGN(const std::string reason, act.session().required("reason"));
  MC_ASSIGN(body.reason, word_option("reason", reason));
  MC_ASSIGN(body.person, act.person());
  if (document) {
    MC_ASSIGN(body.document, act.commit_document(*document));
  }
  return act.finish(std::move(body), what);
}

}  // namespace medchain::cli
