#include <algorithm>
#include <map>

#include "rules/scope_internal.hpp"
#include "rules/typed_internal.hpp"

namespace medchain::rules {
namespace {

constexpr std::size_t max_listed = 64;
constexpr std::uint64_t max_onward = 8;
constexpr std::uint64_t max_span = 366 * 86'400;
constexpr std::string_view known_actions[] = {"copy", "derive", "read", "store"};

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }
Error wider(std::string_view outer, std::string_view field) {
  return refuse(Code::grant_wider,
                "'" + std::string(field) + "' is wider than that of " + std::string(outer));
}

template <class T>
Status check_list(std::string_view name, const std::vector<T>& items,
                  std::size_t limit = max_listed) {
  if (items.size() > limit)
    return broken("'" + std::string(name) + "': at most " + std::to_string(limit) + ", got " +
                  std::to_string(items.size()));
  if (!is_ascending(items)) return broken("'" + std::string(name) + "' must ascend, each once");
  return {};
}

template <class T>
bool within(const std::vector<T>& inner, const std::vector<T>& outer) {
  if (outer.empty()) return true;
  return !inner.empty() && std::includes(outer.begin(), outer.end(), inner.begin(), inner.end());
}

bool within(const std::vector<entry::RecordSet>& inner,
            const std::vector<entry::RecordSet>& outer) {
  if (outer.empty()) return true;
  if (inner.empty()) return false;
  for (const entry::RecordSet& set : inner) {
    const auto found = std::find_if(outer.begin(), outer.end(), [&](const entry::RecordSet& other) {
      return other.entry == set.entry;
    });
    if (found == outer.end()) return false;
    for (const entry::RowRanges::Range& range : set.rows.ranges())
      for (std::uint32_t row = range.first; row <= range.last; ++row)
        if (!found->rows.contains(row)) return false;
  }
  return true;
}

template <class T, class Compare>
bool within_limit(const std::optional<T>& inner, const std::optional<T>& outer, Compare fits) {
  return !outer || (inner && fits(*inner, *outer));
}

bool within(const std::optional<std::vector<entry::Territory>>& inner,
            const std::optional<std::vector<entry::Territory>>& outer) {
  if (!outer) return true;
  return inner && std::all_of(inner->begin(), inner->end(),
                              [&](const auto& one) { return is_in(one, *outer); });
}

/// What is done if no action is named.
std::vector<entry::Word> effective_actions(const entry::Scope& scope) {
  if (!scope.actions.empty()) return scope.actions;
  return {*entry::Word::parse("read")};
}

}  // namespace

bool is_everybody(const entry::Actors& actors) {
  return actors.members.empty() && actors.groups.empty() && actors.roles.empty();
}

Status check_record_sets(const std::vector<entry::RecordSet>& records) {
  for (std::size_t i = 1; i < records.size(); ++i)
    if (records[i].entry <= records[i - 1].entry)
      return broken("'records' must ascend by entry, each once");
  return {};
}

Status check_data_custodian(const View& view, const MemberName& custodian) {
  MC_ASSIGN(const MemberState state, require_active(view, custodian));
  if (!entry::has_role(state.card, entry::Role::custodian))
    return refuse(Code::member_role, quote(custodian.get()) + " has not the role custodian");
  return {};
}

Status check_members(const View& view, std::string_view field,
                     const std::vector<MemberName>& members, const MemberName& author) {
  if (members.empty()) return broken("'" + std::string(field) + "': at least one member");
  MC_TRY(check_list(field, members));
  for (const MemberName& name : members) {
    if (name == author) return broken("'" + std::string(field) + "' does not name the author");
    MC_ASSIGN(const auto known, member(view, name));
    if (!known)
      return refuse(Code::member_unknown, quote(name.get()) + " is not a member of this ledger");
  }
  return {};
}

