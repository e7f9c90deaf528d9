#include "cli/member_acts.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "cli/emitted.hpp"
#include "cli/key_maker.hpp"
#include "cli/policy_file.hpp"
#include "cli/prescription_policy.hpp"
#include "cli/stream_lines.hpp"
#include "cli/workspace.hpp"
#include "rules/apply.hpp"

namespace medchain::cli {
namespace {

using entry::Member;
using entry::MemberAct;

struct Act {
  std::unique_ptr<ledger::Ledger> ledger;
  KeyDirectory keys;
  entry::Header header;
};

/// Ledger, key and header of an act.  The ledger is opened for writing only if this run appends.
Result<Act> begin(Session& session) {
  Act act;
  MC_ASSIGN(act.keys, open_keys(session));
  ledger::OpenOptions options;
  options.read_only = session.has("emit");
  options.random_access = true;
  MC_ASSIGN(act.ledger, open_ledger(session, options));
  MC_ASSIGN(const StatementId id, statement_id(session));
  MC_TRY(act.ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(act.header, ledger::new_header(view, act.keys.card.name, id, session.now()));
    return {};
  }));
  return act;
}

/// Signs and appends (or emits) one statement.
Result<int> finish(Session& session, Act& act, entry::Body body, const std::string& what,
                   const std::vector<entry::SignAs>& others = {}) {
  std::vector<entry::SignAs> signers = {act.keys.as_author()};
  signers.insert(signers.end(), others.begin(), others.end());
  MC_ASSIGN(auto entry, entry::sign_statement({act.header, std::move(body)}, signers));
  auto status = append_entry(session, *act.ledger, {std::move(entry), {}}, what);
  if (!status && status.error().code == Code::quorum_missing)
    return std::move(status).error().with_hint(
        "use --emit, have other admins run 'medchain-member endorse' on the line");
  if (!status) return std::move(status).error();
  return 0;
}

Result<entry::Card> card_operand(const Session& session) {
  const std::string& path = session.operands().front();
  MC_ASSIGN(const std::string text, read_file(path, 65'536, Code::key_missing));
  auto card = entry::parse_card(text);
  if (!card) return std::move(card).error().context(quote(path));
  return card;
}

Result<MemberName> name_operand(const Session& session, std::size_t i) {
  auto name = MemberName::parse(session.operands()[i]);
  if (!name)
    return fail(Code::usage,
                "member " + quote(session.operands()[i]) + ": " + name.error().message);
  return name;
}

Result<int> change_status(Session& session, MemberAct which, const std::string& done) {
  MC_ASSIGN(Act act, begin(session));
  Member body;
  body.act = which;
  MC_ASSIGN(body.member, name_operand(session, 0));
  if (const auto reason = session.setting("reason")) {
    auto word = entry::Word::parse(*reason);
    if (!word) return fail(Code::usage, "option '--reason': " + word.error().message);
    body.reason = *word;
  }
  const std::string what = done + " '" + body.member.get() + "'";
  return finish(session, act, std::move(body), what);
}

Result<int> change_staff(Session& session, MemberAct which, const std::string& done) {
  MC_ASSIGN(Act act, begin(session));
  Member body;
  body.act = which;
  body.member = act.keys.card.name;
  std::string text = session.operands().front();
  if (file_exists(text)) {
    MC_ASSIGN(text, read_file(text, 4'096, Code::key_missing));
    while (!text.empty() && text.back() == '\n') text.pop_back();
  }
  auto key = note::parse_vkey(text);
  if (!key) return fail(Code::usage, "staff key: " + key.error().message);
  body.staff = *key;
  return finish(session, act, std::move(body), done + " staff key " + quote(key->name));
}

/// One entry on standard input.  The lines of its package are passed on with --emit.
Result<ledger::Prepared> read_act(Session& session) {
  MC_ASSIGN(StreamLines lines, StreamLines::open(session));
  std::optional<ledger::Prepared> act;
  for (;;) {
    MC_ASSIGN(const auto line, lines.next([] { return Status(); }));
    if (!line) break;
    MC_ASSIGN(const json::Object object, json::parse_object(*line));
    MC_ASSIGN(const std::string type, stream_type(object));
    if (act)
      return fail(Code::input_invalid, "expected one entry on standard input, got several lines");
    if (type == "package") {
      MC_TRY(parse_chunk(object));
      if (!session.has("emit"))
        return fail(Code::usage, "the entry comes with a package, which only '--emit' passes on")
            .with_hint("medchain-member endorse --emit | medchain-sync apply");
      MC_TRY(session.out().line(object));
    } else {
      MC_ASSIGN(act, parse_emitted(object));
    }
  }
  if (!act && lines.number() == 1)
    return fail(Code::input_truncated, "standard input is empty, expected an entry");
  if (!act) return fail(Code::input_truncated, "there is no entry on standard input");
  return std::move(*act);
}

}  // namespace

Result<int> member_add(Session& session) {
  MC_ASSIGN(const entry::Card card, card_operand(session));
  MC_ASSIGN(Act act, begin(session));
  Member body;
  body.act = MemberAct::add;
  body.member = card.name;
  body.card = card;
  return finish(session, act, std::move(body), "admitted '" + card.name.get() + "'");
}

Result<int> member_update(Session& session) {
  Member body;
  body.act = MemberAct::update;
  if (file_exists(session.operands().front())) {
    MC_ASSIGN(body.card, card_operand(session));
    body.member = body.card->name;
    MC_ASSIGN(Act with_card, begin(session));
    return finish(session, with_card, body, "changed '" + body.member.get() + "'");
  }
  MC_ASSIGN(const MemberName name, name_operand(session, 0));
  MC_ASSIGN(Act act, begin(session));
  body.member = name;
  MC_TRY(act.ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(auto state, rules::member(view, name));
    if (!state)
      return fail(Code::member_unknown, quote(name.get()) + " is not a member of this ledger");
    MC_ASSIGN(body.card, changed_card(session, std::move(state->card)));
    return {};
  }));
  return finish(session, act, std::move(body), "changed '" + name.get() + "'");
}

Result<int> member_rotate(Session& session) {
  MC_ASSIGN(const std::string directory, session.required("new-key"));
  MC_ASSIGN(const KeyDirectory fresh, open_keys_at(session, directory));
  MC_ASSIGN(Act act, begin(session));
  if (fresh.card.name != act.keys.card.name)
    return fail(Code::usage, "the new keys are of " + quote(fresh.card.name.get()) + ", not of " +
                                 quote(act.keys.card.name.get()));
  Member body;
  body.act = MemberAct::rotate;
  body.member = act.keys.card.name;
  // What admins granted stays; only keys are taken from the new card.
  MC_TRY(act.ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto state, rules::member(view, body.member));
    if (!state)
      return fail(Code::member_unknown,
                  quote(body.member.get()) + " is not a member of this ledger");
    body.card = state->card;
    return {};
  }));
  body.card->sign = fresh.card.sign;
  body.card->seal = fresh.card.seal;
  if (fresh.card.witness) body.card->witness = fresh.card.witness;
  std::vector<entry::SignAs> others;
  if (fresh.card.sign != act.keys.card.sign) others.push_back(fresh.as_author());
  const std::string what =
      "rotated the keys of '" + body.member.get() + "'; use " + quote(directory) + " from now on";
  return finish(session, act, std::move(body), what, others);
}

