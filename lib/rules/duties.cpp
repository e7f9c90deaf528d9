// notice and attest: who must know, and who says that the due is done (DESIGN 5, 9).
#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "rules/scope_internal.hpp"

namespace medchain::rules {
namespace {

using entry::AttestTo;
using entry::NoticeOf;

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

/// Fails if the author may not tell of it: it was neither its act nor about its records.
Status check_teller(const Judgement& judgement, const entry::Notice& body) {
  const View& view = judgement.view;
  const MemberName& author = judgement.header.author;
  const auto unknown = [&](std::string_view what) {
    return refuse(Code::entry_missing,
                  to_text(body.about) + " is not " + std::string(what) + " on this ledger");
  };
  const auto one_of = [&](const MemberName& a, const MemberName& b) -> Status {
    if (author == a || author == b) return {};
    return refuse(Code::not_permitted, quote(author.get()) + " had no part in that");
  };
  switch (body.of) {
    case NoticeOf::erasure: {
      MC_ASSIGN(const auto state, erasure(view, body.about));
      if (!state) return unknown("an erase entry");
      return one_of(state->author, state->custodian);
    }
    case NoticeOf::revocation:
    case NoticeOf::suspension: {
      MC_ASSIGN(const auto state, grant(view, body.about));
      if (!state) return unknown("a grant");
      const GrantStatus expected =
          body.of == NoticeOf::revocation ? GrantStatus::revoked : GrantStatus::suspended;
      if (state->status != expected)
        return refuse(Code::entry_state,
                      "the grant is " + std::string(entry::word_of(state->status)));
      // Whose data it is may withdraw, and tell of it.
      MC_ASSIGN(const UnixSeconds now, log_time(view));
      for (const SubjectTag& subject : state->body.scope.subjects) {
        MC_ASSIGN(const auto acts, acts_for(view, state->body.custodian, subject, author, now));
        if (acts) return {};
      }
      return one_of(state->author, state->body.custodian);
    }
    case NoticeOf::emergency: {
      MC_ASSIGN(const auto state, emergency(view, body.about));
      if (!state) return unknown("an emergency");
      return one_of(state->author, state->body.custodian);
    }
    case NoticeOf::recall:
    case NoticeOf::breach:
      break;
  }
  MC_ASSIGN(const auto state, release(view, body.about));
  if (!state) return unknown("a release");
  return one_of(state->author, state->to);
}

Result<NoticeState> notice_to(const View& view, const EntryHash& hash, const MemberName& member) {
  MC_ASSIGN(auto state, notice(view, hash));
  if (!state) return refuse(Code::entry_missing, to_text(hash) + " is not a notice on this ledger");
  const auto& to = state->body.to;
  if (!std::binary_search(to.begin(), to.end(), member))
    return refuse(Code::not_permitted, "the notice is not to " + quote(member.get()));
  return std::move(*state);
}

/// False if it is there.
bool insert(std::vector<MemberName>& ascending, const MemberName& name) {
  const auto at = std::lower_bound(ascending.begin(), ascending.end(), name);
  if (at != ascending.end() && *at == name) return false;
  ascending.insert(at, name);
  return true;
}

Status acknowledge(Judgement& judgement, const EntryHash& hash) {
  const MemberName& author = judgement.header.author;
  MC_ASSIGN(auto state, notice_to(judgement.view, hash, author));
  if (!insert(state.acknowledged, author))
    return refuse(Code::entry_state, quote(author.get()) + " has acknowledged this notice");
  judgement.set_state(key_of_notice(hash), state);
  return {};
}

/// Who has erased has read the notice; who has read it need not have erased yet.
Status attest_erasure_told(Judgement& judgement, const EntryHash& hash) {
  const MemberName& author = judgement.header.author;
  MC_ASSIGN(auto state, notice_to(judgement.view, hash, author));
  if (state.body.of != NoticeOf::erasure && state.body.of != NoticeOf::revocation &&
      state.body.of != NoticeOf::recall)
    return refuse(Code::entry_state, "the notice calls for no erasure");
  if (!insert(state.erased, author))
    return refuse(Code::entry_state, quote(author.get()) + " attested that for this notice");
  insert(state.acknowledged, author);
  judgement.set_state(key_of_notice(hash), state);
  return {};
}

/// The author says that it has erased what it got by a grant, or what a notice is about.
Status attest_erasure(Judgement& judgement, const EntryHash& hash) {
  const MemberName& author = judgement.header.author;
  MC_ASSIGN(const auto granted, grant(judgement.view, hash));
  if (!granted) {
    MC_ASSIGN(const auto told, judgement.view.get(key_of_notice(hash)));
    if (!told)
      return refuse(Code::entry_missing,
                    to_text(hash) + " is neither a grant nor a notice on this ledger");
    return attest_erasure_told(judgement, hash);
  }
  MC_ASSIGN(const auto received, judgement.view.get(key_of_received(hash, author)));
  if (!received)
    return refuse(Code::not_permitted, quote(author.get()) + " got nothing by this grant");
  MC_ASSIGN(const auto before, judgement.view.get(key_of_attested(hash, author)));
  if (before)
    return refuse(Code::entry_state, quote(author.get()) + " attested that at entry " + *before);
  judgement.set(key_of_attested(hash, author), std::to_string(judgement.index().get()));
  return {};
}

}  // namespace

Status judge(Judgement& judgement, const entry::Notice& body) {
  MC_TRY(check_person(judgement, body.person));
  MC_TRY(check_teller(judgement, body));
  MC_TRY(check_members(judgement.view, "to", body.to, judgement.header.author));
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  if (body.due && *body.due <= now)
    return broken("'due': expected after log time " + format_time(now) + ", got " +
                  format_time(*body.due));
  judgement.set_state(key_of_notice(own_hash(judgement)),
                      NoticeState{judgement.index(), judgement.header.author, body, {}, {}});
  return {};
}

Status judge(Judgement& judgement, const entry::Attest& body) {
  MC_TRY(check_person(judgement, body.person));
  const bool is_assessment = body.to == AttestTo::assessment;
  if (is_assessment == body.about.has_value())
    return broken(is_assessment ? "an assessment is about no entry" : "'about' is missing");
  switch (body.to) {
    case AttestTo::acknowledgement:
      return acknowledge(judgement, *body.about);
    case AttestTo::erasure:
      return attest_erasure(judgement, *body.about);
    case AttestTo::assessment:
      break;
  }
  if (!body.document) return broken("an assessment commits to its document");
  judgement.set(key_of_assessment(own_hash(judgement)), std::to_string(judgement.index().get()));
  return {};
}

}  // namespace medchain::rules
