// emergency and review: a person needs the records of one subject at once, and another person
// judges that afterwards.
#include "cli/grant_emergency.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/act_session.hpp"
#include "cli/entry_operand.hpp"
#include "cli/scope_options.hpp"
#include "cli/text_input.hpp"
#include "rules/apply.hpp"
#include "rules/sharing_view.hpp"
#include "vault/subjects.hpp"

namespace medchain::cli {
namespace {

/// Purposes of releases for emergencies; a dissent forbids an emergency that forbids both.
constexpr std::string_view purposes[] = {"ETREAT", "BTG"};

/// How the subject was typed; one of both.
struct TypedSubject {
  std::optional<std::string> name;
  std::optional<SubjectTag> tag;
};

/// The subject as the ledger will show it, and as the custodian will know it.
struct Meant {
  SubjectTag own;
  std::optional<SubjectTag> theirs;  ///< where a link says so, or it was typed
  std::string name;                  ///< for the custodian alone
};

Result<TypedSubject> typed_subject(Session& session) {
  TypedSubject typed;
  MC_ASSIGN(typed.name, subject_option(session));
  if (const auto text = session.setting("subject-tag")) {
    auto tag = parse_hash<SubjectTag>(*text);
    if (!tag) return fail(Code::usage, "option '--subject-tag': " + tag.error().message);
    typed.tag = *tag;
  }
  if (typed.name && typed.tag)
    return fail(Code::usage, "option '--subject-tag' takes the place of '--subject'");
  if (!typed.name && !typed.tag)
    return fail(Code::usage, "option '--subject' is needed")
        .with_hint("give '--subject=ID', '--subject-file=FILE' or '--subject-tag=TAG'");
  if (typed.name && !is_utf8(*typed.name))
    return fail(Code::usage, "option '--subject': expected UTF-8");
  return typed;
}

/// The member's own tag; a key for it is made if the vault has none.
Result<SubjectTag> own_tag(ActSession& act, std::string_view name) {
  std::optional<vault::Subject> subject;
  if (act.vault() != nullptr) {
    MC_ASSIGN(subject, vault::Subjects(*act.vault()).find_or_make(name, act.session().random()));
  }
  if (subject) return subject->tag;
  // A dry run makes no key: any tag is judged alike.
  MC_ASSERT(act.session().dry_run());
  SubjectTag tag;
  act.session().random().fill(tag.bytes);
  return tag;
}

Result<std::optional<SubjectTag>> tag_at(ActSession& act, const MemberName& member,
                                         const SubjectTag& subject, const MemberName& other) {
  std::optional<SubjectTag> there;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto tags, rules::same_subjects(view, member, subject, other));
    if (!tags.empty()) there = tags.front();
    return {};
  }));
  return there;
}

Status check_anchored(ActSession& act, const SubjectTag& subject, const MemberName& custodian) {
  bool found = false;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto places, view.find_subject(subject));
    for (const ledger::RowPlace& place : places) {
      MC_ASSIGN(const entry::Entry entry, view.entry(place.entry));
      const auto* anchor = std::get_if<entry::Anchor>(&entry.statement.body);
      found |= anchor != nullptr && anchor->custodian == custodian;
      if (found) break;
    }
    return {};
  }));
  if (found) return {};
  return fail(Code::record_unknown, "option '--subject-tag': neither this vault nor " +
                                        quote(custodian.get()) + " has a subject of this tag");
}

/// By a tag: this member's own, or that of the custodian.
Result<Meant> meant_by_tag(ActSession& act, const SubjectTag& tag, const MemberName& custodian) {
  Meant meant;
  std::optional<vault::Subject> own;
  if (vault::Vault* vault = act.vault())
    MC_TRY(vault->read([&]() -> Status {
      MC_ASSIGN(own, vault::Subjects(*vault).find(tag));
      if (!own) return {};
      MC_ASSIGN(meant.name, vault->subject_name(own->number));
      return {};
    }));
  if (own) {
    if (own->number == 0)
      return fail(Code::usage, "option '--subject-tag': the tag of records without a subject");
    meant.own = tag;
    MC_ASSIGN(meant.theirs, tag_at(act, act.member(), tag, custodian));
    if (meant.theirs) meant.name = to_text(*meant.theirs);
    return meant;
  }
  meant.theirs = tag;
  meant.name = to_text(tag);
  MC_ASSIGN(const auto linked, tag_at(act, custodian, tag, act.member()));
  if (linked) {
    meant.own = *linked;
    return meant;
  }
  MC_TRY(check_anchored(act, tag, custodian));
  MC_ASSIGN(meant.own, own_tag(act, meant.name));
  return meant;
}

