#include "rules/apply.hpp"

#include <algorithm>
#include <set>

#include "rules/about.hpp"
#include "rules/internal.hpp"

namespace medchain::rules {
namespace {

std::string text(UnixSeconds time) { return format_time(time); }

bool may_be_late(const entry::Body& body) {
  return std::holds_alternative<entry::Anchor>(body) || std::holds_alternative<entry::Erase>(body);
}

/// DESIGN 5: everything about time is judged at log time.
Status check_time(const Judgement& judgement, UnixSeconds log_time) {
  const UnixSeconds time = judgement.header.time;
  const entry::Body& body = judgement.proposal.entry.statement.body;
  if (std::holds_alternative<entry::Tick>(body)) {
    if (time <= log_time)
      return refuse(Code::entry_time,
                    "a tick must be later than log time " + text(log_time) + ", got " + text(time));
    return {};
  }
  UnixSeconds reference = log_time;
  // Admins that repair a log time which ran away are judged against the time they set.
  if (const auto* change = std::get_if<entry::PolicyChange>(&body);
      change != nullptr && change->set_time)
    reference = *change->set_time;
  const auto skew = static_cast<std::int64_t>(judgement.policy.max_skew);
  const auto delay =
      may_be_late(body) ? static_cast<std::int64_t>(judgement.policy.max_delay) : skew;
  if (time.get() > reference.get() + skew || time.get() < reference.get() - delay)
    return refuse(Code::entry_time,
                  "the entry's time " + text(time) + " is not within " + format_duration(delay) +
                      " before and " + format_duration(skew) + " after log time " + text(reference))
        .with_hint(
            "compare this machine's clock with log time; where a tick of a wrong clock has moved "
            "log time, admins set it back with 'medchain-member policy --set-time'");
  return {};
}

Status check_line(const entry::Entry& entry, const note::SignatureLine& line,
                  const note::VerifierKey& key) {
  if (!note::is_by(line, key))
    return refuse(Code::signature_superfluous,
                  "signature line of " + quote(line.name) + " is by an unknown key");
  return note::check(entry.text, line, key);
}

/// By a staff key of the author: MEMBER/s-HEX.
bool is_staff_line(const Judgement& judgement, const note::SignatureLine& line) {
  return line.name.starts_with(judgement.header.author.get() + "/");
}

}  // namespace

Result<MemberState> require_active(const View& view, const MemberName& name) {
  MC_ASSIGN(auto state, member(view, name));
  if (!state)
    return refuse(Code::member_unknown, quote(name.get()) + " is not a member of this ledger");
  if (state->status != MemberStatus::active)
    return refuse(Code::member_inactive, quote(name.get()) + " is " +
                                             std::string(entry::word_of(state->status)) +
                                             " since entry " + std::to_string(state->since.get()));
  return std::move(*state);
}

Status check_rules(const View& view) {
  MC_ASSIGN(const std::uint64_t rules, rules_number(view));
  return entry::check_rules_known(rules);
}

Result<std::vector<MemberName>> without_revoked(const View& view,
                                                const std::vector<MemberName>& names) {
  std::vector<MemberName> left;
  for (const MemberName& name : names) {
    MC_ASSIGN(const auto state, member(view, name));
    if (state && state->status != MemberStatus::revoked) left.push_back(name);
  }
  return left;
}

bool is_signed_by_person(const Judgement& judgement) {
  const auto& lines = judgement.proposal.entry.signatures;
  return std::any_of(lines.begin() + 1, lines.end(), [&](const note::SignatureLine& line) {
    return is_staff_line(judgement, line);
  });
}

Status check_person(Judgement& judgement, const std::optional<PersonTag>& person) {
  const entry::MemberKind kind = judgement.author.card.kind;
  if (kind == entry::MemberKind::patient || kind == entry::MemberKind::device) {
    if (person) return refuse(Code::entry_rule, "patients and devices name no person");
    return {};
  }
  judgement.signers.person = true;
  const std::string_view type = entry::type_of(judgement.proposal.entry.statement.body);
  if (!person)
    return refuse(Code::person_missing,
                  (type.starts_with('a') || type.starts_with('e') ? "an " : "a ") +
                      std::string(type) + " entry of an institution names the person who acts");
  const auto& demanded = judgement.policy.signed_person;
  const bool must_sign = std::any_of(demanded.begin(), demanded.end(),
                                     [&](const entry::Word& word) { return word.get() == type; });
  if (must_sign && !is_signed_by_person(judgement))
    return refuse(Code::signature_missing, "the policy demands the signature of the person for " +
                                               std::string(type) + " entries");
  return {};
}

Status check_signatures(const Judgement& judgement) {
  const entry::Entry& entry = judgement.proposal.entry;
  const Signers& needed = judgement.signers;
  std::set<std::string> signed_by;
  std::set<std::string> admins;
  bool has_person = false;
  std::vector<bool> brought(needed.brought.size(), false);
  for (std::size_t i = 0; i < entry.signatures.size(); ++i) {
    const note::SignatureLine& line = entry.signatures[i];
    bool is_brought = false;
    for (std::size_t k = 0; k < needed.brought.size(); ++k)
      if (note::is_by(line, needed.brought[k])) {
        MC_TRY(note::check(entry.text, line, needed.brought[k]));
        brought[k] = is_brought = true;
      }
    if (is_brought && i > 0) continue;

    if (needed.person && i > 0 && is_staff_line(judgement, line)) {
      if (has_person) return refuse(Code::signature_superfluous, "two persons signed, one acts");
      has_person = true;
      MC_ASSIGN(const auto staff, key(judgement.view, line.name, line.id));
      if (!staff || staff->until)
        return refuse(
            staff ? Code::signature_invalid : Code::signature_superfluous,
            "signature of " + quote(line.name) + " is by a staff key that is not in force");
      MC_TRY(check_line(entry, line, staff->key));
      continue;
    }
    auto name = MemberName::parse(line.name);
    if (!name)
      return refuse(Code::signature_superfluous,
                    "no rule calls for the signature of " + quote(line.name));
    MC_ASSIGN(const auto signer, require_active(judgement.view, *name));
    MC_ASSIGN(const auto known, key(judgement.view, line.name, line.id));
    if (!known || known->until)
      return refuse(known ? Code::signature_invalid : Code::signature_superfluous,
                    "signature of " + quote(line.name) + " is by " +
                        (known ? "a key that ended at entry " + std::to_string(known->until->get())
                               : std::string("a key that is not registered")));
    const bool is_admin = entry::has_role(signer.card, entry::Role::admin);
    const bool is_required =
        std::find(needed.required.begin(), needed.required.end(), *name) != needed.required.end();
    if (i > 0 && !is_required && !(is_admin && needed.admins > 0))
      return refuse(Code::signature_superfluous,
                    "no rule calls for the signature of " + quote(line.name));
    if (!signed_by.insert(line.name).second)
      return refuse(Code::signature_superfluous, quote(line.name) + " signed twice");
    MC_TRY(check_line(entry, line, known->key));
    if (is_admin) admins.insert(line.name);
  }
  for (const MemberName& name : needed.required)
    if (!signed_by.contains(name.get()))
      return refuse(Code::signature_missing,
                    "the signature of " + quote(name.get()) + " is missing");
  for (const bool there : brought)
    if (!there) return refuse(Code::signature_missing, "the signature of the new key is missing");
  if (admins.size() < needed.admins)
    return refuse(Code::quorum_missing, "signed by " + std::to_string(admins.size()) + " of the " +
                                            std::to_string(needed.admins) +
                                            " admins that the policy demands");
  return {};
}

Result<std::vector<Change>> apply(const View& view, const Proposal& proposal) {
  const entry::Statement& statement_now = proposal.entry.statement;
  const entry::Header& header = statement_now.header;
  if (!proposal.rows.empty() && !std::holds_alternative<entry::Anchor>(statement_now.body))
    return refuse(Code::entry_rule, "only anchor entries have a manifest");
  if (const auto* body = std::get_if<entry::Genesis>(&statement_now.body)) {
    if (proposal.index.get() != 0) return refuse(Code::entry_rule, "genesis can only be entry 0");
    return apply_genesis(proposal, *body);
  }
  if (proposal.index.get() == 0) return refuse(Code::entry_rule, "entry 0 must be genesis");

  MC_ASSIGN(const std::string ledger, origin(view));
  MC_ASSIGN(const GenesisHash ledger_genesis, genesis(view));
  if (header.ledger != ledger || *header.genesis != ledger_genesis)
    return refuse(Code::entry_foreign, "the entry belongs to ledger " + quote(header.ledger) +
                                           " with genesis " + to_text(*header.genesis) +
                                           ", this is " + quote(ledger) + " with " +
                                           to_text(ledger_genesis));
  MC_TRY(check_rules(view));
  MC_ASSIGN(const auto earlier, statement(view, header.author, header.id));
  if (earlier) {
    const bool same = EntryHash(entry::statement_hash(proposal.entry.text)) == earlier->statement;
    return refuse(Code::entry_id_used,
                  "the id " + to_text(header.id) + " of " + quote(header.author.get()) + " is " +
                      (same ? "this statement's, appended" : "another statement's") + " at entry " +
                      std::to_string(earlier->index.get()));
  }
  MC_ASSIGN(MemberState author, require_active(view, header.author));
  MC_ASSIGN(entry::Policy policy_now, policy(view));
  Judgement judgement{view, proposal, header, std::move(author), std::move(policy_now), {}, {}};
  MC_ASSIGN(const UnixSeconds time, log_time(view));
  MC_TRY(check_time(judgement, time));
  // Each kind's rule is one judge(); std::visit has no default, a new kind does not compile without
  // its own.
  MC_TRY(std::visit(
      [&](const auto& body) -> Status {
        if constexpr (std::is_same_v<std::decay_t<decltype(body)>, entry::Genesis>)
          return refuse(Code::entry_rule, "genesis can only be entry 0");
        else
          return judge(judgement, body);
      },
      statement_now.body));
  MC_TRY(check_signatures(judgement));
  judgement.set_state(
      key_of_statement(header.author, header.id),
      StatementAt{proposal.index, EntryHash(entry::statement_hash(proposal.entry.text))});
  for (const std::string& key : keys_about(statement_now.body))
    judgement.set(key + "/" + std::to_string(proposal.index.get()), "");
  return std::move(judgement.changes);
}

Result<UnixSeconds> judged_at(const View& view, UnixSeconds clock) {
  MC_ASSIGN(const UnixSeconds now, log_time(view));
  return clock.get() > now.get() + tick_after ? clock : now;
}

}  // namespace medchain::rules