Status check_scope(const entry::Scope& scope) {
  MC_TRY(check_list("actors.members", scope.actors.members));
  MC_TRY(check_list("actors.groups", scope.actors.groups));
  MC_TRY(check_list("actors.roles", scope.actors.roles));
  MC_TRY(check_list("actors.persons", scope.actors.persons));
  MC_TRY(check_list("purposes", scope.purposes));
  MC_TRY(check_list("actions", scope.actions));
  MC_TRY(check_list("types", scope.types));
  MC_TRY(check_list("subjects", scope.subjects));
  MC_TRY(check_record_sets(scope.records));
  for (const entry::Word& action : scope.actions)
    if (std::find(std::begin(known_actions), std::end(known_actions), action.get()) ==
        std::end(known_actions))
      return broken("'actions': expected copy, derive, read or store, got " + quote(action.get()));
  if (scope.territories) {
    if (scope.territories->empty()) return broken("'territories': at least one, or none named");
    MC_TRY(check_list("territories", *scope.territories));
  }
  if (scope.from && scope.until && *scope.until <= *scope.from)
    return broken("'until' must be later than 'from'");
  if (scope.uses && *scope.uses == 0) return broken("'uses': at least 1");
  if (scope.frequency && (scope.frequency->uses == 0 || scope.frequency->uses > 1'000 ||
                          scope.frequency->seconds == 0 || scope.frequency->seconds > max_span))
    return broken("'frequency': 1 to 1000 uses in 1 second to 366 days");
  if (scope.onward > max_onward) return broken("'onward': at most " + std::to_string(max_onward));
  return {};
}

Status check_actors(const View& view, const entry::Actors& actors) {
  for (const MemberName& name : actors.members) {
    MC_ASSIGN(const auto known, member(view, name));
    if (!known)
      return refuse(Code::member_unknown, quote(name.get()) + " is not a member of this ledger");
  }
  for (const MemberName& name : actors.groups) {
    MC_ASSIGN(const auto known, group(view, name));
    if (!known || known->dissolved)
      return refuse(Code::entry_state, "there is no group " + quote(name.get()));
  }
  return {};
}

Status check_ends(const entry::Scope& scope, UnixSeconds now) {
  const auto check = [&](std::string_view field, const std::optional<UnixSeconds>& end) -> Status {
    if (!end || *end > now) return {};
    return broken("'" + std::string(field) + "': expected after log time " + format_time(now) +
                  ", got " + format_time(*end));
  };
  MC_TRY(check("until", scope.until));
  return check("erase_at", scope.erase_at);
}

Status check_package(const View& view, const std::optional<Commitment>& terms,
                     const std::optional<entry::PackageRef>& package, const MemberName* must_read) {
  if (terms.has_value() != package.has_value())
    return broken("terms and the package that opens them come together");
  if (!package) return {};
  if (package->bytes == 0 || package->to.empty())
    return broken("a package has bytes and receivers");
  MC_TRY(check_list("package.to", package->to));
  for (const MemberName& name : package->to) {
    MC_ASSIGN(const MemberState state, require_active(view, name));
    if (!state.card.seal)
      return broken(quote(name.get()) + " has no seal key, no package can be for it");
  }
  if (must_read != nullptr &&
      !std::binary_search(package->to.begin(), package->to.end(), *must_read))
    return broken("the package is not sealed to " + quote(must_read->get()));
  return {};
}

Status check_within(const entry::Scope& inner, const entry::Scope& outer, WithActors actors,
                    std::string_view outer_name) {
  const auto no = [&](std::string_view field) { return wider(outer_name, field); };
  if (actors == WithActors::compared) {
    // Each way of being meant must be one that the outer scope has; all empty means every member.
    const auto part = [](const auto& a, const auto& b) {
      return std::includes(b.begin(), b.end(), a.begin(), a.end());
    };
    const bool fits =
        is_everybody(outer.actors) ||
        (!is_everybody(inner.actors) && part(inner.actors.members, outer.actors.members) &&
         part(inner.actors.groups, outer.actors.groups) &&
         part(inner.actors.roles, outer.actors.roles));
    if (!fits) return no("actors");
    if (!within(inner.actors.persons, outer.actors.persons)) return no("actors.persons");
  }
  if (!within(inner.purposes, outer.purposes)) return no("purposes");
  if (!within(effective_actions(inner), effective_actions(outer))) return no("actions");
  if (!within(inner.types, outer.types)) return no("types");
  if (!within(inner.subjects, outer.subjects)) return no("subjects");
  if (!within(inner.records, outer.records)) return no("records");
  if (!within_limit(inner.from, outer.from, std::greater_equal<>())) return no("from");
  if (!within_limit(inner.until, outer.until, std::less_equal<>())) return no("until");
  if (!within_limit(inner.uses, outer.uses, std::less_equal<>())) return no("uses");
  if (!within_limit(inner.frequency, outer.frequency,
                    [](const entry::Frequency& a, const entry::Frequency& b) {
                      return a.uses <= b.uses && a.seconds >= b.seconds;
                    }))
    return no("frequency");
  if (inner.onward > outer.onward) return no("onward");
  if (!within(inner.territories, outer.territories)) return no("territories");
  if (!within_limit(inner.erase_at, outer.erase_at, std::less_equal<>())) return no("erase_at");
  return {};
}

