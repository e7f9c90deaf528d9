#include "cli/grant_acts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cli/entry_operand.hpp"
#include "cli/scope_options.hpp"
#include "cli/text_input.hpp"
#include "rules/index_values.hpp"

namespace medchain::cli {
namespace {

constexpr std::int64_t default_expiry = 30 * 86'400;

/// The purposes typed, or that of the profile.
Status default_purpose(const Session& session, std::vector<entry::Word>& purposes) {
  if (!purposes.empty()) return {};
  const auto purpose = session.setting("purpose");
  if (!purpose) return {};
  MC_ASSIGN(auto word, word_option("purpose", *purpose));
  purposes.push_back(std::move(word));
  return {};
}

Result<entry::Word> reason_of(const Session& session, std::string_view otherwise) {
  return word_option("reason", session.setting("reason").value_or(std::string(otherwise)));
}

/// Members that must know that the grant has ended: those it names and those that received by it,
/// but not who ends it.
Result<std::vector<MemberName>> holders_of(ActSession& act, const EntryHash& hash,
                                           const rules::GrantState& state) {
  std::vector<MemberName> holders = state.body.scope.actors.members;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    return rules::for_each_receiver(view, hash,
                                    [&](const MemberName& member, EntryIndex) -> Status {
                                      holders.push_back(member);
                                      return {};
                                    });
  }));
  if (state.author != act.member()) holders.push_back(state.author);
  sort_unique(holders);
  std::erase(holders, act.member());
  if (holders.size() > 64) holders.resize(64);
  return holders;
}

Result<int> change_grant(Session& session, entry::RevokeAct which, std::string_view done,
                         std::optional<entry::NoticeOf> notice) {
  MC_ASSIGN(const auto act, ActSession::begin(session));
  entry::Revoke body;
  std::optional<rules::GrantState> state;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(auto found, find_grant(view, session.operands().front()));
    body.grant = found.first;
    state.emplace(std::move(found.second));
    return {};
  }));
  body.act = which;
  MC_ASSIGN(body.person, act->person());
  MC_ASSIGN(body.reason, reason_of(session, "unspecified"));
  MC_ASSIGN(const auto holders, holders_of(*act, body.grant, *state));
  std::vector<Draft> drafts(1);
  drafts[0].what = std::string(done) + " the grant of " + index_range(state->index, state->index);
  drafts[0].body = body;
  // Who takes its own receiving back has nobody to tell but who gave it, and may not: the entry
  // itself says it.
  const bool may_tell = act->member() == state->author || act->member() == state->body.custodian;
  if (notice && may_tell && !holders.empty() && state->body.provision == entry::Provision::permit) {
    entry::Notice told;
    told.of = *notice;
    told.about = body.grant;
    told.person = body.person;
    told.to = holders;
    drafts.emplace_back();
    drafts.back().body = told;
    drafts.back().what = "told " + counted(holders.size(), "member");
  }
  return act->finish(std::move(drafts));
}

}  // namespace

Result<int> grant_request(Session& session) {
  MC_ASSIGN(const std::string from, session.required("from"));
  entry::Request body;
  MC_ASSIGN(body.custodian, member_option("from", from));
  MC_ASSIGN(const auto receipts, read_receipts(session, false));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  MC_ASSIGN(const TypedScope typed, read_scope(*act, receipts));
  MC_ASSIGN(body.person, act->person());
  entry::Terms terms;
  apply_typed(typed, body.scope);
  apply_typed(typed, terms);
  terms.conditions.records = typed.record_names;
  entry::Actors& actors = body.scope.actors;
  if (actors.members.empty() && actors.groups.empty() && actors.roles.empty())
    actors.members = {act->member()};
  MC_TRY(default_purpose(session, body.scope.purposes));
  if (body.scope.purposes.empty())
    return fail(Code::usage, "option '--purpose' is needed").with_hint("give '--purpose=CODE'");
  if (!body.scope.until)
    return fail(Code::usage, "option '--until' is needed").with_hint("give '--until=90d'");
  MC_ASSIGN(const auto expires, session.time("expires"));
  body.expires = expires.value_or(
      std::min(*body.scope.until, UnixSeconds(session.now().get() + default_expiry)));
  Draft draft;
  draft.what = "asked " + quote(body.custodian.get());
  draft.must_read = {body.custodian};
  // They can answer, and must know what is asked.
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(draft.may_read, rules::owners_of_all(view, body.custodian, body.scope.subjects));
    return {};
  }));
  draft.body = std::move(body);
  if (terms != entry::Terms{}) draft.terms = std::move(terms);
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  return act->finish(std::move(drafts));
}

Result<int> grant_deny(Session& session) {
  MC_ASSIGN(const std::string reason, session.required("reason"));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  entry::Answer body;
  MC_ASSIGN(body.reason, word_option("reason", reason));
  MC_ASSIGN(body.person, act->person());
  Draft draft;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto found, find_request(view, session.operands().front()));
    body.request = found.first;
    draft.must_read = {found.second.author};
    draft.what = "denied the request of " + index_range(found.second.index, found.second.index);
    return {};
  }));
  MC_ASSIGN(const auto text, read_text_option(session, "text-file"));
  if (text) {
    act->note_input(*text);
    draft.terms.emplace().text = text;
  }
  draft.body = std::move(body);
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  return act->finish(std::move(drafts));
}

Result<int> grant_revoke(Session& session) {
  return change_grant(session, entry::RevokeAct::revoke, "revoked", entry::NoticeOf::revocation);
}
Result<int> grant_suspend(Session& session) {
  return change_grant(session, entry::RevokeAct::suspend, "suspended", entry::NoticeOf::suspension);
}
Result<int> grant_resume(Session& session) {
  return change_grant(session, entry::RevokeAct::resume, "resumed", std::nullopt);
}

Result<int> grant_assess(Session& session) {
  MC_ASSIGN(const auto act, ActSession::begin(session));
  entry::Attest body;
  body.to = entry::AttestTo::assessment;
  MC_ASSIGN(body.person, act->person());
  MC_ASSIGN(body.document, act->commit_document(session.operands().front()));
  Draft draft;
  draft.body = std::move(body);
  draft.what = "recorded an impact assessment";
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  return act->finish(std::move(drafts));
}

}  // namespace medchain::cli
