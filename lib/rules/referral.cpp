// referral: what is asked for, what goes with it, and each step until it is over (DESIGN 9; HEALTH
// 4.4, ALI-3).
#include <algorithm>

#include "base/encoding.hpp"
#include "rules/act_fields_internal.hpp"
#include "rules/scope_internal.hpp"
#include "rules/typed_internal.hpp"

namespace medchain::rules {
namespace {

using entry::ReferralAct;
using Party = ReferralParty;

constexpr std::size_t max_asked = 16;
constexpr std::size_t max_passed = 64;

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

bool begins(ReferralAct act) { return act == ReferralAct::create || act == ReferralAct::consult; }

/// Each act has its fields, and no others.
Status check_fields(const entry::Referral& body) {
  using enum ReferralAct;
  const std::vector<ReferralAct> steps = {
      accept,       decline,  schedule,       reschedule,     no_show, appointment_cancel,
      interim_note, complete, cancel_request, cancel_confirm, opinion, close};
  std::vector<ReferralAct> all = steps;
  all.insert(all.end(), {create, consult});
  const FieldRule<ReferralAct> rules[] = {
      {"referral", body.referral.has_value(), steps, {}},
      {"follows", body.follows.has_value(), {}, steps},
      {"order", body.order.has_value(), {create, consult}, {}},
      {"share", body.share.has_value(), {}, {create, consult, interim_note, complete, opinion}},
      {"terms",
       body.terms.has_value(),
       {create, consult, interim_note, complete, opinion, close},
       all},
  };
  return check_act_fields<ReferralAct>(body.act, rules);
}

/// The record set's rows, whole, of `custodian`, about the subject, neither erased nor superseded:
/// each failure has its own id (HEALTH ALI-3).
Status check_referred(const View& view, const std::vector<entry::RecordSet>& records,
                      const MemberName& custodian, const SubjectTag& subject) {
  MC_ASSIGN(const std::uint64_t any_erased, erasures(view));
  MC_TRY(check_record_sets(records));
  for (const entry::RecordSet& set : records) {
    std::vector<entry::Row> rows;
    std::vector<std::uint32_t> numbers;
    const auto place = [&](std::uint32_t row) {
      return "entry " + std::to_string(set.entry.get()) + " row " + std::to_string(row);
    };
    MC_TRY(view.placed_rows(
        set.entry, set.rows, [&](std::uint32_t row, const PlacedRow& placed) -> Status {
          if (placed.custodian != custodian)
            return refuse(Code::record_foreign,
                          place(row) + " belongs to " + quote(placed.custodian.get()));
          if (placed.row.subject != subject)
            return refuse(Code::record_subject, place(row) + " is about another subject");
          if (any_erased > 0) {
            MC_ASSIGN(const auto at,
                      erased_at(view, custodian, placed.row.record, placed.row.subject));
            if (at)
              return refuse(Code::record_erased,
                            place(row) + " was erased at entry " + std::to_string(at->get()));
          }
          rows.push_back(placed.row);
          numbers.push_back(row);
          return {};
        }));
    MC_TRY(view.previous_rows(rows, [&](std::size_t i, const PreviousRow& newest) -> Status {
      if (newest.entry == set.entry && newest.row == numbers[i]) return {};
      return refuse(Code::record_superseded, place(numbers[i]) + " has a newer version: entry " +
                                                 std::to_string(newest.entry.get()) + " row " +
                                                 std::to_string(newest.row));
    }));
  }
  return {};
}

/// What goes with an act is granted to `to`, by a grant of this entry's hash.
Status share_with(Judgement& judgement, const entry::Referral& body, const entry::Actors& to,
                  GrantStatus status, const EntryHash& referral) {
  const entry::Share& share = *body.share;
  const MemberName& author = judgement.header.author;
  if (share.records.empty()) return broken("'share' names its records");
  MC_TRY(check_referred(judgement.view, share.records, author, share.subject));
  entry::Grant grant;
  grant.custodian = author;
  grant.person = body.person;
  grant.scope.actors = to;
  grant.scope.purposes = {share.purpose};
  grant.scope.subjects = {share.subject};
  grant.scope.records = share.records;
  grant.scope.until = share.until;
  grant.scope.onward = share.onward;
  grant.basis = share.basis;
  return give(judgement, grant, status, referral);
}

Error unknown_grant(const EntryHash& hash) {
  return refuse(Code::entry_missing, to_text(hash) + " is not a grant on this ledger");
}

/// Records of others that the author passes on with its referral: grants of its own for exactly who
/// is asked, new, about the same subject as both members have said.
Status pass_on(Judgement& judgement, const entry::Order& order, const entry::Actors& to,
               GrantStatus status, const EntryHash& own) {
  const MemberName& author = judgement.header.author;
  for (const EntryHash& hash : order.passed) {
    MC_ASSIGN(auto state, grant(judgement.view, hash));
    if (!state) return unknown_grant(hash);
    const std::string at = "the grant of entry " + std::to_string(state->index.get());
    if (state->author != author || !state->body.parent)
      return refuse(Code::not_permitted, at + " is not one by which the author passes records on");
    const entry::Scope& scope = state->body.scope;
    if (scope.actors != to) return broken(at + " is not for who is asked");
    if (state->referral || state->uses > 0 || state->status != GrantStatus::active)
      return refuse(Code::entry_state, at + " is in use already, or ended");
    if (scope.records.empty() || scope.subjects.size() != 1)
      return broken(at + " does not name its records and their subject");
    const MemberName& custodian = state->body.custodian;
    const SubjectTag& subject = scope.subjects.front();
    MC_ASSIGN(const auto same,
              judgement.view.get(key_of_same(author, order.subject, custodian, subject)));
    if (!same)
      return refuse(Code::record_subject, at + " is about a subject of " + quote(custodian.get()) +
                                              " that both members have not linked with this one");
    MC_TRY(check_referred(judgement.view, scope.records, custodian, subject));
    state->referral = own;
    state->status = status;
    state->since = judgement.index();
    state->changed_by = author;
    judgement.set_state(key_of_grant(hash), *state);
  }
  return {};
}

/// Whether it still stands in the way of another of its like.
bool stands(const ReferralState& state, UnixSeconds now) {
  const bool lapsed = state.status == ReferralStatus::received && state.order.valid_until &&
                      *state.order.valid_until <= now;
  return !is_over(state.status) && !lapsed;
}

/// One open referral of a subject for a service to a receiver, unless it is said which other it
/// doubles.
Status check_single(Judgement& judgement, const entry::Order& order, const EntryHash& own,
                    UnixSeconds now) {
  bool doubles = false;
  for (const MemberName& to : order.to) {
    const std::string like =
        key_of_referral_like(judgement.header.author, order.subject, order.service, to);
    MC_TRY(judgement.view.scan(like, [&](std::string_view key, std::string_view) -> Status {
      MC_ASSIGN(const auto hash, hash_at_end<EntryHash>(key, like.size()));
      MC_ASSIGN(const auto state, referral(judgement.view, hash));
      if (!state) return damaged(key, "names a referral that is not there");
      if (hash == order.duplicate_of) doubles = true;
      if (order.duplicate_of || !stands(*state, now)) return {};
      return refuse(Code::referral_duplicate, "entry " + std::to_string(state->index.get()) +
                                                  " refers the subject to " + quote(to.get()) +
                                                  " for this service already, it is " +
                                                  std::string(entry::word_of(state->status)));
    }));
    judgement.set(like + to_hex(own.view()), "");
  }
  if (order.duplicate_of && !doubles)
    return broken("'duplicate_of' is not a referral of this subject for this service to " +
                  quote(order.to.empty() ? "" : order.to.front().get()));
  return {};
}

/// A back-referral answers one that was taken up (HEALTH ALI-9).
Status check_based_on(const Judgement& judgement, const entry::Order& order) {
  if (!order.based_on) return {};
  MC_ASSIGN(const auto first, referral(judgement.view, *order.based_on));
  if (!first)
    return refuse(Code::entry_missing,
                  to_text(*order.based_on) + " is not a referral on this ledger");
  const bool back = order.to == std::vector<MemberName>{first->author} &&
                    first->order.to == std::vector<MemberName>{judgement.header.author};
  if (!back)
    return refuse(Code::not_permitted,
                  "'based_on' is not a referral of who is asked to the author");
  const bool taken_up = first->status == ReferralStatus::completed ||
                        (first->is_open() && first->status != ReferralStatus::cancel_requested);
  if (!taken_up)
    return refuse(Code::entry_state, "the referral it is based on is " +
                                         std::string(entry::word_of(first->status)) +
                                         ", it was not taken up");
  return {};
}

Status check_asked(const Judgement& judgement, const entry::Referral& body) {
  const entry::Order& order = *body.order;
  const entry::MemberKind kind = judgement.author.card.kind;
  if (kind == entry::MemberKind::patient || kind == entry::MemberKind::device)
    return refuse(Code::member_role, "institutions refer, patients and devices do not");
  if (body.act == ReferralAct::create && (order.to.size() != 1 || !order.groups.empty()))
    return broken("a referral is to one member");
  if (order.to.empty() && order.groups.empty()) return broken("a consultation asks somebody");
  if (order.to.size() + order.groups.size() > max_asked)
    return broken("at most " + std::to_string(max_asked) + " are asked");
  if (!order.to.empty())
    MC_TRY(check_members(judgement.view, "to", order.to, judgement.header.author));
  if (!is_ascending(order.groups)) return broken("'groups' must ascend, each once");
  if (!is_ascending(order.passed) || order.passed.size() > max_passed)
    return broken("'passed' must ascend, each once, at most " + std::to_string(max_passed));
  entry::Actors actors;
  actors.groups = order.groups;
  MC_TRY(check_actors(judgement.view, actors));
  for (const MemberName& to : order.to)
    MC_TRY(check_package(judgement.view, body.terms, body.package, &to));
  return {};
}

Status begin(Judgement& judgement, const entry::Referral& body) {
  const entry::Order& order = *body.order;
  const bool consults = body.act == ReferralAct::consult;
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  MC_TRY(check_asked(judgement, body));
  if (order.valid_until && *order.valid_until <= now)
    return broken("'valid_until': expected after log time " + format_time(now) + ", got " +
                  format_time(*order.valid_until));
  if (consults && (order.valid_until || order.with_records))
    return broken("a consultation is open at once: it has no valid_until and no with_records");
  if (body.share && body.share->subject != order.subject)
    return refuse(Code::record_subject, "'share' is about another subject than 'order'");
  const EntryHash own = own_hash(judgement);
  MC_TRY(check_based_on(judgement, order));
  MC_TRY(check_single(judgement, order, own, now));
  entry::Actors to;
  to.members = order.to;
  to.groups = order.groups;
  ReferralState state;
  state.index = state.since = judgement.index();
  state.author = judgement.header.author;
  state.created = state.changed = now;
  state.order = order;
  state.status = consults ? ReferralStatus::consulting : ReferralStatus::received;
  const GrantStatus status =
      consults || order.with_records ? GrantStatus::active : GrantStatus::pending;
  if (body.share) {
    MC_TRY(share_with(judgement, body, to, status, own));
    state.grants.push_back(own);
  }
  MC_TRY(pass_on(judgement, order, to, status, own));
  state.grants.insert(state.grants.end(), order.passed.begin(), order.passed.end());
  judgement.set_state(key_of_referral(own), state);
  return {};
}

/// Who the author is in it.  A member of a group that is asked is a recipient while it is in it.
Result<Party> party_of(const Judgement& judgement, const ReferralState& state) {
  const MemberName& author = judgement.header.author;
  if (author == state.author) return Party::initiator;
  if (std::binary_search(state.order.to.begin(), state.order.to.end(), author))
    return Party::recipient;
  MC_ASSIGN(const auto in, groups_of(judgement.view, author));
  for (const MemberName& group : state.order.groups)
    if (std::binary_search(in.begin(), in.end(), group)) return Party::recipient;
  return refuse(Code::not_permitted, quote(author.get()) +
                                         " has no part in the referral of entry " +
                                         std::to_string(state.index.get()));
}

/// The arrow that the act takes from where the referral is.
Result<ReferralTransition> find_transition(const ReferralState& state, ReferralAct act,
                                           Party party) {
  const std::string at = "the referral of entry " + std::to_string(state.index.get());
  const std::string status(entry::word_of(state.status));
  if (is_over(state.status))
    return refuse(Code::referral_over,
                  at + " is " + status + " since entry " + std::to_string(state.since.get()));
  bool may = false;
  std::string where;
  for (const ReferralTransition& one : referral_transitions()) {
    if (one.act != act) continue;
    if (one.from == state.status && one.party == party) return one;
    may = may || one.party == party;
    if (one.party == party)
      where += (where.empty() ? "" : ", ") + std::string(entry::word_of(one.from));
  }
  if (!may)
    return refuse(Code::not_permitted,
                  "'" + std::string(entry::word_of(act)) + "' is not for the " +
                      (party == Party::initiator ? "initiator" : "recipient") + " of a referral");
  return refuse(Code::entry_state, at + " is " + status + ", '" + std::string(entry::word_of(act)) +
                                       "' needs one that is " + where);
}

/// Its grants wait for acceptance, hold, and end with it.
Status move_grants(Judgement& judgement, const ReferralState& state) {
  const bool over = is_over(state.status);
  if (!over && state.status != ReferralStatus::accepted) return {};
  for (const EntryHash& hash : state.grants) {
    MC_ASSIGN(auto moved, grant(judgement.view, hash));
    if (!moved) return unknown_grant(hash);
    const bool accepts = !over && moved->status == GrantStatus::pending;
    const bool ends =
        over && (moved->status == GrantStatus::pending || moved->status == GrantStatus::active ||
                 moved->status == GrantStatus::suspended);
    if (!accepts && !ends) continue;
    moved->status = over ? GrantStatus::ended : GrantStatus::active;
    moved->since = judgement.index();
    moved->changed_by = judgement.header.author;
    judgement.set_state(key_of_grant(hash), *moved);
  }
  return {};
}

/// Words go to who waits for them.
Status check_told(const Judgement& judgement, const entry::Referral& body,
                  const ReferralState& state, Party party) {
  const bool to_initiator = party == Party::recipient;
  const MemberName* reader = to_initiator             ? &state.author
                             : state.order.to.empty() ? nullptr
                                                      : &state.order.to.front();
  return check_package(judgement.view, body.terms, body.package, reader);
}

Status note_consulted(ReferralState& state, const entry::Referral& body, const MemberName& author,
                      const EntryHash& own) {
  const auto at = std::lower_bound(state.declined.begin(), state.declined.end(), author);
  const bool has_declined = at != state.declined.end() && *at == author;
  if (body.act == ReferralAct::opinion) {
    if (has_declined) state.declined.erase(at);
    state.opinions.push_back({author, own});
  } else if (has_declined) {
    return refuse(Code::entry_state, quote(author.get()) + " has declined already");
  } else {
    state.declined.insert(at, author);
  }
  return {};
}

Status proceed(Judgement& judgement, const entry::Referral& body) {
  MC_ASSIGN(auto state, referral(judgement.view, *body.referral));
  if (!state)
    return refuse(Code::entry_missing,
                  to_text(*body.referral) + " is not a referral on this ledger");
  MC_ASSIGN(const Party party, party_of(judgement, *state));
  MC_ASSIGN(const ReferralTransition transition, find_transition(*state, body.act, party));
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  if (body.act == ReferralAct::accept && state->order.valid_until &&
      now >= *state->order.valid_until)
    return refuse(Code::referral_expired, "the referral was valid until before " +
                                              format_time(*state->order.valid_until) +
                                              ", log time is " + format_time(now));
  MC_TRY(check_told(judgement, body, *state, party));
  const EntryHash own = own_hash(judgement);
  if (body.share) {
    entry::Actors to;
    to.members = {state->author};
    MC_TRY(share_with(judgement, body, to, GrantStatus::active, *body.referral));
  }
  if (transition.from == ReferralStatus::consulting && party == Party::recipient)
    MC_TRY(note_consulted(*state, body, judgement.header.author, own));
  state->status = transition.to;
  state->since = judgement.index();
  state->changed = now;
  if (body.act == ReferralAct::accept) state->accepted = judgement.index();
  if (body.act == ReferralAct::complete || body.act == ReferralAct::close) state->outcome = own;
  MC_TRY(move_grants(judgement, *state));
  judgement.set_state(key_of_referral(*body.referral), *state);
  return add_step(judgement, *body.referral, body.follows);
}

}  // namespace

Status judge(Judgement& judgement, const entry::Referral& body) {
  MC_TRY(check_person(judgement, body.person));
  MC_TRY(check_fields(body));
  return begins(body.act) ? begin(judgement, body) : proceed(judgement, body);
}

Status check_referral_use(const View& view, const GrantState& grant, const MemberName& receiver,
                          UnixSeconds at) {
  if (!grant.referral) return {};
  const std::string since = " since entry " + std::to_string(grant.since.get());
  if (grant.status == GrantStatus::pending)
    return refuse(Code::grant_not_yet, "the referral is not accepted yet");
  MC_ASSIGN(const auto state, referral(view, *grant.referral));
  if (!state) return unknown_grant(*grant.referral);
  if (grant.status == GrantStatus::ended)
    return refuse(Code::referral_over,
                  "the referral is " + std::string(entry::word_of(state->status)) + since);
  // What was sealed at once, and what comes back, is asked by the referral, not by its grant.
  if (receiver != state->author && !state->is_open())
    return refuse(Code::grant_not_yet, "the referral is not accepted yet");
  MC_ASSIGN(const Question question,
            question_of(view, receiver, std::nullopt, grant.body.scope.purposes.front(), at));
  if (!is_meant(grant.body.scope.actors, question))
    return refuse(Code::grant_actor,
                  "the referral does not ask " + quote(receiver.get()) + ", or not any more");
  return {};
}

}  // namespace medchain::rules