Result<std::set<RecordTag>> tags_of(const View& view, const MemberName& custodian,
                                    const std::vector<entry::RecordSet>& records) {
  std::set<RecordTag> tags;
  for (const entry::RecordSet& set : records)
    MC_TRY(view.placed_rows(
        set.entry, set.rows, [&](std::uint32_t row, const PlacedRow& placed) -> Status {
          if (placed.custodian != custodian)
            return refuse(Code::record_foreign, "entry " + std::to_string(set.entry.get()) +
                                                    " row " + std::to_string(row) + " belongs to " +
                                                    quote(placed.custodian.get()));
          tags.insert(placed.row.record);
          return {};
        }));
  return tags;
}

Status check_usable(const GrantState& grant, UnixSeconds at) {
  const std::string since = " since entry " + std::to_string(grant.since.get());
  switch (grant.status) {
    case GrantStatus::active:
      break;
    case GrantStatus::suspended:
      return refuse(Code::grant_suspended, "the grant is suspended" + since);
    case GrantStatus::revoked:
      return refuse(Code::grant_revoked, "the grant is revoked" + since);
    case GrantStatus::amended:
      return refuse(Code::grant_revoked, "the grant is replaced by another" + since);
    case GrantStatus::pending:
      return refuse(Code::grant_not_yet, "the referral is not accepted yet");
    case GrantStatus::ended:
      return refuse(Code::referral_over,
                    "the referral ended with entry " + std::to_string(grant.since.get()));
  }
  const entry::Scope& scope = grant.body.scope;
  if (scope.from && at < *scope.from)
    return refuse(Code::grant_not_yet, "the grant holds from " + format_time(*scope.from) +
                                           ", log time is " + format_time(at));
  if (scope.until && at >= *scope.until)
    return refuse(Code::grant_expired, "the grant ended " + format_time(*scope.until) +
                                           ", log time is " + format_time(at));
  if (scope.erase_at && at >= *scope.erase_at)
    return refuse(Code::grant_expired, "what the grant gives had to be erased by " +
                                           format_time(*scope.erase_at) + ", log time is " +
                                           format_time(at));
  if (scope.uses && grant.uses >= *scope.uses)
    return refuse(Code::grant_used_up,
                  "all " + std::to_string(*scope.uses) + " uses of the grant are used up");
  if (scope.frequency) {
    const std::int64_t span = static_cast<std::int64_t>(scope.frequency->seconds);
    const auto within_span =
        std::count_if(grant.recent.begin(), grant.recent.end(),
                      [&](UnixSeconds use) { return use.get() > at.get() - span; });
    if (static_cast<std::uint64_t>(within_span) >= scope.frequency->uses)
      return refuse(Code::grant_too_often, "the grant allows " +
                                               std::to_string(scope.frequency->uses) + " uses in " +
                                               format_duration(span));
  }
  return {};
}

Result<std::vector<std::pair<EntryHash, GrantState>>> usable_chain(const View& view,
                                                                   const EntryHash& hash,
                                                                   UnixSeconds at) {
  std::vector<std::pair<EntryHash, GrantState>> chain;
  std::optional<EntryHash> next = hash;
  while (next) {
    MC_ASSIGN(auto state, grant(view, *next));
    if (!state)
      return refuse(Code::entry_missing, to_text(*next) + " is not a grant on this ledger");
    auto usable = check_usable(*state, at);
    if (!usable && !chain.empty())
      return std::move(usable).error().context("passed on from entry " +
                                               std::to_string(state->index.get()));
    MC_TRY(std::move(usable));
    const auto here = *next;
    next = state->body.parent;
    chain.emplace_back(here, std::move(*state));
  }
  return chain;
}

Result<Provided> provided(const View& view, const EntryHash& hash, const GrantState& state,
                          UnixSeconds at) {
  Provided made;
  made.hash = hash;
  made.grant = &state;
  const entry::Grant& body = state.body;
  MC_ASSIGN(made.records, tags_of(view, body.custodian, body.scope.records));
  for (const entry::Exception& exception : body.exceptions) {
    MC_ASSIGN(auto tags, tags_of(view, body.custodian, exception.records));
    made.exceptions.push_back(std::move(tags));
  }
  const auto chain = usable_chain(view, hash, at);
  if (!chain) made.unusable = chain.error();
  return made;
}

