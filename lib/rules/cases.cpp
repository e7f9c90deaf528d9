// case: a matter that stands over records, and what may not be erased meanwhile (DESIGN 5, 6;
// HEALTH 3.2, 3.7).
#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "rules/scope_internal.hpp"

namespace medchain::rules {
namespace {

using entry::CaseOf;

constexpr std::size_t max_subjects = 64;
constexpr std::uint64_t max_records = 65'536;  ///< each that is held has a key of its own

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

bool forbids_erasure(CaseOf of) { return of == CaseOf::hold || of == CaseOf::seal; }

/// Keys of what must not be erased, each with the subject it is about.
Result<std::vector<std::pair<std::string, std::string>>> hold_keys(const View& view,
                                                                   const entry::Case& body,
                                                                   const EntryHash& hash) {
  std::vector<std::pair<std::string, std::string>> keys;
  for (const SubjectTag& subject : body.subjects)
    keys.emplace_back(key_of_hold(body.custodian, subject, hash), to_hex(subject.view()));
  for (const entry::RecordSet& set : body.records)
    MC_TRY(view.placed_rows(
        set.entry, set.rows, [&](std::uint32_t, const PlacedRow& placed) -> Status {
          keys.emplace_back(key_of_hold(body.custodian, placed.row.record, hash),
                            to_hex(placed.row.subject.view()));
          return {};
        }));
  return keys;
}

Status check_opener(const Judgement& judgement, const entry::Case& body) {
  const bool is_auditor = entry::has_role(judgement.author.card, entry::Role::auditor);
  const bool is_custodian = judgement.header.author == body.custodian;
  const bool may = body.of == CaseOf::opening ? is_auditor
                   : body.of == CaseOf::hold  ? is_auditor || is_custodian
                                              : is_custodian;
  if (!may)
    return refuse(Code::member_role, "a case of " + std::string(entry::word_of(body.of)) +
                                         " is opened by " +
                                         (body.of == CaseOf::opening ? "an auditor"
                                          : body.of == CaseOf::hold  ? "the custodian or an auditor"
                                                                     : "the custodian"));
  return {};
}

/// A custodian that is suspended keeps its records, and what an auditor holds must stay.
Status check_holder(const View& view, const MemberName& custodian) {
  MC_ASSIGN(const auto state, member(view, custodian));
  if (!state)
    return refuse(Code::member_unknown, quote(custodian.get()) + " is not a member of this ledger");
  if (!entry::has_role(state->card, entry::Role::custodian))
    return refuse(Code::member_role, quote(custodian.get()) + " has not the role custodian");
  return {};
}

Status open_case(Judgement& judgement, const entry::Case& body) {
  MC_TRY(check_opener(judgement, body));
  MC_TRY(check_holder(judgement.view, body.custodian));
  if (body.subjects.empty() && body.records.empty())
    return broken("a case names subjects or records");
  if (body.subjects.size() > max_subjects || !is_ascending(body.subjects))
    return broken("'subjects' must ascend, each once, at most " + std::to_string(max_subjects));
  MC_TRY(check_record_sets(body.records));
  std::uint64_t count = 0;
  for (const entry::RecordSet& set : body.records) count += set.rows.count();
  if (count > max_records)
    return broken("a case names at most " + std::to_string(max_records) + " records, got " +
                  std::to_string(count));
  MC_ASSIGN(const auto tags, tags_of(judgement.view, body.custodian, body.records));
  static_cast<void>(tags);
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  if (body.until && *body.until <= now)
    return broken("'until': expected after log time " + format_time(now) + ", got " +
                  format_time(*body.until));
  if (body.of == CaseOf::suspension && !body.until)
    return broken("a suspension has an end, 'until' (45 CFR 164.528(a)(2))");
  // In the presence of both sides (HEALTH C-7): one signs here, or signed the document.
  if (body.of == CaseOf::seal && body.witnesses.empty() && !body.document)
    return broken("a seal has witnesses, or the document that they signed");
  if (!body.witnesses.empty())
    MC_TRY(check_members(judgement.view, "witnesses", body.witnesses, judgement.header.author));
  judgement.signers.required = body.witnesses;
  const EntryHash own = own_hash(judgement);
  if (forbids_erasure(body.of)) {
    MC_ASSIGN(auto keys, hold_keys(judgement.view, body, own));
    for (auto& [key, subject] : keys) judgement.set(std::move(key), std::move(subject));
  }
  judgement.set_state(key_of_case(own),
                      CaseState{judgement.index(), judgement.header.author, body, std::nullopt});
  return {};
}

Status close_case(Judgement& judgement, const entry::Case& body) {
  MC_ASSIGN(auto state, case_of(judgement.view, *body.closes));
  if (!state)
    return refuse(Code::entry_missing, to_text(*body.closes) + " is not a case on this ledger");
  if (judgement.header.author != state->author)
    return refuse(Code::not_permitted,
                  "a case is closed by who opened it, " + quote(state->author.get()));
  if (state->closed)
    return refuse(Code::entry_state,
                  "the case was closed at entry " + std::to_string(state->closed->get()));
  if (body.of != state->body.of || body.custodian != state->body.custodian ||
      body.witnesses != state->body.witnesses)
    return broken("a case is closed with the same 'of', 'custodian' and 'witnesses'");
  if (!body.subjects.empty() || !body.records.empty() || body.until)
    return broken("what closes a case names no subjects, records or end");
  // What was sealed before witnesses is unsealed before them.
  MC_ASSIGN(judgement.signers.required, without_revoked(judgement.view, body.witnesses));
  if (forbids_erasure(state->body.of)) {
    MC_ASSIGN(auto keys, hold_keys(judgement.view, state->body, *body.closes));
    for (auto& [key, subject] : keys) judgement.changes.emplace_back(std::move(key), std::nullopt);
  }
  state->closed = judgement.index();
  judgement.set_state(key_of_case(*body.closes), *state);
  return {};
}

}  // namespace

Status judge(Judgement& judgement, const entry::Case& body) {
  MC_TRY(check_person(judgement, body.person));
  return body.closes ? close_case(judgement, body) : open_case(judgement, body);
}

}  // namespace medchain::rules