Result<Meant> find_meant(ActSession& act, const TypedSubject& typed, const MemberName& custodian) {
  if (typed.tag) return meant_by_tag(act, *typed.tag, custodian);
  act.note_input(*typed.name);
  Meant meant;
  meant.name = *typed.name;
  MC_ASSIGN(meant.own, own_tag(act, meant.name));
  MC_ASSIGN(meant.theirs, tag_at(act, act.member(), meant.own, custodian));
  return meant;
}

/// As typed, or as long as the policy allows.  Log time, by which it is judged, may be a little
/// behind the clock, by which people type: what is the longest by the clock is cut to the longest
/// by log time.
Result<UnixSeconds> read_until(Session& session, const ledger::Snapshot& view) {
  MC_ASSIGN(const auto typed, session.time("until"));
  MC_ASSIGN(const entry::Policy policy, rules::policy(view));
  MC_ASSIGN(const UnixSeconds log_time, rules::log_time(view));
  const auto longest = static_cast<std::int64_t>(rules::longest_emergency(policy));
  const UnixSeconds now = session.now();
  const bool is_ticked = now.get() > log_time.get() + rules::tick_after;
  const UnixSeconds latest((is_ticked ? now : log_time).get() + longest);
  if (!typed || (*typed > latest && typed->get() <= now.get() + longest)) return latest;
  return *typed;
}

/// A dissent of the custodian that is sure to forbid every release: nobody is to wait for one.  One
/// about a subject is seen here only where the subjects are linked; the release is judged anyway.
Status check_dissent(const ledger::Snapshot& view, const MemberName& member,
                     const entry::Emergency& body, const std::optional<SubjectTag>& subject,
                     UnixSeconds clock) {
  MC_ASSIGN(const UnixSeconds now, rules::judged_at(view, clock));
  std::optional<rules::Decision> forbidden;
  for (const std::string_view purpose : purposes) {
    MC_ASSIGN(const auto word, entry::Word::parse(purpose));
    MC_ASSIGN(const auto question, rules::question_of(view, member, body.person, word, now));
    std::set<SubjectTag> subjects;
    if (subject) subjects.insert(*subject);
    MC_ASSIGN(const auto about, rules::grants_about(view, body.custodian, question, subjects));
    std::vector<rules::Provided> all;
    for (const auto& item : about) {
      MC_ASSIGN(auto one, rules::provided(view, item.first, item.second, now));
      all.push_back(std::move(one));
    }
    rules::Resource resource;
    resource.subject = subject;
    forbidden = rules::find_dissent(all, question, resource);
    if (!forbidden) return {};
  }
  std::string which = "a dissent of " + quote(body.custodian.get());
  if (forbidden->by) {
    MC_ASSIGN(const auto dissent, rules::grant(view, *forbidden->by));
    if (dissent) which += ", entry " + std::to_string(dissent->index.get()) + ",";
  }
  return fail(Code::emergency_forbidden, which + " forbids it: " + forbidden->why);
}

/// Who is told at once: the custodian, for its privacy officer, the patient, and who is named.
Result<std::vector<MemberName>> told_of(const ledger::Snapshot& view, const MemberName& member,
                                        const entry::Emergency& body,
                                        const std::vector<MemberName>& named) {
  MC_ASSIGN(auto told, rules::patients_of(view, member, body.subject, body.custodian));
  told.push_back(body.custodian);
  told.insert(told.end(), named.begin(), named.end());
  sort_unique(told);
  return told;
}

Result<entry::ReviewOutcome> outcome_option(const Session& session) {
  std::optional<entry::ReviewOutcome> outcome;
  std::size_t given = 0;
  for (const auto each : {entry::ReviewOutcome::justified, entry::ReviewOutcome::unjustified,
                          entry::ReviewOutcome::escalated})
    if (session.has(entry::word_of(each))) {
      outcome = each;
      ++given;
    }
  if (given == 1) return *outcome;
  return fail(Code::usage,
              given == 0 ? "the outcome of the review is missing" : "a review has one outcome")
      .with_hint("give '--justified', '--unjustified' or '--escalated'");
}

}  // namespace

