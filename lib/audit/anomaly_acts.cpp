// Anomalies of single acts: what rests on little, came too late, or was tried.
#include <algorithm>
#include <set>

#include "audit/anomalies_internal.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "rules/index_values.hpp"
#include "rules/prescription_state.hpp"
#include "rules/referral_state.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::audit {
namespace {

constexpr std::string_view ended[] = {"grant.revoked", "grant.expired", "grant.suspended",
                                      "referral.over", "emergency.over"};
constexpr std::string_view baseless[] = {
    "access.denied",  "grant.actor",     "grant.person",       "grant.purpose", "grant.scope",
    "grant.onward",   "grant.owner",     "grant.not_yet",      "grant.used_up", "grant.too_often",
    "record.foreign", "consent.missing", "emergency.forbidden"};

bool lists(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Said before entry `index`.
Result<bool> is_linked(const ledger::Snapshot& view, const MemberName& a, const SubjectTag& subject,
                       const MemberName& b, EntryIndex index) {
  MC_ASSIGN(const auto others, rules::same_subjects(view, a, subject, b));
  for (const SubjectTag& other : others) {
    MC_ASSIGN(const auto said, rules::index_at(view, rules::key_of_same(a, subject, b, other)));
    if (said && *said < index) return true;
  }
  return false;
}

Result<bool> is_referred(const ledger::Snapshot& view, const MemberName& from,
                         const SubjectTag& subject, const MemberName& to, EntryIndex index) {
  bool found = false;
  const std::string prefix = "like/" + from.get() + "/" + to_hex(subject.view()) + "/";
  const std::string middle = "/" + to.get() + "/";
  MC_TRY(view.scan(prefix, [&](std::string_view key, std::string_view) -> Status {
    if (found || key.find(middle, prefix.size()) == std::string_view::npos) return {};
    EntryHash hash;
    if (!parse_hex(key.substr(key.rfind('/') + 1), hash.bytes))
      return fail(Code::store_damaged, "state: a key of referrals that are alike is damaged");
    MC_ASSIGN(const auto state, rules::referral(view, hash));
    found = state && state->index < index;
    return {};
  }));
  return found;
}

/// Whether the ledger says what the receiver has to do with the subject.
Result<bool> is_related(const ledger::Snapshot& view, const MemberName& custodian,
                        const SubjectTag& subject, const MemberName& to, EntryIndex index) {
  MC_ASSIGN(const auto owners, rules::owners(view, custodian, subject));
  if (owners && std::binary_search(owners->owners.begin(), owners->owners.end(), to)) return true;
  MC_ASSIGN(const bool linked, is_linked(view, custodian, subject, to, index));
  if (linked) return true;
  return is_referred(view, custodian, subject, to, index);
}

Result<std::set<SubjectTag>> subjects_of(const ledger::Snapshot& view,
                                         const std::vector<entry::RecordSet>& sets) {
  std::set<SubjectTag> subjects;
  for (const entry::RecordSet& set : sets)
    MC_TRY(view.placed_rows(set.entry, set.rows,
                            [&](std::uint32_t, const rules::PlacedRow& placed) -> Status {
                              subjects.insert(placed.row.subject);
                              return {};
                            }));
  return subjects;
}

/// Where records of a release had been erased before entry `index`.
Result<std::vector<EntryIndex>> erased_before(const ledger::Snapshot& view, EntryIndex release,
                                              EntryIndex index) {
  std::set<EntryIndex> erased;
  MC_ASSIGN(const entry::Entry entry, view.entry(release));
  const auto* body = std::get_if<entry::Release>(&entry.statement.body);
  if (body == nullptr) return fail(Code::store_damaged, "a release is none");
  for (const entry::RecordSet& set : body->records)
    MC_TRY(view.placed_rows(
        set.entry, set.rows, [&](std::uint32_t, const rules::PlacedRow& placed) -> Status {
          MC_ASSIGN(const auto at, rules::erased_at(view, placed.custodian, placed.row.record,
                                                    placed.row.subject));
          if (at && *at < index) erased.insert(*at);
          return {};
        }));
  return std::vector<EntryIndex>(erased.begin(), erased.end());
}

Status check_grant_of_use(const ledger::Snapshot& view, LogTimes& times, const Event& event,
                          const rules::ReleaseState& release, const Thresholds& thresholds,
                          Findings& findings) {
  MC_ASSIGN(const auto grant, rules::grant(view, *release.grant));
  if (!grant) return fail(Code::store_damaged, "a release rests on no grant on the ledger");
  const std::string who = quote(event.author.get());
  const auto is_late = [&](UnixSeconds end) {
    return event.logged.get() - end.get() > static_cast<std::int64_t>(thresholds.use_grace);
  };
  std::vector<EntryIndex> entries = {release.index, event.index};
  const auto& until = grant->body.scope.until;
  if (grant->status == rules::GrantStatus::revoked && grant->since < event.index) {
    MC_ASSIGN(const UnixSeconds revoked, times.at(view, grant->since));
    if (is_late(revoked)) {
      entries.push_back(grant->since);
      findings.add("use.after_end", who + " opened a release after its grant was revoked",
                   std::move(entries), event.author, event.person, event.logged);
    }
  } else if (until && is_late(*until)) {
    entries.push_back(grant->index);
    findings.add("use.after_end", who + " opened a release after its grant had expired",
                 std::move(entries), event.author, event.person, event.logged);
  }
  MC_ASSIGN(const auto attested,
            rules::index_at(view, rules::key_of_attested(*release.grant, event.author)));
  if (!attested) return {};
  if (release.index < *attested && *attested < event.index)
    findings.add("use.after_attestation",
                 who + " opened a release that it had attested to be erased",
                 {release.index, *attested, event.index}, event.author, event.person, event.logged);
  return {};
}

/// A claim that was refused, and why that is worth a look; nothing for what is none.
Result<bool> check_refused_claim(const ledger::Snapshot& view, const Event& event,
                                 const entry::Denied& body, const entry::Prescription* refused,
                                 Findings& findings) {
  if (!body.object) return false;
  MC_ASSIGN(const auto state, rules::prescription(view, *body.object));
  if (!state) return false;
  const bool is_no_receipt = body.rule.get() == "entry.missing";
  const bool fits = is_no_receipt || body.rule.get() == "entry.state";
  MC_ASSIGN(const auto actor, rules::member(view, body.actor));
  // The refused statement says what it was; without it, a payer does nothing but claim.
  const bool is_claim = refused != nullptr
                            ? refused->act == entry::RxAct::claim
                            : actor && entry::has_role(actor->card, entry::Role::payer);
  if (!fits || !is_claim) return false;
  const std::string who = quote(body.actor.get());
  for (const rules::RxReceipt& receipt : state->receipts) {
    const bool is_meant =
        refused == nullptr ? !is_no_receipt : refused->receipt == receipt.ended_by;
    if (!is_meant || !receipt.claimed || *receipt.claimed >= event.index) continue;
    findings.add("claim.twice", who + " claimed what was claimed already",
                 {state->index, *receipt.claimed, event.index}, body.actor, body.asker,
                 event.logged);
    return true;
  }
  findings.add("claim.without_dispense", who + " claimed what was not dispensed",
               {state->index, event.index}, body.actor, body.asker, event.logged);
  return true;
}

std::string_view kind_of_refusal(const entry::Denied& body, const entry::Body* refused) {
  const std::string& rule = body.rule.get();
  if (rule == "prescription.quantity") return "dispense.above";
  if (refused != nullptr && std::holds_alternative<entry::Use>(*refused) &&
      (rule == "entry.missing" || rule == "access.denied"))
    return "use.without_release";
  if (rule == "record.erased") return "access.attempt_erased";
  if (lists(ended, rule)) return "access.attempt_after_end";
  return lists(baseless, rule) ? "access.attempt" : "";
}

}  // namespace

Status check_release(const ledger::Snapshot& view, const Event& event, const entry::Release& body,
                     Findings& findings) {
  if (!body.grant || body.purpose.get() != "TREAT") return {};
  MC_ASSIGN(const auto grant, rules::grant(view, *body.grant));
  if (!grant) return fail(Code::store_damaged, "a release rests on no grant on the ledger");
  const entry::Grant& given = grant->body;
  if (grant->referral || given.request || !given.scope.subjects.empty() ||
      !given.scope.records.empty())
    return {};
  MC_ASSIGN(const auto subjects, subjects_of(view, body.records));
  for (const SubjectTag& subject : subjects) {
    MC_ASSIGN(const bool related, is_related(view, given.custodian, subject, body.to, event.index));
    if (related) continue;
    findings.add_unrelated(grant->index, event, body);
    break;
  }
  return {};
}

Status check_use(const ledger::Snapshot& view, LogTimes& times, const Event& event,
                 const entry::Use& body, const Thresholds& thresholds, Findings& findings) {
  if (body.outcome == entry::UseOutcome::failed) return {};
  MC_ASSIGN(const auto release, rules::release(view, body.release));
  if (!release) return fail(Code::store_damaged, "a use is of no release on the ledger");
  if (release->grant)
    MC_TRY(check_grant_of_use(view, times, event, *release, thresholds, findings));
  MC_ASSIGN(const std::uint64_t erasures, rules::erasures(view));
  if (erasures == 0) return {};
  MC_ASSIGN(auto entries, erased_before(view, release->index, event.index));
  if (entries.empty()) return {};
  entries.insert(entries.end(), {release->index, event.index});
  findings.add("use.after_erasure",
               quote(event.author.get()) + " opened records that had been erased",
               std::move(entries), event.author, event.person, event.logged);
  return {};
}

Status check_denied(const ledger::Snapshot& view, const Event& event, const entry::Denied& body,
                    Findings& findings) {
  std::optional<entry::Body> refused;
  if (body.refused) {
    MC_ASSIGN(entry::Entry parsed, entry::parse_entry(*body.refused));
    refused = std::move(parsed.statement.body);
  }
  const auto* prescription = refused ? std::get_if<entry::Prescription>(&*refused) : nullptr;
  MC_ASSIGN(const bool is_claim, check_refused_claim(view, event, body, prescription, findings));
  const std::string_view id = kind_of_refusal(body, refused ? &*refused : nullptr);
  if (is_claim || id.empty()) return {};
  std::vector<EntryIndex> entries = {event.index};
  if (event.about_index) entries.push_back(*event.about_index);
  findings.add(id, quote(body.actor.get()) + " was refused with " + body.rule.get(),
               std::move(entries), body.actor, body.asker, event.logged);
  return {};
}

Status check_review(const ledger::Snapshot& view, const Event& event, const entry::Review& body,
                    Findings& findings) {
  if (body.outcome != entry::ReviewOutcome::unjustified) return {};
  MC_ASSIGN(const auto state, rules::emergency(view, body.emergency));
  if (!state) return fail(Code::store_damaged, "a review is of no emergency on the ledger");
  findings.add("emergency.unjustified",
               "an emergency of " + quote(state->author.get()) + " was judged unjustified",
               {state->index, event.index}, state->author, state->body.person, event.logged);
  return {};
}

Status check_claim(const ledger::Snapshot& view, const Event& event,
                   const entry::Prescription& body, Findings& findings) {
  if (body.act != entry::RxAct::claim || !body.prescription) return {};
  MC_ASSIGN(const auto state, rules::prescription(view, *body.prescription));
  if (!state) return fail(Code::store_damaged, "a claim is of no prescription on the ledger");
  std::vector<EntryIndex> entries = {state->index, event.index};
  for (const rules::RxReceipt& receipt : state->receipts) {
    if (!receipt.claimed || *receipt.claimed >= event.index) continue;
    MC_ASSIGN(const entry::Entry other, view.entry(*receipt.claimed));
    if (other.statement.header.author != event.author) entries.push_back(*receipt.claimed);
  }
  if (entries.size() > 2)
    findings.add("claim.two_payers",
                 quote(event.author.get()) + " claimed of a prescription that others claimed of",
                 std::move(entries), event.author, event.person, event.logged);
  return {};
}

}  // namespace medchain::audit
