// attest and acknowledge: a member says that what was due is done.
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/act_session.hpp"
#include "cli/entry_operand.hpp"
#include "cli/grant_emergency.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {
namespace {

/// What an erasure is attested of: a grant (also by one of its releases) or a notice.
struct Erased {
  EntryHash about;
  std::string what;
};

/// Nothing if there is no such entry of this kind.
Result<std::optional<EntryHash>> find_of_kind(const ledger::Snapshot& view, std::string_view kind,
                                              std::string_view text) {
  auto found = find_entry(view, kind, text);
  if (found) return std::optional(*found);
  if (found.error().code == Code::entry_missing) return std::optional<EntryHash>();
  return std::move(found).error();
}

Result<Erased> find_erased(const ledger::Snapshot& view, std::string_view text) {
  const auto of_grant = [&](const EntryHash& hash) -> Result<Erased> {
    MC_ASSIGN(const auto state, rules::grant(view, hash));
    if (!state) return fail(Code::store_damaged, "the grant of a release is gone");
    return Erased{hash, "the grant of " + index_range(state->index, state->index)};
  };
  MC_ASSIGN(const auto grant, find_of_kind(view, "grant", text));
  if (grant) return of_grant(*grant);
  MC_ASSIGN(const auto release, find_of_kind(view, "release", text));
  if (release) {
    MC_ASSIGN(const auto state, rules::release(view, *release));
    if (state && state->grant) return of_grant(*state->grant);
    return fail(Code::entry_state, "the release is for an emergency, which sets no time to erase");
  }
  MC_ASSIGN(const auto notice, find_of_kind(view, "notice", text));
  if (!notice)
    return fail(Code::entry_missing,
                "there is no grant, release or notice " + quote(text) + " on this ledger")
        .with_hint("'medchain-grant list' and 'medchain inbox' show them");
  MC_ASSIGN(const auto state, rules::notice(view, *notice));
  if (!state) return fail(Code::store_damaged, "a notice is gone");
  return Erased{*notice, "the notice of " + index_range(state->index, state->index)};
}

}  // namespace

Result<int> grant_attest(Session& session) {
  MC_ASSIGN(const auto act, ActSession::begin(session));
  entry::Attest body;
  body.to = entry::AttestTo::erasure;
  MC_ASSIGN(body.person, act->person());
  Draft draft;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(auto erased, find_erased(view, session.operands().front()));
    body.about = erased.about;
    draft.what = "attested the erasure for " + erased.what;
    return {};
  }));
  if (const auto document = session.setting("document")) {
    MC_ASSIGN(body.document, act->commit_document(*document));
  }
  draft.body = std::move(body);
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  return act->finish(std::move(drafts));
}

Result<int> grant_acknowledge(Session& session) {
  MC_ASSIGN(const auto act, ActSession::begin(session));
  entry::Attest body;
  body.to = entry::AttestTo::acknowledgement;
  MC_ASSIGN(body.person, act->person());
  std::vector<Draft> drafts;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    for (const std::string& text : session.operands()) {
      MC_ASSIGN(body.about, find_entry(view, "notice", text));
      MC_ASSIGN(const auto state, rules::notice(view, *body.about));
      if (!state) return fail(Code::store_damaged, "a notice is gone");
      Draft draft;
      draft.body = body;
      draft.what = "acknowledged the notice of " + index_range(state->index, state->index);
      drafts.push_back(std::move(draft));
    }
    return {};
  }));
  return act->finish(std::move(drafts));
}

std::vector<Option> attest_options() {
  return {{"document", 0, ValueKind::file, "FILE", "what proves it; its commitment is kept"}};
}

}  // namespace medchain::cli
