// denied: what was refused, and what a refused statement that is shown proves of it (DESIGN 5).
#include <algorithm>

#include "base/encoding.hpp"
#include "rules/prescription_state.hpp"
#include "rules/scope_internal.hpp"

namespace medchain::rules {
namespace {

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

/// Refusals that say nothing of the act.  Whoever holds a good statement can bring them about: by
/// showing it again, late, elsewhere, or with lines added or taken away.
constexpr Code beside_the_act[] = {Code::entry_foreign,     Code::entry_time,
                                   Code::entry_id_used,     Code::signature_missing,
                                   Code::signature_invalid, Code::signature_superfluous,
                                   Code::quorum_missing,    Code::rules_newer};
/// The judge failed, nothing was refused.
constexpr Code no_verdict[] = {Code::store_damaged, Code::storage_failed, Code::internal};

bool lists(std::span<const Code> codes, Code code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// An act that was at stake.
Status check_object(const View& view, const EntryHash& hash) {
  for (const std::string& key :
       {key_of_grant(hash), key_of_request(hash), key_of_release(hash), key_of_emergency(hash),
        key_of_case(hash), key_of_referral(hash), key_of_prescription(hash)}) {
    MC_ASSIGN(const auto found, view.get(key));
    if (found) return {};
  }
  return refuse(Code::entry_missing, to_text(hash) +
                                         " is no grant, request, release, emergency, case, "
                                         "referral or prescription on this ledger");
}

/// Signed by the actor, with a key in force, and by nobody else: lines of others prove nothing of
/// it.
Status check_signed(const View& view, const entry::Entry& refused, const MemberName& actor) {
  if (refused.statement.header.author != actor)
    return broken("'refused': a statement of " + quote(refused.statement.header.author.get()) +
                  ", expected " + quote(actor.get()));
  for (const note::SignatureLine& line : refused.signatures)
    if (line.name != actor.get() && !line.name.starts_with(actor.get() + "/"))
      return broken("'refused': the signature of " + quote(line.name) +
                    " proves nothing of the actor");
  const note::SignatureLine& line = refused.signatures.front();
  MC_ASSIGN(const auto signer, key(view, line.name, line.id));
  if (!signer || signer->until)
    return refuse(Code::signature_invalid, "'refused': it is not by a key of the actor in force");
  auto verified = note::check(refused.text, line, signer->key);
  if (!verified) return std::move(verified).error().context("'refused'");
  return {};
}

/// What the entry says of the refused statement is what that says.
Status check_told(const entry::Denied& body, const entry::Entry& refused) {
  const auto asker = [](const auto& of) -> std::optional<PersonTag> {
    if constexpr (requires { of.person; }) return of.person;
    return std::nullopt;
  };
  const auto is_for = [&](const auto& of) {
    if constexpr (requires { of.purpose; }) return of.purpose == *body.purpose;
    if constexpr (requires { of.scope.purposes; })
      return std::binary_search(of.scope.purposes.begin(), of.scope.purposes.end(), *body.purpose);
    return false;
  };
  const entry::Body& said = refused.statement.body;
  if (body.asker && std::visit(asker, said) != body.asker)
    return broken("'asker' is not the person of the refused statement");
  if (body.object && refused.text.find(to_text(*body.object)) == std::string::npos)
    return broken("'object' is not what the refused statement is about");
  if (body.purpose && !std::visit(is_for, said))
    return broken("'purpose' is not that of the refused statement");
  return {};
}

/// The refused statement is the actor's, and at this index the rules do refuse it, for that reason.
Status check_refused(const Judgement& judgement, const entry::Denied& body) {
  auto parsed = entry::parse_entry(*body.refused);
  if (!parsed) return std::move(parsed).error().context("'refused'");
  const entry::Entry& refused = *parsed;
  const std::string_view type = entry::type_of(refused.statement.body);
  // Denied: no nesting.  Anchor: its rows are not here.  Genesis: there is one.
  if (type == entry::Denied::type || type == entry::Anchor::type || type == entry::Genesis::type)
    return broken("'refused': a statement of type " + quote(type) + " proves nothing here");
  MC_TRY(check_signed(judgement.view, refused, body.actor));
  MC_TRY(check_told(body, refused));
  auto verdict = apply(judgement.view, {judgement.index(), refused, {}});
  if (verdict) return broken("'refused': the rules do not refuse this statement");
  const Code code = verdict.error().code;
  if (lists(no_verdict, code)) return std::move(verdict).error().context("'refused'");
  const std::string_view reason = info(code).id;
  if (lists(beside_the_act, code))
    return broken("'refused': that it is refused with " + quote(reason) +
                  " proves nothing of the act");
  if (reason != body.rule.get())
    return broken("'refused': the rules refuse this statement with " + quote(reason) + ", not " +
                  quote(body.rule.get()));
  return {};
}

}  // namespace

Status judge(Judgement& judgement, const entry::Denied& body) {
  MC_TRY(check_person(judgement, body.person));
  MC_ASSIGN(const auto actor, member(judgement.view, body.actor));
  if (!actor)
    return refuse(Code::member_unknown,
                  quote(body.actor.get()) + " is not a member of this ledger");
  if (body.object) MC_TRY(check_object(judgement.view, *body.object));
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  const std::string key =
      key_of_denied(judgement.header.author, body.actor, body.rule, body.object, now);
  MC_ASSIGN(const auto earlier, judgement.view.get(key));
  if (earlier)
    return refuse(Code::entry_state, "this refusal is recorded for the hour, at entry " + *earlier);
  if (body.refused) MC_TRY(check_refused(judgement, body));
  judgement.set(key, std::to_string(judgement.index().get()));
  return {};
}

}  // namespace medchain::rules