Result<int> member_suspend(Session& session) {
  return change_status(session, MemberAct::suspend, "suspended");
}
Result<int> member_resume(Session& session) {
  return change_status(session, MemberAct::resume, "resumed");
}
Result<int> member_revoke(Session& session) {
  return change_status(session, MemberAct::revoke, "revoked");
}
Result<int> member_staff_add(Session& session) {
  return change_staff(session, MemberAct::staff_add, "registered");
}
Result<int> member_staff_revoke(Session& session) {
  return change_staff(session, MemberAct::staff_revoke, "ended");
}

Result<int> member_policy(Session& session) {
  MC_ASSIGN(Act act, begin(session));
  entry::PolicyChange body;
  MC_TRY(act.ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(body.policy, rules::policy(view));
    MC_ASSIGN(body.rules, rules::rules_number(view));
    return {};
  }));
  const entry::Policy before = body.policy;
  MC_ASSIGN(body.policy, read_policy_file(session.operands().front(), before));
  tell_preset(session, body.policy, before);
  MC_ASSIGN(body.set_time, session.time("set-time"));
  return finish(session, act, std::move(body), "changed the policy");
}

Result<int> member_group(Session& session) {
  entry::Group body;
  auto which = entry::parse_word<entry::GroupAct>(session.operands()[0]);
  if (!which) return fail(Code::usage, which.error().message);
  body.act = *which;
  MC_ASSIGN(body.group, name_operand(session, 1));
  for (std::size_t i = 2; i < session.operands().size(); ++i) {
    MC_ASSIGN(auto name, name_operand(session, i));
    body.members.push_back(std::move(name));
  }
  std::sort(body.members.begin(), body.members.end());
  MC_ASSIGN(Act act, begin(session));
  const std::string what = session.operands()[0] + " of group '" + body.group.get() + "'";
  return finish(session, act, std::move(body), what);
}

Result<int> member_endorse(Session& session) {
  MC_ASSIGN(ledger::Prepared prepared, read_act(session));
  MC_ASSIGN(Act act, begin(session));
  const entry::Header& header = prepared.entry.statement.header;
  if (header.ledger != act.header.ledger || header.genesis != act.header.genesis)
    return fail(Code::entry_foreign, "the entry belongs to ledger " + quote(header.ledger));
  MC_ASSIGN(prepared.entry, entry::add_signature(prepared.entry, act.keys.as_author()));
  const std::string kind(entry::type_of(prepared.entry.statement.body));
  session.tell("endorsed the " + kind + " entry of '" + header.author.get() + "' as '" +
               act.keys.card.name.get() + "'");
  auto status = append_entry(session, *act.ledger, prepared,
                             kind + " entry of '" + header.author.get() + "'");
  if (!status && status.error().code == Code::quorum_missing)
    return std::move(status).error().with_hint("pass it on with --emit to the next admin");
  if (!status) return std::move(status).error();
  return 0;
}

}  // namespace medchain::cli