Result<Question> question_of(const View& view, const MemberName& member,
                             const std::optional<PersonTag>& person, const entry::Word& purpose,
                             UnixSeconds at) {
  MC_ASSIGN(const MemberState state, require_active(view, member));
  MC_ASSIGN(auto in, groups_of(view, member));
  Question question;
  question.member = member;
  question.groups = std::move(in);
  question.roles = state.card.roles;
  question.territory = state.card.territory;
  question.person = person;
  question.purpose = purpose;
  question.at = at;
  return question;
}

Result<std::optional<entry::ConsentBy>> acts_for(const View& view, const MemberName& custodian,
                                                 const SubjectTag& subject,
                                                 const MemberName& member, UnixSeconds at) {
  MC_ASSIGN(const auto state, owners(view, custodian, subject));
  if (!state) return std::optional<entry::ConsentBy>();
  if (std::binary_search(state->owners.begin(), state->owners.end(), member))
    return std::optional(entry::ConsentBy::subject);
  for (const MemberName& owner : state->owners) {
    MC_ASSIGN(const auto acting, delegate(view, owner, member));
    if (acting && (!acting->until || at < *acting->until))
      return std::optional(acting->kind == entry::DelegateKind::guardian
                               ? entry::ConsentBy::guardian
                               : entry::ConsentBy::delegate);
  }
  return std::optional<entry::ConsentBy>();
}

std::vector<std::string> may_keys(const entry::Grant& body, const EntryHash& hash) {
  const entry::Actors& actors = body.scope.actors;
  std::vector<std::string> who, about, keys;
  for (const MemberName& name : actors.members) who.push_back("m:" + name.get());
  for (const MemberName& name : actors.groups) who.push_back("g:" + name.get());
  for (const entry::Role role : actors.roles)
    who.push_back("r:" + std::string(entry::word_of(role)));
  if (who.empty()) who.emplace_back("any");
  for (const SubjectTag& subject : body.scope.subjects) about.push_back(to_hex(subject.view()));
  if (about.empty()) about.emplace_back("any");
  for (const std::string& actor : who)
    for (const std::string& subject : about)
      keys.push_back("may/" + body.custodian.get() + "/" + actor + "/" + subject + "/" +
                     to_hex(hash.view()));
  return keys;
}

Result<std::vector<std::pair<EntryHash, GrantState>>> grants_about(
    const View& view, const MemberName& custodian, const Question& question,
    const std::set<SubjectTag>& subjects) {
  std::vector<std::string> who = {"m:" + question.member.get(), "any"}, about = {"any"};
  for (const MemberName& name : question.groups) who.push_back("g:" + name.get());
  for (const entry::Role role : question.roles)
    who.push_back("r:" + std::string(entry::word_of(role)));
  for (const SubjectTag& subject : subjects) about.push_back(to_hex(subject.view()));
  std::map<EntryHash, GrantState> found;
  for (const std::string& actor : who)
    for (const std::string& subject : about) {
      const std::string prefix = "may/" + custodian.get() + "/" + actor + "/" + subject + "/";
      MC_TRY(view.scan(prefix, [&](std::string_view key, std::string_view) -> Status {
        MC_ASSIGN(const auto hash, hash_at_end<EntryHash>(key, prefix.size()));
        if (found.contains(hash)) return {};
        MC_ASSIGN(auto state, grant(view, hash));
        if (!state) return damaged(key, "names a grant that is not there");
        found.emplace(hash, std::move(*state));
        return {};
      }));
    }
  return std::vector<std::pair<EntryHash, GrantState>>(found.begin(), found.end());
}

EntryHash own_hash(const Judgement& judgement) {
  return entry::entry_hash(judgement.proposal.entry.bytes);
}

Status add_step(Judgement& judgement, const EntryHash& of,
                const std::optional<std::vector<EntryHash>>& follows) {
  if (follows) {
    if (!is_ascending(*follows) || follows->empty() || follows->size() > entry::max_follows)
      return refuse(Code::entry_rule,
                    "'follows' must ascend, each once, 1 to " + std::to_string(entry::max_follows));
    for (const EntryHash& each : *follows) {
      if (each == of) continue;
      MC_ASSIGN(const auto step, judgement.view.get(key_of_steps(of) + to_hex(each.view())));
      if (!step)
        return refuse(Code::entry_missing,
                      "'follows': " + to_text(each) + " is no step of " + to_text(of));
    }
  }
  judgement.set(key_of_steps(of) + to_hex(own_hash(judgement).view()),
                std::to_string(judgement.index().get()));
  return {};
}

}  // namespace medchain::rules