Result<int> grant_emergency(Session& session) {
  entry::Emergency body;
  MC_ASSIGN(const std::string from, session.required("from"));
  MC_ASSIGN(body.custodian, member_option("from", from));
  MC_ASSIGN(const std::string reason, session.required("reason"));
  MC_ASSIGN(body.reason, word_option("reason", reason));
  std::vector<MemberName> named;
  for (const std::string& text : session.arguments().all("notify")) {
    MC_ASSIGN(auto name, member_option("notify", text));
    named.push_back(std::move(name));
  }
  MC_TRY(session.required("text-file"));
  MC_ASSIGN(const TypedSubject typed, typed_subject(session));
  MC_ASSIGN(const auto text, read_text_option(session, "text-file"));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  act->note_input(text.value_or(""));
  MC_ASSIGN(body.person, act->person());
  MC_ASSIGN(const Meant meant, find_meant(*act, typed, body.custodian));
  body.subject = meant.own;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(body.until, read_until(session, view));
    MC_TRY(check_dissent(view, act->member(), body, meant.theirs, session.clock()));
    MC_ASSIGN(body.notify, told_of(view, act->member(), body, named));
    return {};
  }));
  Draft draft;
  draft.terms.emplace().subjects = {meant.name};
  draft.terms->text = text;
  draft.must_read = {body.custodian};
  draft.may_read = named;
  draft.what = "an emergency at " + quote(body.custodian.get()) + " until " +
               format_time(body.until) + ", " + counted(body.notify.size(), "member") + " told";
  draft.body = std::move(body);
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  return act->finish(std::move(drafts));
}

Result<int> grant_review(Session& session) {
  entry::Review body;
  MC_ASSIGN(body.outcome, outcome_option(session));
  MC_ASSIGN(const std::string reason, session.required("reason"));
  MC_ASSIGN(body.reason, word_option("reason", reason));
  MC_ASSIGN(const auto text, read_text_option(session, "text-file"));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  MC_ASSIGN(body.person, act->person());
  Draft draft;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(body.emergency, find_entry(view, "emergency", session.operands().front()));
    MC_ASSIGN(const auto state, rules::emergency(view, body.emergency));
    if (!state) return fail(Code::entry_missing, "there is no such emergency");
    // Who stated it and who holds the records read the words, whoever of them writes.
    const bool is_stated_here = act->member() == state->author;
    draft.must_read = {is_stated_here ? state->body.custodian : state->author};
    draft.may_read = {state->body.custodian};
    draft.what = "the emergency of " + index_range(state->index, state->index) + " is " +
                 std::string(entry::word_of(body.outcome));
    return {};
  }));
  if (text) {
    act->note_input(*text);
    draft.terms.emplace().text = text;
  }
  draft.body = std::move(body);
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  return act->finish(std::move(drafts));
}

std::vector<Option> emergency_options() {
  Option notify{"notify", 0, ValueKind::text, "MEMBER", "who else is told, and reads the words"};
  notify.repeat = true;
  return {
      {"from", 0, ValueKind::text, "MEMBER", "who holds the records"},
      {"subject", 0, ValueKind::text, "ID", "whom the records are about; sealed"},
      {"subject-file", 0, ValueKind::file, "FILE", "the same, the first line of FILE"},
      {"subject-tag", 0, ValueKind::text, "TAG", "the same, by its tag here or there"},
      {"reason", 0, ValueKind::text, "CODE", "a reason code"},
      {"text-file", 0, ValueKind::file, "FILE", "the reason in words; sealed; '-' is stdin"},
      {"until", 0, ValueKind::time, "TIME", "when it ends (default: 4h, or as the policy says)"},
      std::move(notify)};
}

std::vector<Option> review_options() {
  return {{"justified", 0, ValueKind::flag, {}, "the access was justified"},
          {"unjustified", 0, ValueKind::flag, {}, "it was not: nothing more is released for it"},
          {"escalated", 0, ValueKind::flag, {}, "somebody else has to decide"},
          {"reason", 0, ValueKind::text, "CODE", "a reason code"},
          {"text-file", 0, ValueKind::file, "FILE",
           "the reason in words, for the parties alone; '-' is stdin"}};
}

}  // namespace medchain::cli
